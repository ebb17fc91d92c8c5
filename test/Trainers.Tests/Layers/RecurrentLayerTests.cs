using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>
/// What every recurrent layer is tested for beside its values: gradients, blindness to padding, networks and decoders of it, and that it
/// is deployed as trained.
/// </summary>
/// <param name="layer">The layer's options.</param>
public abstract class RecurrentLayerTests(RecurrentOptions layer)
{
    private protected const int Time = 4, Batch = 2, Features = 2;

    /// <summary>Where a parameter's derivative is taken: at random numbers, unless the layer has corners there.</summary>
    private protected virtual TensorData At(string parameter, TensorData random) => random;

    [TestMethod]
    [DataRow(false, 1)]
    [DataRow(true, 2)]
    public virtual void Gradients_of_ragged_batches(bool bidirectional, int layers)
    {
        var shapes = new ParameterSet();
        Write(new(shapes, NetworkMode.Evaluation), null);
        TensorData[] at =
        [
            FiniteDifferences.Random(ElementType.Float, 1, Time, Batch, Features),
            .. shapes.All.Select((parameter, i) =>
                At(parameter.Name, FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes]))),
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
            var run = network.Recurrent(sequence, layer with { Hidden = 2, Bidirectional = bidirectional, Layers = layers });
            return Op.Concat(0, [.. new[] { run.Output.Steps, run.Last }.Select(part => Op.Reshape(part, [part.Shape.Elements]))]);
        }
    }

    [TestMethod]
    public void What_stands_in_the_padding_changes_nothing()
    {
        var graph = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        Sequence x = new(graph, graph.Input("x", ElementType.Float, [Time, Batch, Features]), graph.Graph.Vector(Time, 2L));
        var run = graph.Recurrent(x, layer with { Hidden = 3, Bidirectional = true });
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
        var network = SequenceNetwork.Recurrent(layer with { Hidden = 3, Layers = 2, Bidirectional = true, Dropout = 0.2f });
        Assert.AreEqual($"bidirectional {layer.Name}", network.Name);
        var data = EveryForm.Mapped(ml, 20);
        using var model = EveryForm.Trainer(ml, "Tagging", "Keys", options => options.Network = network).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    [DataRow("none", AttentionTiming.After)]
    [DataRow("additive", AttentionTiming.Before)]
    [DataRow("general", AttentionTiming.Feeding)]
    public void A_decoder_of_it_continues_its_sequence(string attention, AttentionTiming timing)
    {
        var decoder = SequenceDecoder.Recurrent(layer with { Hidden = 6, Layers = 2 }, RecurrentDecoderTests.Attention(attention), timing);
        StringAssert.StartsWith(decoder.Name, layer.Name);
        var forms = new DecoderForms(decoder, batch: 3, steps: 7, source: 5);
        var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
        float[] whole = forms.Whole(x, sources), chunks = forms.InChunks(x, sources, 3, capacity: 7);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i], chunks[i], 1e-5f, $"element {i}");
    }
}
