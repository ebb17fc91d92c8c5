using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>A recurrent layer that is no part of any switch or list: options and a cell in one file, tested in this one.</summary>
[TestClass]
public class MinimalGatedUnitTests
{
    private const int Time = 4, Batch = 2, Features = 2;

    [TestMethod]
    [TestCategory("Oracle")]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values(NetworkMode mode)
    {
        var oracle = OracleCase.Load("recurrent_minimal_gated_unit.json");
        var hidden = oracle.Setting("hidden_size", 0);
        (mode == NetworkMode.Training ? oracle : oracle.WithoutGradients()).Check(v =>
        {
            // rows of the weights: state first, then input
            var features = v["x"].Shape[2].Size;
            Value[] forget = Op.Split(v["w_f"], 0, hidden, features), candidate = Op.Split(v["w_h"], 0, hidden, features);
            Dictionary<string, Value> weights = new()
            {
                ["mgu/input_weight"] = Op.Concat(1, forget[1], candidate[1]), ["mgu/bias"] = Op.Concat(0, v["b_f"], v["b_h"]),
                ["mgu/forget_weight"] = forget[0], ["mgu/candidate_weight"] = candidate[0],
            };
            var network = new NetworkBuilder(v["x"].Graph, mode, weights);
            var run = network.Recurrent(
                new(network, Op.Transpose(v["x"], 1, 0, 2), null), new MinimalGatedUnitOptions { Hidden = hidden });
            return new Dictionary<string, Value> { ["output"] = Op.Transpose(run.Output.Steps, 1, 0, 2) };
        });
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
                new MinimalGatedUnitOptions { Hidden = 2, Bidirectional = bidirectional, Layers = layers });
            return Op.Concat(0, [.. new[] { run.Output.Steps, run.Last }.Select(part => Op.Reshape(part, [part.Shape.Elements]))]);
        }
    }

    [TestMethod]
    public void What_stands_in_the_padding_changes_nothing()
    {
        var graph = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        Sequence x = new(graph, graph.Input("x", ElementType.Float, [Time, Batch, Features]), graph.Graph.Vector(Time, 2L));
        var run = graph.Recurrent(x, new MinimalGatedUnitOptions { Hidden = 3, Bidirectional = true });
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
    public void It_is_deployed_as_a_loop()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        Sequence x = new(network, network.Input("x", ElementType.Float, ["time", "batch", Features]), null);
        network.Graph.Output("y", network.Recurrent(x, new MinimalGatedUnitOptions { Hidden = 3 }).Output.Steps);
        Assert.AreEqual(1, network.Graph.Nodes.Count(node => node.OpType == "Scan"));
    }

    [TestMethod]
    public void A_sequence_network_of_it_is_deployed_as_trained()
    {
        var ml = new MLContext(1);
        var network = SequenceNetwork.Recurrent(new MinimalGatedUnitOptions { Hidden = 3, Layers = 2, Bidirectional = true,
            Dropout = 0.2f });
        Assert.AreEqual("bidirectional MGU", network.Name);
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
        MinimalGatedUnitOptions options = new() { Hidden = 6, Layers = 2 };
        var decoder = SequenceDecoder.Recurrent(options, RecurrentDecoderTests.Attention(attention), timing);
        StringAssert.StartsWith(decoder.Name, "MGU");
        var forms = new DecoderForms(decoder, batch: 3, steps: 7, source: 5);
        var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
        float[] whole = forms.Whole(x, sources), chunks = forms.InChunks(x, sources, 3, capacity: 7);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i], chunks[i], 1e-5f, $"element {i}");
    }
}
