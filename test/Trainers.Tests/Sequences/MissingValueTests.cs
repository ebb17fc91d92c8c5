using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>
/// Missing numbers: read with a sign that they are missing, estimated from the others, and errors where they aren't asked for.
/// </summary>
[TestClass]
public class MissingValueTests
{
    private const int Steps = 24;

    private readonly MLContext _ml = new(seed: 1);

    public sealed class Row
    {
        public float[] Series { get; set; } = [];

        public float[] Whole { get; set; } = [];

        public bool Label { get; set; }

        [VectorType(2)]
        public float[] Side { get; set; } = [0, 0];

        public float[] Seen { get; set; } = [];
    }

    // A wave of any phase and its double in another unit; the label is whether the wave begins above 0. A part is missing.
    private static Row[] Rows(int count, double missing = 0.2, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var phase = random.NextDouble() * 2 * Math.PI;
            float[] whole = [.. Enumerable.Range(0, Steps).SelectMany(step => Math.Sin(phase + step * 0.6) is var x
                ? new[] { (float)x, (float)(500 + 200 * x) } : [])];
            var series = Array.ConvertAll(whole, x => random.NextDouble() < missing ? float.NaN : x);
            return new Row { Series = series, Whole = whole, Label = Math.Sin(phase) > 0, Side = [(float)Math.Cos(phase), float.NaN],
                Seen = [.. Enumerable.Range(0, Steps).Select(step => float.IsNaN(series[2 * step]) ? 0f : 1)] };
        })];
    }

    private static T Options<T>(T options, int epochs = 12) where T : SequenceTrainerOptions
    {
        (options.SequenceColumnName, options.FeatureCount, options.Epochs, options.LearningRate) = ("Series", 2, epochs, 0.01f);
        return options;
    }

    [TestMethod]
    public void Missing_numbers_are_estimated_better_than_by_a_line_between_their_neighbors()
    {
        using var model = _ml.Sequences().Imputation(Options(new SequenceImputationTrainer.Options(), 40))
            .Fit(_ml.Data.LoadFromEnumerable(Rows(300)));
        var test = Rows(60, seed: 2);
        var scored = model.Transform(_ml.Data.LoadFromEnumerable(test)).GetColumn<float[]>("Score").ToArray();
        double ofModel = 0, ofLine = 0;
        for (var row = 0; row < test.Length; row++)
            for (var i = 0; i < 2 * Steps; i++)
                if (!float.IsNaN(test[row].Series[i]))
                    Assert.AreEqual(test[row].Series[i], scored[row][i], "what is there stays as it is");
                else
                {
                    var unit = i % 2 == 0 ? 1 : 200;
                    ofModel += Math.Pow((scored[row][i] - test[row].Whole[i]) / unit, 2);
                    ofLine += Math.Pow((Line(test[row].Series, i) - test[row].Whole[i]) / unit, 2);
                }
        Assert.IsLessThan(0.25, ofModel / ofLine);
        // As one file it does the same.
        using var file = new TemporaryFolder();
        model.ExportToOnnx(file.File("fill.onnx"));
        using var again = _ml.Transforms.ApplySequenceModel(file.File("fill.onnx")).Fit(_ml.Data.LoadFromEnumerable(test));
        var read = again.Transform(_ml.Data.LoadFromEnumerable(test)).GetColumn<float[]>("Score").ToArray();
        CollectionAssert.AreEqual(scored[3], read[3]);
        var engine = _ml.Model.CreatePredictionEngine<Row, Filled>(model);
        for (var i = 0; i < 2 * Steps; i++)
            Assert.AreEqual(scored[5][i], engine.Predict(test[5]).Score[i], 1e-4f * (1 + Math.Abs(scored[5][i])));
    }

    public sealed class Filled
    {
        public float[] Score { get; set; } = [];
    }

    // Between the nearest numbers of the feature on both sides; beyond the first and last as these.
    private static float Line(float[] series, int i)
    {
        int before = i - 2, after = i + 2;
        while (before >= 0 && float.IsNaN(series[before]))
            before -= 2;
        while (after < series.Length && float.IsNaN(series[after]))
            after += 2;
        return before < 0 && after >= series.Length ? 0 : before < 0 ? series[after] : after >= series.Length ? series[before]
            : series[before] + (series[after] - series[before]) * (i - before) / (after - before);
    }

    [TestMethod]
    public void A_row_of_missing_numbers_alone_and_one_without_any_are_filled()
    {
        using var model = _ml.Sequences().Imputation(Options(new SequenceImputationTrainer.Options(), 2))
            .Fit(_ml.Data.LoadFromEnumerable(Rows(20)));
        Row[] rows = [new() { Series = [float.NaN, float.NaN, float.NaN, float.NaN] }, new() { Series = [1, 2] }, new()
        {
            Series = [float.NaN, 3],
        }];
        var scored = model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score").ToArray();
        Assert.IsTrue(scored.SelectMany(row => row).All(float.IsFinite));
        CollectionAssert.AreEqual(new float[] { 1, 2 }, scored[1]);
        Assert.AreEqual(3f, scored[2][1]);
        var error = Assert.Throws<Exception>(() => model.Transform(_ml.Data.LoadFromEnumerable([new Row
        {
            Series = [1, float.PositiveInfinity],
        }])).GetColumn<float[]>("Score").ToArray());
        StringAssert.Contains(error.ToString(), "expected a finite number, or NaN for a missing one");
    }

    [TestMethod]
    public void A_network_sees_that_a_number_is_missing()
    {
        // What is to be told is only which numbers are there.
        var trainer = _ml.Sequences().StepRegression(Options(new SequenceStepRegressionTrainer.Options
        {
            LabelColumnName = "Seen", AllowMissingValues = true, Network = SequenceNetwork.Gru(8),
        }, 15));
        using var model = trainer.Fit(_ml.Data.LoadFromEnumerable(Rows(200)));
        var metrics = _ml.Sequences().EvaluateStepRegression(model.Transform(_ml.Data.LoadFromEnumerable(Rows(50, seed: 3))), 1, "Seen");
        Assert.IsGreaterThan(0.95, metrics.RSquared);
        Assert.IsTrue(model.Info.Input.AllowsMissing);
    }

    [TestMethod]
    public void Classes_are_told_with_missing_numbers_in_series_and_further_inputs()
    {
        var trainer = _ml.Sequences().BinaryClassification(Options(new SequenceBinaryClassificationTrainer.Options
        {
            AllowMissingValues = true, Inputs = [InputColumn.Vector("Side") with { AllowMissingValues = true }],
        }));
        using var model = trainer.Fit(_ml.Data.LoadFromEnumerable(Rows(300)));
        StringAssert.StartsWith(model.Info.Input.Column, "Series");
        var metrics = _ml.BinaryClassification.Evaluate(model.Transform(_ml.Data.LoadFromEnumerable(Rows(100, seed: 4))));
        Assert.IsGreaterThan(0.9, metrics.Accuracy);
    }

    [TestMethod]
    public void Steps_without_a_label_are_not_counted()
    {
        Row[] rows = Rows(60, 0);
        foreach (var row in rows)
            for (var step = 1; step < Steps; step += 2)
                row.Seen[step] = float.NaN;
        var trainer = _ml.Sequences().StepRegression(Options(new SequenceStepRegressionTrainer.Options { LabelColumnName = "Seen" }, 8));
        using var model = trainer.Fit(_ml.Data.LoadFromEnumerable(rows));
        Assert.IsTrue(model.History.Epochs.All(epoch => double.IsFinite(epoch.Loss)));
        // All labels that count are 1.
        Assert.AreEqual(1, model.Transform(_ml.Data.LoadFromEnumerable(rows)).GetColumn<float[]>("Score").First()[1], 0.2);
    }

    [TestMethod]
    public void What_does_not_fit_is_said()
    {
        Row[] rows = Rows(20);
        var data = _ml.Data.LoadFromEnumerable(rows);
        string Message(SequenceTrainer trainer) => Assert.Throws<Exception>(() => trainer.Fit(data)).Message;
        StringAssert.Contains(Message(_ml.Sequences().BinaryClassification(Options(new SequenceBinaryClassificationTrainer.Options()))),
            "NaN, expected a finite number");
        StringAssert.Contains(Message(_ml.Sequences().BinaryClassification(Options(new SequenceBinaryClassificationTrainer.Options
        {
            AllowMissingValues = true, Network = SequenceNetwork.MiniRocket(),
        }))), "AllowMissingValues is set");
        StringAssert.Contains(Message(_ml.Sequences().StepRegression(Options(new SequenceStepRegressionTrainer.Options
        {
            LabelColumnName = "Seen", TargetsPerStep = 2, AllowMissingValues = true,
        }))), $"{Steps} targets, but column 'Series' has {Steps} steps; expected {2 * Steps}, 2 per step");
        rows[4].Seen[3] = float.PositiveInfinity;
        StringAssert.Contains(Message(_ml.Sequences().StepRegression(Options(new SequenceStepRegressionTrainer.Options
        {
            LabelColumnName = "Seen", AllowMissingValues = true,
        }))), "row 4, step 3, target 0");
        StringAssert.Contains(Message(_ml.Sequences().Imputation(Options(new SequenceImputationTrainer.Options { HiddenFraction = 1 }))),
            "HiddenFraction");
        StringAssert.Contains(Message(_ml.Sequences().BinaryClassification(Options(new SequenceBinaryClassificationTrainer.Options
        {
            AllowMissingValues = true, Inputs = [InputColumn.Times("Seen") with { AllowMissingValues = true }],
        }))), "expected false for times");
    }
}
