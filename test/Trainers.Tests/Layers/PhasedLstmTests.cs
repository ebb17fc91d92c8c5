using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class PhasedLstmTests() : RecurrentLayerTests(new PhasedLstmOptions { OpenRatio = 0.4f })
{
    // Units that are open for a good part of their period, so that no derivative is taken across a corner.
    private protected override TensorData At(string parameter, TensorData random)
    {
        var x = random.As<float>();
        return parameter.Split('/')[^1] switch
        {
            "open_ratio" => TensorData.Create(Array.ConvertAll(x, each => 0.7f + 0.2f * MathF.Tanh(each)), [.. random.Sizes]),
            "log_period" => TensorData.Create(Array.ConvertAll(x, each => 1.5f + 0.2f * MathF.Tanh(each)), [.. random.Sizes]),
            _ => random,
        };
    }

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("PhasedLSTM")]
    public void Golden_values(string file)
    {
        var oracle = OracleCase.Load(file);
        Check(oracle, NetworkMode.Training);
        Check(oracle.WithoutGradients(), NetworkMode.Deployment);
    }

    [TestMethod]
    public void Without_times_steps_are_counted_from_1()
    {
        var counted = Run(null);
        CollectionAssert.AreEqual(counted, Run([1, 2, 3, 4]));
        CollectionAssert.AreNotEqual(counted, Run([1, 2, 3.5f, 4]));
    }

    [TestMethod]
    public void The_backward_run_reads_the_times_backward()
    {
        // The second sequence has two steps; what stands past them, times included, changes nothing.
        CollectionAssert.AreEqual(Run([1, 2, 3, 4], both: true, second: [7, 9, 0, 0]), Run([1, 2, 3, 4], both: true, second: [7, 9, 5, 6]));
        CollectionAssert.AreNotEqual(Run([1, 2, 3, 4], both: true, second: [7, 9, 0, 0]),
            Run([1, 2, 3, 4], both: true, second: [7, 8, 0, 0]));
    }

    [TestMethod]
    public void A_trainer_reads_times_of_a_column_and_deploys_them()
    {
        var ml = new MLContext(1);
        var random = new Random(1);
        var rows = Enumerable.Range(0, 40).Select(i => new Row
        {
            Label = i % 2 == 0, Features = [.. Enumerable.Range(0, 3 + i % 4).Select(_ => random.NextSingle())],
            Time = [.. Enumerable.Range(0, 3 + i % 4).Select(step => step * (i % 2 + 0.5f))],
        }).ToArray();
        var data = ml.Data.LoadFromEnumerable(rows);
        var options = new SequenceBinaryClassificationTrainer.Options
        {
            Inputs = [InputColumn.Times("Time")], Epochs = 2,
            Network = SequenceNetwork.Recurrent(new PhasedLstmOptions { Hidden = 4, Layers = 2, Bidirectional = true }),
        };
        using var model = ml.Sequences().BinaryClassification(options).Fit(data);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.AreEqual("Time", model.Info.Sides.Single().InputName);
        var expected = model.Transform(data).GetColumn<float>("Score").ToArray();
        using var loaded = new SequenceScoringTransformer(model.ToOnnx());
        CollectionAssert.AreEqual(expected, loaded.Transform(data).GetColumn<float>("Score").ToArray());
    }

    [TestMethod]
    public void Times_are_one_series_and_one_column()
    {
        var ml = new MLContext(1);
        var data = ml.Data.LoadFromEnumerable([new Row { Features = [1, 2], Time = [1, 2] }, new Row { Features = [1], Time = [2, 3] }]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Fit(InputColumn.Times("Time"), InputColumn.Times("Features")))
            .Message,
            "'Time' and 'Features' are times of the steps; expected one");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Fit(InputColumn.Times("Time"))).Message,
            "2 steps, but column 'Features' has 1");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => Fit(InputColumn.Vector("Features") with { Placement = InputPlacement.Times })).Message, "InputColumn.Times");

        void Fit(params InputColumn[] inputs) => ml.Sequences().BinaryClassification(
            new SequenceBinaryClassificationTrainer.Options { Inputs = inputs, SequenceColumnName = "Features" }).Fit(data);
    }

    [TestMethod]
    [DataRow(0f, 20f, 0.05f, "ShortestPeriod of PhasedLstmOptions is 0; expected a finite number above 0")]
    [DataRow(5f, 2f, 0.05f, "LongestPeriod of PhasedLstmOptions is 2; expected a finite number of at least ShortestPeriod, 5")]
    [DataRow(1f, 2f, 0f, "OpenRatio of PhasedLstmOptions is 0; expected above 0 and at most 1")]
    public void Options_are_checked(float shortest, float longest, float open, string message)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        Sequence x = new(network, network.Input("x", ElementType.Float, ["time", "batch", 1]), null);
        var error = Assert.ThrowsExactly<ArgumentException>(() => network.Recurrent(
            x, new PhasedLstmOptions { ShortestPeriod = shortest, LongestPeriod = longest, OpenRatio = open }));
        StringAssert.Contains(error.Message, message);
    }

    private static float[] Run(float[]? times, bool both = false, float[]? second = null)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment, seed: 3);
        var graph = network.Graph;
        var steps = graph.Constant(FiniteDifferences.Random(ElementType.Float, 1, Time, Batch, Features));
        var lengths = graph.Vector(Time, 2L);
        var given = times is null ? null : graph.Constant(TensorData.Create(
            [.. times.Zip(second ?? times, (first, other) => new[] { first, other }).SelectMany(pair => pair)], Time, Batch, 1));
        SideInputs inputs = given is null ? SideInputs.None
            : new(new Dictionary<string, Sequence> { ["t"] = new(network, given, lengths) }) { TimesName = "t" };
        var run = network.Recurrent(new(network, steps, lengths) { Inputs = inputs },
            new PhasedLstmOptions { Hidden = 3, Bidirectional = both, OpenRatio = 0.5f, Layers = 2 });
        graph.Output("y", run.Output.Steps);
        using var session = new OnnxSession(graph);
        return session.Run(new Dictionary<string, TensorData>())["y"].As<float>();
    }

    private static void Check(OracleCase oracle, NetworkMode mode) => oracle.Check(v =>
    {
        var hidden = oracle.Setting("hidden_size", 0);
        var leak = oracle.Setting("leak", 0.001f);
        Value Ordered(string name, int axis) => Op.Split(v[name], axis, hidden, hidden, hidden, hidden) is var gates
            ? Op.Concat(axis, gates[0], gates[1], gates[3], gates[2]) : null!;
        Dictionary<string, Value> weights = new()
        {
            ["phased-lstm/input_weight"] = Ordered("w_x", 1), ["phased-lstm/recurrent_weight"] = Ordered("w_h", 1),
            ["phased-lstm/bias"] = Ordered("b", 0), ["phased-lstm/log_period"] = Op.Log(v["period"]),
            ["phased-lstm/shift"] = v["shift"], ["phased-lstm/open_ratio"] = v["open_ratio"],
        };
        var network = new NetworkBuilder(v["x"].Graph, mode, weights);
        var times = Op.Unsqueeze(Op.Transpose(v["times"], 1, 0), 2);
        var lengths = v.GetValueOrDefault("lengths");
        SideInputs inputs = new(new Dictionary<string, Sequence> { ["times"] = new(network, times, lengths) }) { TimesName = "times" };
        var run = network.Recurrent(new(network, Op.Transpose(v["x"], 1, 0, 2), lengths) { Inputs = inputs },
            new PhasedLstmOptions { Hidden = hidden, Leak = leak });
        return new Dictionary<string, Value>
        {
            ["output"] = Op.Transpose(run.Output.Steps, 1, 0, 2), ["c_n"] = Op.Squeeze(run.LastCell!, 0),
            ["openness"] = Op.Transpose(Layers.PhaseGate(times, v["period"], v["shift"], v["open_ratio"], leak), 1, 0, 2),
        };
    });

    private sealed class Row
    {
        public bool Label { get; set; }

        public float[] Features { get; set; } = [];

        public float[] Time { get; set; } = [];
    }
}
