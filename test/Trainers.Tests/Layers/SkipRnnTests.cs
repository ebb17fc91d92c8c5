using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class SkipRnnTests() : RecurrentLayerTests(new SkipRnnOptions())
{
    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("SkipGRU")]
    public void Golden_values(string file)
    {
        var oracle = OracleCase.Load(file);
        Check(oracle, NetworkMode.Training);
        Check(oracle.WithoutGradients(), NetworkMode.Deployment);
    }

    // The gradient through the rounding isn't the derivative: the golden values have it. Where no step is skipped all others are.
    [TestMethod]
    [DataRow(false, 1)]
    [DataRow(true, 2)]
    public override void Gradients_of_ragged_batches(bool bidirectional, int layers)
    {
        var seen = new List<float[]>();
        foreach (var options in (RecurrentOptions[])[new GruOptions(), new SkipRnnOptions()])
        {
            var graph = new Graph("test");
            var number = 1;
            var scope = options is SkipRnnOptions ? "skip-gru" : "gru";
            Dictionary<string, Value> weights = [];
            for (var layer = 0; layer < layers; layer++)
                foreach (var direction in bidirectional ? (string[])["", "backward/"] : [""])
                {
                    var place = $"{scope}/{(layers > 1 ? $"layer_{layer}/" : "")}{direction}";
                    var width = layer == 0 ? Features : bidirectional ? 4 : 2;
                    weights[place + "input_weight"] = Random(width, 6);
                    weights[place + "bias"] = Random(6);
                    weights[place + "recurrent_weight"] = Random(2, 6);
                    weights[place + "candidate_bias"] = Random(2);
                    if (options is SkipRnnOptions)
                        (weights[place + "skip_weight"], weights[place + "skip_bias"]) = (graph.Vector(0f, 0f), graph.Vector(20f));
                }
            var network = new NetworkBuilder(graph, NetworkMode.Training, weights);
            graph.UsesKernels = false;
            var run = network.Recurrent(new(network, Random(Time, Batch, Features), graph.Vector(Time, 2L)),
                options with { Hidden = 2, Bidirectional = bidirectional, Layers = layers });
            var loss = Op.ReduceSum(run.Output.Steps * run.Output.Steps, keepDims: false) + Op.ReduceSum(run.Last, keepDims: false);
            Value[] targets = [.. weights.Where(entry => !entry.Key.Contains("skip_")).Select(entry => entry.Value)];
            foreach (var (gradient, i) in Gradients.Of(loss, targets).Select((gradient, i) => (gradient, i)))
                graph.Output($"{i}", gradient!);
            using var session = new OnnxSession(graph);
            seen.Add([.. session.Run(new Dictionary<string, TensorData>()).OrderBy(entry => int.Parse(entry.Key))
                .SelectMany(entry => entry.Value.As<float>())]);

            Value Random(params long[] sizes) =>
                graph.Constant(FiniteDifferences.Random(ElementType.Float, number++, sizes));
        }
        for (var i = 0; i < seen[0].Length; i++)
            Assert.AreEqual(seen[0][i], seen[1][i], 1e-4f, $"element {i}");
    }

    [TestMethod]
    public void Updates_are_counted_and_cost()
    {
        var ml = new MLContext(1);
        var data = EveryForm.Mapped(ml, 40);
        SequencePredictionTransformer Train(float cost) => (SequencePredictionTransformer)EveryForm.Trainer(ml, "Classification", "Keys",
            options =>
            {
                options.Epochs = 12;
                options.LearningRate = 0.02f;
                options.Network = SequenceNetwork.Recurrent(new SkipRnnOptions { Hidden = 8, CostPerUpdate = cost });
            }).Fit(data);
        using SequencePredictionTransformer free = Train(0), costly = Train(1);
        double Share(SequencePredictionTransformer model) => model.History.Epochs[^1].Metrics["updates"];
        Assert.IsTrue(Share(free) is > 0 and <= 1, $"{Share(free)}");
        Assert.IsLessThan(Share(free), Share(costly));
        using var session = OnnxSession.Load(costly.ToOnnx());
        var updates = session.Run(new Dictionary<string, TensorData>
        {
            ["tokens"] = TensorData.Create([1L, 2, 3, 4, 1, 2, 0, 0], 2, 4),
        })[ModelFormat.Updates];
        CollectionAssert.AreEqual(new long[] { 2 }, updates.Sizes.ToArray());
        Assert.IsTrue(updates.As<float>() is [>= 1 and <= 4, >= 1 and <= 2], string.Join(" ", updates.As<float>()));
        StringAssert.Contains(costly.Info.OutputTensors!.Single(output => output.Name == ModelFormat.Updates).Meaning, "changed the state");
    }

    [TestMethod]
    public void Any_cell_can_skip_and_options_are_checked()
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        Sequence x = new(network, network.Input("x", ElementType.Float, ["time", "batch", Features]), null);
        foreach (RecurrentOptions cell in (RecurrentOptions[])[new LstmOptions(), new MinimalGatedUnitOptions(), new PhasedLstmOptions()])
            Assert.HasCount(cell.StateNames.Count + 2, network.Recurrent(x, new SkipRnnOptions { Hidden = 3, Cell = cell }).LastStates);
        var error = Assert.ThrowsExactly<ArgumentException>(() => network.Recurrent(x, new SkipRnnOptions { CostPerUpdate = -1 }));
        StringAssert.Contains(error.Message, "CostPerUpdate of SkipRnnOptions is -1; expected a finite number of at least 0");
        error = Assert.ThrowsExactly<ArgumentException>(() => network.Recurrent(x, new SkipRnnOptions { Cell = new SkipRnnOptions() }));
        StringAssert.Contains(error.Message, "a cell that doesn't skip steps");
    }

    private static void Check(OracleCase oracle, NetworkMode mode) => oracle.Check(v =>
    {
        var hidden = oracle.Setting("hidden_size", 0);
        var torch = new[] { "weight_ih", "weight_hh", "bias_ih", "bias_hh" }.ToDictionary(name => name + "_l0", name => v[name]);
        var weights = TorchWeights.Convert("gru", torch, 1, false, hidden)
            .ToDictionary(entry => entry.Key.Replace("gru/", "skip-gru/"), entry => entry.Value);
        (weights["skip-gru/skip_weight"], weights["skip-gru/skip_bias"]) = (v["w_p"], v["b_p"]);
        var network = new NetworkBuilder(v["x"].Graph, mode, weights);
        var x = Op.Transpose(v["x"], 1, 0, 2);
        RecurrentCell cell;
        using (network.Scope("skip-gru"))
            cell = new SkipRnnOptions { Hidden = hidden }.CreateCell(network, x.Shape[2].Size);
        var (_, states) = Op.Scan(cell.InitialStates(x.Shape[1], x), cell.Project(x), (before, input) =>
        {
            var after = cell.Next(input, before);
            return (after, [after[0], after[^1] - before[^1]]);
        });
        return new Dictionary<string, Value>
        {
            ["output"] = Op.Transpose(states[0], 1, 0, 2),
            ["update"] = Op.Transpose(Op.Squeeze(Op.Slice(states[1], 2, 0, 1), 2), 1, 0),
        };
    });
}
