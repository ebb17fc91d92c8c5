using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class JordanTests
{
    [TestMethod]
    public void Output_goes_back_into_the_next_step()
    {
        // All sizes 1: h = tanh(0.5 x - y + 0.1), y = 2 h + 0.3
        float[] x = [1, -2, 0.5f];
        var expected = new List<float>();
        foreach (var step in x)
            expected.Add(2 * MathF.Tanh(0.5f * step - expected.LastOrDefault() + 0.1f) + 0.3f);
        foreach (var isForced in new[] { false, true })
        {
            var graph = new Graph("test");
            var weights = new Dictionary<string, Value>
            {
                ["jordan/input_weight"] = Number(0.5f, 1, 1), ["jordan/output_weight"] = Number(-1, 1, 1),
                    ["jordan/bias"] = Number(0.1f, 1),
                ["jordan/output/weight"] = Number(2, 1, 1), ["jordan/output/bias"] = Number(0.3f, 1),
            };
            Value Number(float number, params long[] sizes) => graph.Constant(TensorData.Create([number], sizes));
            var network = new NetworkBuilder(graph, NetworkMode.Evaluation, weights);
            // Forced with what it gave, it gives the same.
            var previous = isForced ? graph.Constant(TensorData.Create([0, expected[0], expected[1]], 3, 1, 1)) : null;
            graph.Output("y", network.Jordan(new(network, graph.Constant(TensorData.Create(x, 3, 1, 1)), null), 1, 1,
                previous: previous).Output.Steps);
            using var session = new OnnxSession(graph);
            var y = session.Run(new Dictionary<string, TensorData>())["y"].As<float>();
            for (var i = 0; i < x.Length; i++)
                Assert.AreEqual(expected[i], y[i], 1e-5f, $"forced {isForced}, step {i}");
        }
    }
}
