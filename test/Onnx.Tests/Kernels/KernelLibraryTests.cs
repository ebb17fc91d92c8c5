using System.Diagnostics;

namespace MLSeqGraph.Onnx.Tests.Kernels;

/// <summary>
/// How kernels are registered, and when they are not used. What is chosen at start is tested in processes of their own, which are this
/// assembly started as a program: <see cref="StartupHook"/> runs before its empty entry point.
/// </summary>
[TestClass]
public class KernelLibraryTests
{
    internal const string FileVariable = "MLSEQGRAPH_TEST_KERNELS";

    [TestMethod]
    public void Older_libraries_are_told_by_their_version()
    {
        var (domain, reason) = KernelLibrary.Open(version: 9999);
        Assert.AreEqual(0, domain);
        StringAssert.Contains(reason, "kernels need 1.9999 or later");
    }

    [TestMethod]
    public void Graphs_for_files_and_other_hardware_have_none()
    {
        Assert.IsFalse(new NetworkBuilder(new(), NetworkMode.Deployment).Graph.UsesKernels);
        Assert.IsFalse(new NetworkBuilder(new(), NetworkMode.Training, target: ExecutionTarget.Cuda()).Graph.UsesKernels);
        Assert.AreEqual(KernelLibrary.IsOn(),
            new NetworkBuilder(new(), NetworkMode.Training, target: ExecutionTarget.Cpu(2)).Graph.UsesKernels);
    }

    [TestMethod]
    public void A_file_can_not_name_kernels()
    {
        var graph = new Graph("kernel") { UsesKernels = true };
        var x = graph.Input("x", ElementType.Float, ["rows", 2]);
        graph.Output("y", GatherSum.Of(x, new("lists", graph.Vector(0, 0), _ => graph.Vector(1)), ListEntries.Ends));
        var bytes = Google.Protobuf.MessageExtensions.ToByteArray(OnnxWriter.Write(graph));
        var exception = Assert.ThrowsExactly<OnnxFileException>(() => OnnxSession.Load(bytes));
        StringAssert.Contains(exception.Message, Kernel.Domain);
    }

    [TestMethod]
    public async Task Sessions_run_side_by_side_while_others_are_disposed_of()
    {
        var sums = GatherSumCase.Random(lists: 2000, rows: 300, width: 40);
        var expected = sums.Run(1);
        using var lasting = sums.Session(2);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(number => Task.Run(() =>
        {
            for (var i = 0; i < 20; i++)
                if (number % 2 == 0)
                    CollectionAssert.AreEqual(expected, lasting.Run(sums.Inputs)["y"].As<float>());
                else
                    CollectionAssert.AreEqual(expected, sums.Run(threads: 1 + i % 3));
        })));
    }

    [TestMethod]
    [DataRow("DOTNET_EnableAVX512F", "0", 8, true)] // the runtime's name for it until .NET 10
    [DataRow("DOTNET_EnableAVX512", "0", 8, true)]
    [DataRow("DOTNET_EnableAVX2", "0", 4, true)]
    [DataRow("MLSEQGRAPH_KERNELS", "off", 16, false)]
    [DataRow("MLSEQGRAPH_KERNELS", "on", 16, true)]
    public void Narrower_processors_and_the_switch(string variable, string setting, int widest, bool usesKernels)
    {
        var file = Path.GetTempFileName();
        try
        {
            var assembly = typeof(KernelLibraryTests).Assembly.Location;
            using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
            {
                Environment =
                {
                    ["DOTNET_STARTUP_HOOKS"] = assembly, [FileVariable] = file, [KernelLibrary.Switch] = null, [variable] = setting,
                },
                RedirectStandardError = true,
            })!;
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            Assert.AreEqual(0, process.ExitCode, error);
            var lines = File.ReadAllLines(file);
            Assert.IsLessThanOrEqualTo(widest, int.Parse(lines[0]));
            Assert.AreEqual(usesKernels, bool.Parse(lines[1]));
            Sums.Check([.. lines[2].Split(' ').Select(float.Parse)], $"{variable}={setting}");
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static GatherSumCase Sums => GatherSumCase.Random(lists: 50, rows: 60, width: 39);

    /// <summary>What such a process does: the widest vector, whether kernels are used, and sums by them or by standard operators.</summary>
    internal static void WriteTo(string file)
    {
        float[] sums;
        if (KernelLibrary.IsOn())
            sums = Sums.Run(2);
        else
        {
            var (network, x) = (new NetworkBuilder(new(), NetworkMode.Evaluation), Sums.X);
            var ends = Enumerable.Range(0, Sums.Start.Length - 1).SelectMany(list =>
                Enumerable.Repeat(list, Sums.Start[list + 1] - Sums.Start[list]));
            var edges = GraphEdges.Block(network, "edges", Sums.Rows, Sums.Start.Length - 1);
            network.Graph.Output("y", edges.SumOfSources(network.Input("x", ElementType.Float, Shape.Of(x.Sizes))));
            var inputs = new TensorInputs { ["x"] = x };
            var plan = new EdgePlan(name => network.Graph.Inputs.Any(input => input.Name == name));
            plan.Build(Sums.Columns, ends.ToArray(), Sums.Rows, Sums.Start.Length - 1);
            plan.FeedTo(inputs);
            using var session = new OnnxSession(network.Graph);
            sums = session.Run(inputs)["y"].As<float>();
        }
        File.WriteAllLines(file, [$"{Simd.Width}", $"{KernelLibrary.IsOn()}", string.Join(' ', sums)]);
    }
}
