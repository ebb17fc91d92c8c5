using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Li-GRU: its values.</summary>
[TestClass]
public class LightGatedUnitTests() : RecurrentLayerTests(new LightGatedUnitOptions())
{
    /// <summary>Values of the equations, computed apart from this library; candidates below 0 among them.</summary>
    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Evaluation)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values(NetworkMode mode)
    {
        var graph = new Graph("test");
        Value Constant(float[] elements, params long[] sizes) => graph.Constant(TensorData.Create(elements, sizes));
        Dictionary<string, Value> weights = new()
        {
            ["li-gru/input_weight"] = Constant([1, -1, 1, 0.5f, 0.5f, 2, -1, 1], 2, 4),
            ["li-gru/bias"] = Constant([0, 0.5f, 0.25f, -0.5f], 4),
            ["li-gru/update_weight"] = Constant([0.5f, -1, 1, 0], 2, 2),
            ["li-gru/candidate_weight"] = Constant([1, -1, 0.5f, 1], 2, 2),
        };
        var network = new NetworkBuilder(graph, mode, weights);
        Sequence x = new(network, network.Input("x", ElementType.Float, [3, Batch, Features]), null);
        graph.Output("y", network.Recurrent(x, new LightGatedUnitOptions { Hidden = 2 }).Output.Steps);
        using var session = new OnnxSession(graph);
        var feed = TensorData.Create([1, 0.5f, 0.5f, -1, -1, 1, 2, 0, 0, 2, -0.5f, -0.5f], 3, Batch, Features);
        var y = session.Run(new Dictionary<string, TensorData> { ["x"] = feed })["y"].As<float>();
        float[] expected =
        [
            0.1670251f, 0.1887703f, 0.875f, 0, 0.0740448f, 0.1830151f, 1.0558043f, 0, 0.0571678f, 0.1998719f, 1.1946286f, 0,
        ];
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], y[i], 1e-6f, $"element {i}");
    }
}
