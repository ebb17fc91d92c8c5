using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>
/// Weights, smoothing and losses move the optimum where they should: on sequences that tell nothing a network learns the one
/// answer that is best for all rows, which is known.
/// </summary>
[TestClass]
public class LossOptionTests
{
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] Features { get; set; } = [0];
        public string Label { get; set; } = "";
        public string[] Tags { get; set; } = [];
        public bool Yes { get; set; }
        public float Number { get; set; }
        public float Weight { get; set; } = 1;
    }

    // 4 a, 12 b, 24 c; the b twice as heavy as others
    private static IEnumerable<Row> Classes => Enumerable.Range(0, 40).Select(i => new Row
    {
        Label = i < 4 ? "a" : i < 16 ? "b" : "c", Yes = i < 10, Number = i < 26 ? 1 : 101, Weight = i is >= 4 and < 16 ? 2 : 1,
        Features = [0, 0], Tags = i < 8 ? ["x", "y"] : ["y", "y"],
    });

    private T Options<T>(T options) where T : SequenceTrainerOptions
    {
        options.Network = SequenceNetwork.Custom("none", (_, x) => new(x));
        options.Epochs = 100;
        options.BatchSize = 40;
        options.LearningRate = 0.1f;
        options.Schedule = Onnx.LearningRateSchedule.Cosine();
        return options;
    }

    private float[] Score(IEstimator<SequencePredictionTransformer> trainer)
    {
        var rows = _ml.Data.LoadFromEnumerable(Classes);
        var data = _ml.Transforms.Conversion.MapValueToKey([new("Label"), new("Tags")]).Fit(rows).Transform(rows);
        using var model = trainer.Fit(data);
        return Scored.All(model.Transform(data))[0].Score;
    }

    private float[] Classification(Action<SequenceClassificationTrainer.Options> change)
    {
        var options = Options(new SequenceClassificationTrainer.Options());
        change(options);
        return Score(_ml.Sequences().Classification(options));
    }

    private static void AreClose(float[] expected, float[] found, float tolerance = 0.01f)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], found[i], tolerance, $"[{string.Join(", ", found)}] for [{string.Join(", ", expected)}]");
    }

    [TestMethod]
    public void Without_weights_classes_are_as_probable_as_they_are_frequent() => AreClose([0.1f, 0.3f, 0.6f], Classification(_ => { }));

    [TestMethod]
    public void Class_weights_multiply_frequencies() =>
        AreClose([4 * 3 / 48f, 12 / 48f, 24 / 48f], Classification(options => options.ClassWeights = [3, 1, 1]));

    [TestMethod]
    public void Balanced_classes_are_equally_probable() => AreClose(
        [1 / 3f, 1 / 3f, 1 / 3f], Classification(options => options.BalanceClasses = true));

    [TestMethod]
    public void Example_weights_multiply_frequencies() =>
        AreClose([4 / 52f, 24 / 52f, 24 / 52f], Classification(options => options.ExampleWeightColumnName = "Weight"));

    [TestMethod]
    public void Label_smoothing_draws_probabilities_together() =>
        AreClose([0.7f * 0.1f + 0.1f, 0.7f * 0.3f + 0.1f, 0.7f * 0.6f + 0.1f], Classification(options => options.LabelSmoothing = 0.3f));

    [TestMethod]
    public void Positive_weight_multiplies_the_frequency_of_yes()
    {
        float Probability(float weight) => 1 / (1 + MathF.Exp(-Score(_ml.Sequences().BinaryClassification(
            Options(new SequenceBinaryClassificationTrainer.Options { LabelColumnName = "Yes", PositiveWeight = weight })))[0]));
        Assert.AreEqual(0.25f, Probability(1), 0.01f);
        Assert.AreEqual(0.5f, Probability(3), 0.01f);
    }

    [TestMethod]
    public void Weights_of_tags_count_steps()
    {
        float[] Steps(Action<SequenceTaggingTrainer.Options> change)
        {
            var options = Options(new SequenceTaggingTrainer.Options { LabelColumnName = "Tags" });
            change(options);
            return Score(_ml.Sequences().Tagging(options));
        }
        // 8 steps of 80 are x; of the weights, of 52 rows, each with two steps, 4 + 2 · 4 are x
        AreClose([0.1f, 0.9f], Steps(_ => { }));
        AreClose([0.5f, 0.5f], Steps(options => options.BalanceClasses = true));
        AreClose([16 / 88f, 72 / 88f], Steps(options => options.ClassWeights = [2, 1]));
        AreClose([12 / 104f, 92 / 104f], Steps(options => options.ExampleWeightColumnName = "Weight"));
    }

    [TestMethod]
    public void Each_regression_loss_has_its_own_optimum()
    {
        float Number(RegressionLoss loss, string? weights = null) => Score(_ml.Sequences().Regression(
            Options(new SequenceRegressionTrainer.Options { LabelColumnName = "Number", Loss = loss,
                ExampleWeightColumnName = weights })))[0];
        // 26 rows of 1, 14 of 101: the mean, the median, and where 26 · (p - m) / s = 14, s the standard deviation
        Assert.AreEqual(36, Number(RegressionLoss.MeanSquaredError), 0.5f);
        Assert.AreEqual(1, Number(RegressionLoss.MeanAbsoluteError), 2f);
        var deviation = 100 * MathF.Sqrt(0.65f * 0.35f);
        Assert.AreEqual(1 + deviation * 14 / 26, Number(RegressionLoss.Huber), 0.5f);
        // 12 of the rows of 1 count twice: 38 against 14
        Assert.AreEqual(1 + 100 * 14 / 52f, Number(RegressionLoss.MeanSquaredError, "Weight"), 0.5f);
    }
}
