namespace MLSeqGraph.Onnx.Tests;

/// <summary>Runs where there is a CUDA device.</summary>
[TestClass]
public class CudaTests
{
    [TestInitialize]
    public void Start()
    {
        if (CudaDevice.OpenForAuto(out var reason) is null)
            Assert.Inconclusive(reason!);
    }

    [TestMethod]
    public void Buffers_hold_what_was_written()
    {
        using var session = new OnnxSession(Layer(), ExecutionTarget.Cuda());
        using var buffer = session.Allocate(ElementType.Float, 3_000_000);
        var read = new float[3_000_000];
        buffer.Read<float>(read);
        Assert.IsTrue(Array.TrueForAll(read, element => element == 0));
        buffer.Write<float>([1, 2, 3], offset: 2_999_997);
        buffer.Read<float>(read.AsSpan(0, 5), offset: 2_999_995);
        CollectionAssert.AreEqual(new float[] { 0, 0, 1, 2, 3 }, read[..5]);
    }

    [TestMethod]
    public void Bound_buffers_give_what_the_processor_gives()
    {
        var x = FiniteDifferences.Random(ElementType.Float, 1, 5, 4);
        using var processor = new OnnxSession(Layer());
        var expected = processor.Run(new Dictionary<string, TensorData> { ["x"] = x })["y"];

        var log = new List<string>();
        using var session = new OnnxSession(Layer(), ExecutionTarget.Auto, log.Add);
        Assert.AreEqual(ExecutionTarget.Cuda(), session.Target);
        Assert.IsNull(session.Placement.Unknown);
        Assert.IsTrue(session.Placement.Nodes.Any(node => node.OpType == "Tanh" && node.Provider == "CUDAExecutionProvider"),
            session.Placement.ToString());
        Assert.AreEqual(session.Placement.OffTarget.Count > 0 ? 1 : 0, log.Count);
        using var input = session.Allocate(ElementType.Float, 20);
        using var output = session.Allocate(ElementType.Float, 15);
        input.Write<float>(x.As<float>());
        using (var from = input.View(0, 5, 4))
        using (var to = output.View(0, 5, 3))
        using (var binding = new SessionBinding(session))
        {
            binding.Input("x", from);
            binding.Output("y", to);
            binding.Run();
        }
        var bound = new float[15];
        output.Read<float>(bound);
        TensorComparison.Between("bound", expected, TensorData.Create(bound, 5, 3)).ThrowIfAbove(1e-5);
        TensorComparison.Between("run", expected, session.Run(new Dictionary<string, TensorData> { ["x"] = x })["y"]).ThrowIfAbove(1e-5);
    }

    [TestMethod]
    public void A_device_the_driver_does_not_list_is_named()
    {
        var exception = Assert.ThrowsExactly<ExecutionTargetException>(() => new OnnxSession(Layer(), ExecutionTarget.Cuda(99)));
        StringAssert.Contains(exception.Message, "CUDA device 99");
    }

    private static Graph Layer()
    {
        var graph = new Graph("layer");
        var weights = graph.Constant(FiniteDifferences.Random(ElementType.Float, 2, 4, 3));
        graph.Output("y", Op.Tanh(Op.MatMul(graph.Input("x", ElementType.Float, ["batch", 4]), weights)));
        return graph;
    }
}
