using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>cos(t ω + b): its values, where the frequencies start, its gradients, what it refuses.</summary>
[TestClass]
public class TimeEncodingTests
{
    private static TensorData Random(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Double, seed, sizes);

    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values(NetworkMode mode)
    {
        var graph = new Graph("test");
        var network = new NetworkBuilder(graph, mode, new Dictionary<string, Value>
        {
            ["time_encoding/frequency"] = graph.Vector(1f, 0.5f, 0f), ["time_encoding/phase"] = graph.Vector(0f, 1f, 2f),
        });
        graph.Output("y", network.TimeEncoding(network.Input("t", ElementType.Float, [2, 1]), 3));
        using var session = new OnnxSession(graph);
        var y = session.Run(new Dictionary<string, TensorData> { ["t"] = TensorData.Create([0f, 4f], 2, 1) })["y"].As<float>();
        // cos 0, cos 1, cos 2; cos 4, cos 3, cos 2
        float[] expected = [1, 0.5403023f, -0.4161468f, -0.6536436f, -0.9899925f, -0.4161468f];
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], y[i], 1e-6f, $"element {i}");
    }

    [TestMethod]
    public void Frequencies_start_in_equal_ratios()
    {
        var parameters = new ParameterSet();
        var network = new NetworkBuilder(parameters, NetworkMode.Training);
        network.TimeEncoding(network.Input("t", ElementType.Float, ["batch", 1]), 4, slowest: 1e-3);
        network.TimeEncoding(network.Input("u", ElementType.Float, ["batch", 1]), 1, fastest: 5, name: "one");
        float[] expected = [1, 0.1f, 0.01f, 0.001f];
        var found = parameters.All.First(parameter => parameter.Name == "time_encoding/frequency").Value.As<float>();
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-6f * expected[0]);
        Assert.AreEqual(5, parameters.All.First(parameter => parameter.Name == "one/frequency").Value.As<float>().Single());
    }

    [TestMethod]
    public void Gradient() => FiniteDifferences.Check(values => new NetworkBuilder(values[0].Graph, NetworkMode.Training,
        new Dictionary<string, Value> { ["time_encoding/frequency"] = values[1], ["time_encoding/phase"] = values[2] })
        .TimeEncoding(values[0], 3), [Random(1, 2, 2, 1), Random(2, 3), Random(3, 3)]);

    [TestMethod]
    public void Bad_sizes()
    {
        static void Refused(string expected, Dim last, int size, double fastest = 1, double slowest = 1e-9) => StringAssert.Contains(
            Assert.Throws<GraphException>(() =>
            {
                var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Training);
                network.TimeEncoding(network.Input("t", ElementType.Float, ["batch", last]), size, fastest, slowest);
            }).Message, expected);
        Refused("TimeEncoding: expected times [.., 1]; got", 2, 3);
        Refused("expected a size of at least 1", 1, 0);
        Refused("the fastest first; got 3, 1 and 2", 1, 3, 1, 2);
        Refused("frequencies above 0", 1, 3, 1, 0);
    }
}
