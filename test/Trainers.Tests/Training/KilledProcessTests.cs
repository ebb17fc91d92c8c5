using System.Diagnostics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>
/// Trains in a process of its own that is killed while it writes a checkpoint. That process is this assembly started as a program:
/// <see cref="StartupHook"/> runs before its empty entry point.
/// </summary>
[TestClass]
public class KilledProcessTests
{
    internal const string FolderVariable = "MLSEQGRAPH_TEST_CHECKPOINTS";
    private const int Width = 100_000; // a checkpoint of 3.6 MB, written long enough to be hit

    [TestMethod]
    public void Training_goes_on_to_the_same_weights()
    {
        var folder = Path.Combine(Path.GetTempPath(), "mlseqgraph-" + Guid.NewGuid().ToString("N"));
        try
        {
            Directory.CreateDirectory(folder);
            var isCut = false;
            for (var attempt = 0; attempt < 5 && !isCut; attempt++)
                isCut = KillWhileWriting(folder, epochs: 3);
            Assert.IsTrue(isCut, "no attempt hit a write");
            Assert.IsNotEmpty(Directory.GetFiles(folder, "*.checkpoint"));
            CollectionAssert.AreEqual(Train(null), Train(folder));
            Assert.IsEmpty(Directory.GetFiles(folder, "*.tmp"));
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    internal static float[] Train(string? folder)
    {
        var options = new TrainingOptions { Epochs = 12, BatchSize = 16, CheckpointFolder = folder, Resume = folder is not null };
        var model = TrainingLoop.Build(Wide, options);
        TrainingLoop.Run(model, new Regression(16, 16, 16), options);
        return Regression.Weights(model);
    }

    private static NetworkOutputs Wide(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["batch", Regression.Features]);
        var y = network.Input("y", ElementType.Float, ["batch"]);
        var hidden = Op.Tanh(Op.MatMul(x, network.Parameter("hidden", [Regression.Features, Width], Initializers.GlorotUniform)));
        var error = Op.ReduceMean(network.Dropout(hidden, 0.5f), [1], keepDims: false) - y;
        return new(Op.ReduceMean(error * error, keepDims: false));
    }

    /// <returns>Whether the process was killed with a checkpoint half written, after so many whole ones.</returns>
    private static bool KillWhileWriting(string folder, int epochs)
    {
        var assembly = typeof(KilledProcessTests).Assembly.Location;
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly])
        {
            Environment = { ["DOTNET_STARTUP_HOOKS"] = assembly, [FolderVariable] = folder },
            RedirectStandardError = true,
        })!;
        var watch = Stopwatch.StartNew();
        while (!process.HasExited)
        {
            Assert.IsLessThan(120.0, watch.Elapsed.TotalSeconds, "the process neither wrote nor ended");
            if (Directory.GetFiles(folder, "*.checkpoint").Select(Epoch).DefaultIfEmpty().Max() >= epochs
                && Directory.GetFiles(folder, "epoch-*.tmp").Any(HasContent))
                process.Kill();
        }
        process.WaitForExit();
        Assert.AreNotEqual(0, process.ExitCode, "the process ended before it was killed: " + process.StandardError.ReadToEnd());
        return Directory.GetFiles(folder, "epoch-*.tmp").Length > 0;

        static int Epoch(string file) => int.Parse(Path.GetFileName(file)[6..12]);
        static bool HasContent(string file) => new FileInfo(file) is { Exists: true, Length: > 0 };
    }
}
