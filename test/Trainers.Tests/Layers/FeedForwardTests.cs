using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Feed-forward layers by golden values.</summary>
[TestClass]
public class FeedForwardTests
{
    // x W = [1, -1, 2]; GELU of these .8413447, -.1586553 and 1.9544997; SiLU .7310586, -.2689414 and 1.7615942.
    [TestMethod]
    [DataRow(FeedForwardActivation.GeGlu, true, 2 * 0.8413447f + 3 * -0.1586553f - 1.9544997f)]
    [DataRow(FeedForwardActivation.SwiGlu, true, 2 * 0.7310586f + 3 * -0.2689414f - 1.7615942f)]
    [DataRow(FeedForwardActivation.Gelu, false, 0.8413447f - 0.1586553f + 1.9544997f)]
    [DataRow(FeedForwardActivation.Relu, false, 3f)]
    public void Without_biases(FeedForwardActivation activation, bool isGated, float expected)
    {
        foreach (var mode in Enum.GetValues<NetworkMode>())
        {
            var graph = new Graph("test");
            Value Constant(long rows, long columns, params float[] values) => graph.Constant(TensorData.Create(values, rows, columns));
            List<KeyValuePair<string, Value>> weights = [new("feed_forward/inner/weight", Constant(1, 3, 1, -1, 2)),
                new("feed_forward/outer/weight", Constant(3, 1, 1, 1, 1))];
            if (isGated)
                weights.Add(new("feed_forward/gate/weight", Constant(1, 3, 2, 3, -1)));
            // Parameters that aren't given would be an error.
            var network = new NetworkBuilder(graph, mode, weights);
            graph.Output("y", network.FeedForward(graph.Input("x", ElementType.Float, [1, 1]), 3, activation, bias: false));
            using var session = new OnnxSession(graph);
            Assert.AreEqual(expected, session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create([1f], 1, 1) })["y"]
                .As<float>()[0], 1e-5f, $"{mode}");
        }
    }
}
