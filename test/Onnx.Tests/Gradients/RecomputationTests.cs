using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Training steps that compute blocks of the forward pass again.</summary>
[TestClass]
public class RecomputationTests
{
    private static TrainingModel Encoder(bool recompute, FineTuning? tuning = null)
    {
        var model = ImportedModel.Load(Files.Encoder());
        return TrainingModel.Build(network =>
        {
            var inputs = new Dictionary<string, Value>
            {
                ["ids"] = network.Input("ids", ElementType.Int64, ["batch", "time"]),
                ["mask"] = network.Input("mask", ElementType.Int64, ["batch", "time"]),
            };
            var y = network.Dropout(model.Write(network, inputs, tuning: tuning)["last"], 0.2f);
            return new(Op.ReduceMean(y * y, keepDims: false));
        }, new Adam(), clipNorm: 1, recompute: recompute);
    }

    private static float[] Train(TrainingModel model, Action<TrainingSession> feed, int steps = 5)
    {
        using var session = new TrainingSession(model, ExecutionTarget.Cpu(1), seed: 3);
        return [.. Enumerable.Range(0, steps).Select(_ =>
        {
            feed(session);
            return session.Step(0.01f);
        }).SelectMany(result => new[] { result.Loss, result.GradientNorm })];
    }

    private static void FeedSentences(TrainingSession session)
    {
        var data = Sentences(3, 5);
        session.Feed("ids", data["ids"].As<long>(), 3, 5);
        session.Feed("mask", data["mask"].As<long>(), 3, 5);
    }

    private static void Same(float[] expected, float[] found)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-6f * Math.Max(1, Math.Abs(expected[i])), $"number {i}");
    }

    private static int Again(TrainingModel model) => model.Step.Nodes.Count(node => node.Scope.Contains("again"));

    [TestMethod]
    public void An_imported_network_trains_the_same()
    {
        foreach (var tuning in (FineTuning[])[FineTuning.All, new FineTuning() { Lora = new() { Rank = 2 } }, new() { Frozen = ["table"] },
            new() { LayerDecay = 0.5f }])
        {
            var again = Encoder(true, tuning);
            Same(Train(Encoder(false, tuning), FeedSentences), Train(again, FeedSentences));
            Assert.IsGreaterThan(10, Again(again));
        }
    }

    // Layers with dropout, and normalization whose gradient rule knows values from writing it.
    private static TrainingModel Deep(bool recompute, int layers) => TrainingModel.Build(network =>
    {
        var x = network.Input("x", ElementType.Float, ["batch", "time", 16]);
        var h = x;
        for (var layer = 0; layer < layers; layer++)
            using (network.Scope("layer"))
            {
                var w = network.Parameter("w", [16, 64], Initializers.GlorotUniform);
                var v = network.Parameter("v", [64, 16], Initializers.GlorotUniform);
                h = Op.Standardize(h + network.Dropout(Op.MatMul(Op.Tanh(Op.MatMul(h, w)), v), 0.1f));
            }
        return new(Op.ReduceMean(h * h * x, keepDims: false));
    }, new Sgd(), recompute: recompute);

    private static void FeedDeep(TrainingSession session)
    {
        var random = new Random(1);
        session.Feed("x", Enumerable.Range(0, 4 * 7 * 16).Select(_ => random.NextSingle() - 0.5f).ToArray(), 4, 7, 16);
    }

    [TestMethod]
    public void A_deep_network_with_dropout_trains_the_same()
    {
        var again = Deep(true, 8);
        Same(Train(Deep(false, 8), FeedDeep), Train(again, FeedDeep));
        Assert.IsGreaterThan(20, Again(again));
    }

    [TestMethod]
    public void The_backward_pass_reads_the_first_run_only_between_blocks()
    {
        var step = Deep(true, 8).Step;
        var backward = step.Nodes.Where(node => node.Scope.Contains("backward", StringComparison.Ordinal)
            || node.Scope.Contains("again", StringComparison.Ordinal)).ToHashSet();
        var forward = step.Nodes.Where(node => node.Scope.StartsWith("layer", StringComparison.Ordinal) && !backward.Contains(node))
            .ToList();
        var kept = forward.SelectMany(node => node.Outputs).Where(value => backward.Any(node => node.Inputs.Contains(value))).ToArray();
        // Without it each layer's products, tanh, sum and normalization are kept.
        Assert.IsLessThan(20, kept.Length);
        Assert.IsGreaterThan(30, Deep(false, 8).Step.Nodes.Where(node => node.Scope.Contains("backward", StringComparison.Ordinal))
            .SelectMany(node => node.Inputs).Where(value => value?.Producer?.Scope.StartsWith("layer", StringComparison.Ordinal) == true
                && !value.Producer.Scope.Contains("backward", StringComparison.Ordinal)).Distinct().Count());
    }

    [TestMethod]
    public void Gradients_agree_with_finite_differences_in_a_loop_between_blocks()
    {
        float[] Run(bool recompute)
        {
            var model = TrainingModel.Build(network =>
            {
                var x = network.Input("x", ElementType.Float, ["batch", "time", 16]);
                var w = network.Parameter("w", [16, 16], Initializers.GlorotUniform);
                var u = network.Parameter("u", [16, 16], Initializers.GlorotUniform);
                var h = Op.Tanh(Op.MatMul(Op.Transpose(x, 1, 0, 2), w));
                var start = Op.ReduceSum(h * 0, [0], keepDims: false);
                var run = Op.Scan([start], [h], (states, inputs) =>
                {
                    var next = Op.Tanh(inputs[0] + Op.MatMul(states[0], u));
                    return ([next], [next]);
                });
                var y = Op.Standardize(Op.Tanh(Op.MatMul(run.Outputs[0], w)) + h);
                return new(Op.ReduceMean(y * y * y, keepDims: false));
            }, new Sgd(), recompute: recompute);
            return Train(model, FeedDeep);
        }
        Same(Run(false), Run(true));
    }
}
