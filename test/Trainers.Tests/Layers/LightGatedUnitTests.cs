using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Li-GRU: its values, gradients, blindness to padding, and that it is deployed as trained.</summary>
[TestClass]
public class LightGatedUnitTests
{
    private const int Time = 4, Batch = 2, Features = 2;

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

    [TestMethod]
    [DataRow(false, 1)]
    [DataRow(true, 2)]
    public void Gradients_of_ragged_batches(bool bidirectional, int layers)
    {
        var shapes = new ParameterSet();
        Write(new(shapes, NetworkMode.Evaluation), null);
        TensorData[] at =
        [
            FiniteDifferences.Random(ElementType.Float, 1, Time, Batch, Features),
            .. shapes.All.Select((parameter, i) => FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes])),
        ];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(1), (parameter, value) => KeyValuePair.Create(parameter.Name, value));
            return Write(new(values[0].Graph, NetworkMode.Training, weights), values[0]);
        }, at);

        Value Write(NetworkBuilder network, Value? x)
        {
            Sequence sequence = new(network, x ?? network.Input("x", ElementType.Float, [Time, Batch, Features]),
                network.Graph.Vector(Time, 2L));
            var run = network.Recurrent(sequence,
                new LightGatedUnitOptions { Hidden = 2, Bidirectional = bidirectional, Layers = layers });
            return Op.Concat(0, [.. new[] { run.Output.Steps, run.Last }.Select(part => Op.Reshape(part, [part.Shape.Elements]))]);
        }
    }

    [TestMethod]
    public void What_stands_in_the_padding_changes_nothing()
    {
        var graph = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        Sequence x = new(graph, graph.Input("x", ElementType.Float, [Time, Batch, Features]), graph.Graph.Vector(Time, 2L));
        var run = graph.Recurrent(x, new LightGatedUnitOptions { Hidden = 3, Bidirectional = true });
        graph.Graph.Output("y", Op.Concat(0, run.Output.Steps, Op.Reshape(run.Last, [1, Batch, 6])));
        using var session = new OnnxSession(graph.Graph);
        var steps = FiniteDifferences.Random(ElementType.Float, 1, Time, Batch, Features);
        var before = session.Run(new Dictionary<string, TensorData> { ["x"] = steps })["y"].As<float>();
        // the last two steps of the second sequence
        for (var step = 2; step < Time; step++)
            steps.As<float>().AsSpan((step * Batch + 1) * Features, Features).Fill(100);
        CollectionAssert.AreEqual(before, session.Run(new Dictionary<string, TensorData> { ["x"] = steps })["y"].As<float>());
    }

    [TestMethod]
    public void A_sequence_network_of_it_is_deployed_as_trained()
    {
        var ml = new MLContext(1);
        var network = SequenceNetwork.Recurrent(new LightGatedUnitOptions { Hidden = 3, Layers = 2, Bidirectional = true,
            Dropout = 0.2f });
        Assert.AreEqual("bidirectional Li-GRU", network.Name);
        var data = EveryForm.Mapped(ml, 20);
        using var model = EveryForm.Trainer(ml, "Tagging", "Keys", options => options.Network = network).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    [DataRow("none", AttentionTiming.After)]
    [DataRow("additive", AttentionTiming.Before)]
    public void A_decoder_of_it_continues_its_sequence(string attention, AttentionTiming timing)
    {
        var decoder = SequenceDecoder.Recurrent(new LightGatedUnitOptions { Hidden = 6, Layers = 2 },
            RecurrentDecoderTests.Attention(attention), timing);
        var forms = new DecoderForms(decoder, batch: 3, steps: 7, source: 5);
        var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
        float[] whole = forms.Whole(x, sources), chunks = forms.InChunks(x, sources, 3, capacity: 7);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i], chunks[i], 1e-5f, $"element {i}");
    }
}
