using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class FusedAttentionTests
{
    private const int Batch = 3, Time = 9, Hidden = 16;

    [TestMethod]
    [DataRow(PositionEncoding.Sinusoidal)]
    [DataRow(PositionEncoding.RelativeBias)]
    public void A_hundred_steps_have_the_losses_of_standard_operators(PositionEncoding positions)
    {
        var options = new TransformerOptions { Hidden = Hidden, Heads = 2, Layers = 2, Positions = positions, Dropout = 0.1f };
        float[] fused = Train(options, null), standard = Train(options, false);
        for (var step = 0; step < fused.Length; step++)
            Assert.AreEqual(standard[step], fused[step], 1e-5 * standard[step], $"step {step}");
        Assert.IsLessThan(0.9 * fused[0], fused[^1]);
    }

    [TestMethod]
    public void No_tensor_of_queries_by_keys_is_left()
    {
        if (!KernelLibrary.IsOn())
            Assert.Inconclusive(KernelLibrary.Reason!);
        var options = new TransformerOptions { Hidden = Hidden, Heads = 2, Layers = 1 };
        var model = TrainingModel.Build(network => Network(network, options, null), new Adam());
        Assert.Contains("FusedAttention", model.Step.Nodes.Select(node => node.OpType).ToArray());
        var pairs = model.Step.Nodes.SelectMany(node => node.Outputs)
            .Where(output => output.Shape.Rank == 4 && output.Shape[2] == "time" && output.Shape[3] == "time").ToArray();
        Assert.IsEmpty(pairs, string.Join(", ", pairs.AsEnumerable()));
    }

    private static float[] Train(TransformerOptions options, bool? usesKernels)
    {
        var model = TrainingModel.Build(network => Network(network, options, usesKernels), new Adam(), seed: 1);
        using var session = new TrainingSession(model, ExecutionTarget.Cpu(2));
        var random = new Random(1);
        float[] x = [.. Enumerable.Range(0, Batch * Time * Hidden).Select(_ => random.NextSingle() - 0.5f)];
        return [.. Enumerable.Range(0, 100).Select(_ =>
        {
            session.Feed<float>("x", x, Batch, Time, Hidden);
            session.Feed<long>("lengths", [Time, 4, 1], Batch);
            return session.Step(1e-3f).Loss;
        })];
    }

    // Mean squared distance of a causal Transformer's first features to numbers.
    private static NetworkOutputs Network(NetworkBuilder network, TransformerOptions options, bool? usesKernels)
    {
        network.Graph.UsesKernels = usesKernels ?? network.Graph.UsesKernels;
        Value x = network.Input("x", ElementType.Float, ["batch", "time", Hidden]),
            lengths = network.Input("lengths", ElementType.Int64, ["batch"]);
        var (output, _) = new Sequence(network, Op.Transpose(x, 1, 0, 2), lengths).TransformerEncoder(options, isCausal: true);
        var distance = Op.Slice(output.Steps, 2, 0, 1) - 0.5;
        return new(Op.ReduceMean(distance * distance, keepDims: false));
    }
}
