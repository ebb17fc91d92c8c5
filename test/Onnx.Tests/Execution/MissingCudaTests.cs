namespace MLSeqGraph.Onnx.Tests;

/// <summary>What a program is told on a machine without CUDA.</summary>
[TestClass]
public class MissingCudaTests
{
    private string? _named;
    private DirectoryInfo _folder = null!;

    [TestInitialize]
    public void Start()
    {
        if (CudaDevice.OpenForAuto(out _) is not null)
            Assert.Inconclusive("CUDA works on this machine.");
        _named = Environment.GetEnvironmentVariable(CudaSearch.ProviderVariable);
        _folder = Directory.CreateTempSubdirectory("mlseqgraph-test-");
    }

    [TestCleanup]
    public void End()
    {
        if (_folder is null)
            return;
        Environment.SetEnvironmentVariable(CudaSearch.ProviderVariable, _named);
        _folder.Delete(recursive: true);
    }

    [TestMethod]
    public void Without_a_provider_library_the_error_says_where_it_was_looked_for()
    {
        Environment.SetEnvironmentVariable(CudaSearch.ProviderVariable, _folder.FullName);
        var exception = Failure();
        Assert.AreEqual(ExecutionTarget.Cuda(), exception.Target);
        Assert.HasCount(2, exception.Attempts);
        StringAssert.Contains(exception.Attempts[0], "not enabled in this build");
        StringAssert.Contains(exception.Attempts[1], _folder.FullName);
        StringAssert.Contains(exception.Attempts[1], CudaSearch.ProviderFile);
        StringAssert.Contains(exception.Missing[0], CudaSearch.ProviderFile);
        foreach (var part in exception.Attempts.Concat(exception.Missing))
            StringAssert.Contains(exception.Message, part);
    }

    [TestMethod]
    public void Without_a_driver_the_error_says_so() =>
        Assert.IsTrue(Failure().Missing.Any(missing => missing.Contains("driver")), Failure().Message);

    [TestMethod]
    [DataRow(0)]
    [DataRow(5000)]
    public void A_broken_provider_library_is_named(int length)
    {
        var library = Path.Combine(_folder.FullName, CudaSearch.ProviderFile);
        File.WriteAllBytes(library, new byte[length]);
        Environment.SetEnvironmentVariable(CudaSearch.ProviderVariable, library);
        var exception = Failure();
        Assert.HasCount(2, exception.Attempts);
        StringAssert.Contains(exception.Attempts[1], library);
        Assert.IsFalse(exception.Missing.Any(missing => missing.Contains(CudaSearch.ProviderFile)), exception.Message);
    }

    [TestMethod]
    public void A_library_that_is_no_provider_is_named()
    {
        if (OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
            Assert.Inconclusive("Uses a library of Linux.");
        var other = Directory.GetFiles(AppContext.BaseDirectory, "libonnxruntime_providers_shared.so", SearchOption.AllDirectories)
            .Single(file => file
                .Contains("linux-x64") == (System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture
                    == System.Runtime.InteropServices.Architecture.X64));
        File.Copy(other, Path.Combine(_folder.FullName, CudaSearch.ProviderFile));
        Environment.SetEnvironmentVariable(CudaSearch.ProviderVariable, _folder.FullName);
        StringAssert.Contains(Failure().Attempts[1], "CreateEpFactories");
    }

    [TestMethod]
    public void The_loaders_message_tells_the_missing_library()
    {
        var missing = CudaSearch
            .MissingLibraries("Failed to load library a/libonnxruntime_providers_cuda.so with error: libcublasLt.so.13: cannot open "
                + "shared object file: No such file or directory").ToArray();
        CollectionAssert.AreEqual(new[] { "libcublasLt.so.13 (cuBLAS, part of the CUDA toolkit)" }, missing);
        StringAssert.Contains(CudaSearch.MissingLibraries("libcudnn.so.9: cannot open shared object file").Single(), "cuDNN");
        StringAssert.Contains(CudaSearch.MissingLibraries("libcuda.so.1: cannot open shared object file").Single(), "driver");
        Assert.IsEmpty(CudaSearch.MissingLibraries("undefined symbol: CreateEpFactories"));
    }

    [TestMethod]
    public void Auto_falls_back_to_the_processor_and_says_why()
    {
        var log = new List<string>();
        using var session = new OnnxSession(Doubling(), ExecutionTarget.Auto, log.Add);
        Assert.AreEqual(ExecutionTarget.Cpu(), session.Target);
        Assert.IsNotNull(session.FallbackReason);
        StringAssert.Contains(session.FallbackReason, "not enabled in this build");
        StringAssert.Contains(log.Single(), session.FallbackReason);
        CollectionAssert.AreEqual(new float[] { 2, 4 },
            session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Vector(1f, 2f) })["y"].As<float>());

        // the search is made once a process: what it would find now doesn't count
        File.WriteAllText(Path.Combine(_folder.FullName, CudaSearch.ProviderFile), "");
        Environment.SetEnvironmentVariable(CudaSearch.ProviderVariable, _folder.FullName);
        using var second = new OnnxSession(Doubling(), ExecutionTarget.Auto);
        Assert.AreEqual(session.FallbackReason, second.FallbackReason);
    }

    [TestMethod]
    public void A_session_on_the_processor_has_nothing_to_report()
    {
        var log = new List<string>();
        using var session = new OnnxSession(Doubling(), ExecutionTarget.Cpu(1), log.Add);
        Assert.AreEqual(ExecutionTarget.Cpu(1), session.Target);
        Assert.IsNull(session.FallbackReason);
        Assert.AreEqual("Every node runs on 'cpu:1'.", session.Placement.ToString());
        Assert.IsEmpty(log);
    }

    private static ExecutionTargetException Failure() =>
        Assert.ThrowsExactly<ExecutionTargetException>(() => new OnnxSession(Doubling(), ExecutionTarget.Cuda()));

    private static Graph Doubling()
    {
        var graph = new Graph("double");
        graph.Output("y", graph.Input("x", ElementType.Float, ["n"]) * 2.0);
        return graph;
    }
}
