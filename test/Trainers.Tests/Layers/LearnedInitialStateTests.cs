using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class LearnedInitialStateTests
{
    private const int Hidden = 2;

    private static readonly Dictionary<string, RecurrentOptions> Kinds = new()
    {
        ["lstm"] = new LstmOptions { Hidden = Hidden, LearnedInitialStates = true },
        ["lstm, peepholes, coupled"] =
            new LstmOptions { Hidden = Hidden, LearnedInitialStates = true, Peepholes = true, CoupledInputForget = true },
        ["gru"] = new GruOptions { Hidden = Hidden, LearnedInitialStates = true },
        ["rnn"] = new RnnOptions { Hidden = Hidden, LearnedInitialStates = true },
        ["mgu"] = new MinimalGatedUnitOptions { Hidden = Hidden, LearnedInitialStates = true },
    };

    public static IEnumerable<object[]> Cases =>
        from kind in Kinds.Keys from bidirectional in (bool[])[false, true] select new object[] { kind, bidirectional };

    public static IEnumerable<object[]> AllKinds => Kinds.Keys.Select(kind => new object[] { kind });

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("LSTM_LEARNED_STATE")]
    public void Golden_values_in_training(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(values => Golden(oracle, values, NetworkMode.Training));
    }

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("LSTM_LEARNED_STATE")]
    public void Golden_values_deployed(string file)
    {
        var oracle = OracleCase.Load(file).WithoutGradients();
        oracle.Check(values => Golden(oracle, values, NetworkMode.Deployment));
    }

    private static Dictionary<string, Value> Golden(OracleCase oracle, IReadOnlyDictionary<string, Value> values, NetworkMode mode)
    {
        var hidden = oracle.Setting("hidden_size", 0);
        var stack = values.Where(value => value.Key.Contains("_ih") || value.Key.Contains("_hh")).ToDictionary(v =>
            v.Key + "_l0", v => v.Value);
        var weights = TorchWeights.Convert("lstm", stack, 1, false, hidden);
        (weights["lstm/initial_hidden"], weights["lstm/initial_cell"]) = (values["h_0"], values["c_0"]);
        var network = new NetworkBuilder(values["x"].Graph, mode, weights);
        var run = network.Lstm(
            new(network, Op.Transpose(values["x"], 1, 0, 2), values["lengths"]), new() { Hidden = hidden, LearnedInitialStates = true });
        return new()
        {
            ["output"] = Op.Transpose(run.Output.Steps, 1, 0, 2), ["h_n"] = Op.Squeeze(run.Last, 0), ["c_n"] = Op.Squeeze(run.LastCell!, 0),
        };
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradients_of_ragged_batches(string kind, bool bidirectional)
    {
        var shapes = new ParameterSet();
        Write(new(shapes, NetworkMode.Evaluation), kind, bidirectional, null);
        Assert.AreEqual((kind.StartsWith("lstm", StringComparison.Ordinal) ? 2 : 1) * (bidirectional ? 2 : 1),
            shapes.All.Count(parameter => parameter.Name.Contains("initial_")));
        TensorData[] at =
        [
            FiniteDifferences.Random(ElementType.Float, 1, 4, 2, 2),
            .. shapes.All.Select((parameter, i) => FiniteDifferences.Random(ElementType.Float, 2 + i, [.. parameter.Value.Sizes])),
        ];
        FiniteDifferences.Check(values =>
        {
            var weights = shapes.All.Zip(values.Skip(1), (parameter, value) => KeyValuePair.Create(parameter.Name, value));
            return Write(new(values[0].Graph, NetworkMode.Training, weights), kind, bidirectional, values[0]);
        }, at);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void The_deployed_model_is_the_trained_network(string kind, bool bidirectional)
    {
        var parameters = new ParameterSet();
        Write(new(parameters, NetworkMode.Evaluation), kind, bidirectional, null);
        var seed = 10;
        foreach (var parameter in parameters.All)
            FiniteDifferences.Random(ElementType.Float, seed++, [.. parameter.Value.Sizes]).As<float>().CopyTo(parameter.Value.As<float>(),
                0);
        var steps = FiniteDifferences.Random(ElementType.Float, 1, 4, 2, 2);
        float[] trained = Run(NetworkMode.Evaluation), deployed = Run(NetworkMode.Deployment);
        for (var i = 0; i < trained.Length; i++)
            Assert.AreEqual(trained[i], deployed[i], 1e-5f, $"element {i}");

        float[] Run(NetworkMode mode)
        {
            var network = new NetworkBuilder(parameters, mode);
            network.Graph.Output("y", Write(network, kind, bidirectional, null));
            using var session = new OnnxSession(network.Graph);
            var feed = new TensorInputs { ["x"] = steps };
            if (mode != NetworkMode.Deployment)
                foreach (var parameter in parameters.All)
                    feed[parameter.Name] = parameter.Value;
            return session.Run(feed)["y"].As<float>();
        }
    }

    private static Value Write(NetworkBuilder network, string kind, bool bidirectional, Value? x)
    {
        Sequence sequence = new(network, x ?? network.Input("x", ElementType.Float, [4, 2, 2]), network.Graph.Vector(4L, 2L));
        var run = network.Recurrent(sequence, Kinds[kind] with { Bidirectional = bidirectional });
        return Op.Concat(0, [.. run.LastStates.Append(run.Output.Steps).Select(part => Op.Reshape(part, [part.Shape.Elements]))]);
    }

    [TestMethod]
    [DynamicData(nameof(AllKinds))]
    public void A_network_with_them_is_deployed_as_trained(string kind)
    {
        var ml = new MLContext(1);
        var data = EveryForm.Mapped(ml, 20);
        var network = SequenceNetwork.Recurrent(Kinds[kind] with { Layers = 2, Bidirectional = true });
        using var model = EveryForm.Trainer(ml, "Tagging", "Keys", options => options.Network = network).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
    }

    [TestMethod]
    [DynamicData(nameof(AllKinds))]
    public void A_decoder_without_a_source_starts_from_them(string kind)
    {
        var forms = new DecoderForms(SequenceDecoder.Recurrent(Kinds[kind] with { Layers = 2 }), batch: 3, steps: 7, source: null);
        var (x, sources) = (forms.RandomSteps(), forms.RandomSources());
        forms.Whole(x, sources);
        var seed = 20;
        foreach (var parameter in forms.Parameters.All.Where(parameter => parameter.Name.Contains("initial_")))
            FiniteDifferences.Random(ElementType.Float, seed++, [.. parameter.Value.Sizes]).As<float>().CopyTo(parameter.Value.As<float>(),
                0);
        Assert.AreNotEqual(20, seed);
        float[] whole = forms.Whole(x, sources), chunks = forms.InChunks(x, sources, 3, capacity: 7);
        for (var i = 0; i < whole.Length; i++)
            Assert.AreEqual(whole[i], chunks[i], 1e-5f, $"element {i}");
    }

    [TestMethod]
    public void A_decoder_with_a_source_refuses_them() =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
        {
            var forms = new DecoderForms(SequenceDecoder.Recurrent(Kinds["gru"]), batch: 1, steps: 2, source: 3);
            forms.Whole(forms.RandomSteps(), forms.RandomSources());
        }).Message, "LearnedInitialStates of GruOptions is set");
}
