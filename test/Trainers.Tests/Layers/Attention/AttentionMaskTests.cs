using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class AttentionMaskTests
{
    private const int Batch = 2, Time = 4, Width = 4;

    // Row 0 hides all keys from its second query, row 1 hides all from all.
    private static Value Allowed(Graph graph) => graph.Constant(TensorData.Create(
        [true, true, false, false, false, false, false, false, true, false, false, true, true, true, true, true, .. new bool[Time * Time]],
            Batch, 1, Time, Time));

    [TestMethod]
    public void A_query_whose_keys_are_all_masked_gets_zeros()
    {
        var network = new NetworkBuilder(new(), NetworkMode.Deployment, seed: 1);
        var x = network.Graph.Constant(FiniteDifferences.Random(ElementType.Float, 1, Batch, 1, Time, Width));
        var (output, weights) = network.ScaledDotProductAttention(x, x, x, AttentionMask.Of(Allowed(network.Graph)));
        network.Graph.Output("output", output);
        network.Graph.Output("weights", weights);
        using var session = new OnnxSession(network.Graph);
        var found = session.Run(new Dictionary<string, TensorData>());
        float[] of = found["output"].As<float>(), shares = found["weights"].As<float>();
        Assert.IsTrue(of.All(float.IsFinite));
        for (var row = 0; row < Batch; row++)
            for (var query = 0; query < Time; query++)
            {
                var hidden = row == 1 || query == 1;
                var at = row * Time + query;
                Assert.AreEqual(hidden ? 0 : 1, shares.AsSpan(at * Time, Time).ToArray().Sum(), 1e-6f);
                Assert.AreEqual(hidden, of.AsSpan(at * Width, Width).IndexOfAnyExcept(0f) < 0);
            }
    }

    [TestMethod]
    public void Its_gradient_is_that_of_the_others_and_zero_for_itself() => FiniteDifferences.Check(
        values => new NetworkBuilder(values[0].Graph, NetworkMode.Training, []).ScaledDotProductAttention(values[0], values[1], values[2],
            AttentionMask.Of(Allowed(values[0].Graph))).Output,
        [.. Enumerable.Range(1, 3).Select(seed => FiniteDifferences.Random(ElementType.Float, seed, Batch, 1, Time, Width))]);

    [TestMethod]
    public void An_empty_sequence_beside_others_gives_zeros()
    {
        var network = new NetworkBuilder(new(), NetworkMode.Deployment, seed: 1);
        var x = network.Graph.Constant(FiniteDifferences.Random(ElementType.Float, 1, Batch, 1, Time, Width));
        var mask = AttentionMask.Padding(network.Graph.Vector(0L, 3L), x, axis: 2, mayBeEmpty: true);
        network.Graph.Output("output", network.ScaledDotProductAttention(x, x, x, mask).Output);
        using var session = new OnnxSession(network.Graph);
        var of = session.Run(new Dictionary<string, TensorData>())["output"].As<float>();
        Assert.IsTrue(of.Take(Time * Width).All(value => value == 0));
        Assert.IsTrue(of.Skip(Time * Width).All(value => float.IsFinite(value) && value != 0));
    }

    [TestMethod]
    public void Masks_combine_and_name_what_is_no_mask()
    {
        var graph = new Graph("masks");
        var x = graph.Input("x", ElementType.Float, [2, 3, 4]);
        graph.Output("both", AttentionMask.Causal(x).And(AttentionMask.Padding(graph.Vector(3L, 1L), x)).Allowed);
        graph.Output("near", AttentionMask.Causal(graph.Vector(0L, 1L, 2L), x, 1, window: 2).Allowed);
        using var session = new OnnxSession(graph);
        var found = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Zeros(ElementType.Float, 2, 3, 4) });
        CollectionAssert.AreEqual(new[] { true, false, false, true, true, false, true, true, true, true, false, false, true, false, false,
            true, false, false }, found["both"].As<bool>());
        CollectionAssert.AreEqual(new[] { true, false, false, true, true, false, false, true, true }, found["near"].As<bool>());
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => AttentionMask.Of(x)).Message, "Bool");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => AttentionMask.Padding(x, x)).Message, "lengths");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => AttentionMask.Causal(graph.Vector(0L), x, 1, window: 0));
    }
}
