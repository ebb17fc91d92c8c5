using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Learning rates that differ from weight to weight.</summary>
[TestClass]
public class LayerRateTests
{
    private static readonly Optimizer[] Optimizers = [new Sgd(), new Sgd { Momentum = 0.9f }, new Sgd { Momentum = 0.9f, Nesterov = true },
        new Adam(), new AdamW { WeightDecay = 0.1f }, new Adagrad(), new RmsProp()];

    private static ParameterSet Step(FineTuning? tuning, Optimizer optimizer, float rate, out TrainingModel training, int steps = 1)
    {
        var model = ImportedModel.Load(Encoder());
        training = TrainingModel.Build(network =>
        {
            var inputs = new Dictionary<string, Value>
            {
                ["ids"] = network.Input("ids", ElementType.Int64, ["batch", "time"]),
                ["mask"] = network.Input("mask", ElementType.Int64, ["batch", "time"]),
            };
            var y = model.Write(network, inputs, tuning: tuning)["last"];
            var own = network.Parameter("own", [6], Initializers.Ones);
            return new(Op.ReduceMean(y * y * own, keepDims: false));
        }, optimizer);
        using var session = new TrainingSession(training, ExecutionTarget.Cpu(1));
        var data = Sentences(3, 5);
        for (var step = 0; step < steps; step++)
        {
            session.Feed("ids", data["ids"].As<long>(), 3, 5);
            session.Feed("mask", data["mask"].As<long>(), 3, 5);
            session.Step(rate);
        }
        session.SaveParameters();
        return training.Parameters;
    }

    [TestMethod]
    public void Each_weight_is_trained_at_its_own_rate_by_every_optimizer()
    {
        var tuning = new FineTuning { LayerDecay = 0.5f, LearningRates = [new("*.bias", 3), new("layer.0.q.*", 0.1f)] };
        foreach (var optimizer in Optimizers)
        {
            var found = Step(tuning, optimizer, 0.01f, out var training);
            Assert.AreEqual(1, found["own"].LearningRateFactor);
            foreach (var group in found.All.GroupBy(parameter => parameter.LearningRateFactor))
            {
                var alone = Step(null, optimizer, 0.01f * group.Key, out _);
                foreach (var parameter in group)
                    for (var i = 0; i < parameter.Value.Count; i++)
                        Assert.AreEqual(alone[parameter.Name].Value.As<float>()[i], parameter.Value.As<float>()[i], 1e-6f,
                            $"{optimizer.GetType().Name}, {parameter}[{i}] with factor {group.Key}");
            }
            Assert.AreEqual(training.Dense.Select(entry => entry.Parameter.LearningRateFactor).Distinct().Count(), training.Flats.Count());
        }
    }

    [TestMethod]
    public void Rates_follow_patterns_and_depth()
    {
        var weights = ImportedModel.Load(Encoder()).Weights;
        var depth = weights.Max(weight => weight.Layer);
        var rates = new FineTuning { LayerDecay = 0.5f, LearningRates = [new("layer.*", 4), new("layer.0.q.*", 0.25f)] }.Rates(weights);
        foreach (var weight in weights)
            Assert.AreEqual(MathF.Pow(0.5f, depth - weight.Layer) * (weight.Name.StartsWith("layer.0.q.", StringComparison.Ordinal) ? 0.25f
                : weight.Name.StartsWith("layer.", StringComparison.Ordinal) ? 4 : 1), rates[weight.FileName], $"{weight}");
    }

    [TestMethod]
    public void Without_them_there_is_one_vector_of_parameters()
    {
        Step(null, new Adam(), 0.01f, out var training);
        CollectionAssert.AreEqual(new[] { TrainingModel.Flat }, training.Flats.Select(flat => flat.Name).ToArray());
        Assert.IsTrue(training.Parameters.All.All(parameter => parameter.LearningRateFactor == 1));
    }

    [TestMethod]
    public void An_adapter_learns_as_fast_as_its_weight()
    {
        var parameters = Step(new() { Lora = new(), LearningRates = [new("layer.0.q.weight", 0.5f)] }, new Adam(), 0.01f, out _);
        Assert.AreEqual(0.5f, parameters["layer.0.q.weight/lora_a"].LearningRateFactor);
        Assert.AreEqual(1f, parameters["layer.0.k.w/lora_b"].LearningRateFactor);
    }

    [TestMethod]
    public void A_saved_state_continues_exactly()
    {
        var tuning = new FineTuning { LayerDecay = 0.5f };
        Step(tuning, new Adam(), 0.01f, out var training, steps: 3);
        using var session = new TrainingSession(training, ExecutionTarget.Cpu(1));
        var data = Sentences(3, 5);
        float[] Losses() => [.. Enumerable.Range(0, 4).Select(_ =>
        {
            session.Feed("ids", data["ids"].As<long>(), 3, 5);
            session.Feed("mask", data["mask"].As<long>(), 3, 5);
            return session.Step(0.01f).Loss;
        })];
        Losses();
        var state = session.SaveState();
        var losses = Losses();
        session.LoadState(state);
        CollectionAssert.AreEqual(losses, Losses());
    }

    [TestMethod]
    [DataRow(0f, "LayerDecay is 0; expected above 0 and at most 1")]
    [DataRow(1.5f, "LayerDecay is 1.5")]
    [DataRow(float.NaN, "LayerDecay is NaN")]
    public void A_decay_that_is_none(float decay, string message) => Refuses(new() { LayerDecay = decay }, message);

    [TestMethod]
    [DataRow("decoder.*", 1f, "'decoder.*' matches no weight")]
    [DataRow("table", 0f, "the factor of 'table' is 0; expected a finite number above 0")]
    [DataRow("table", -1f, "is -1")]
    [DataRow("table", float.PositiveInfinity, "expected a finite number")]
    public void A_rate_that_is_none(string pattern, float factor, string message) =>
        Refuses(new() { LearningRates = [new(pattern, factor)] }, message);

    private static void Refuses(FineTuning tuning, string message) => StringAssert.Contains(
        Assert.ThrowsExactly<OnnxFileException>(() => Step(tuning, new Adam(), 0.01f, out _)).Message, message);
}
