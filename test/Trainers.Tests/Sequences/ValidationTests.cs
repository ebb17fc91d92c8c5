using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Validation on a part of the rows or on a view of its own, early stopping, and validation data that doesn't fit.</summary>
[TestClass]
public class ValidationTests
{
    private readonly MLContext _ml = new(1);

    private SequencePredictionTransformer Train(Action<SequenceTrainerOptions> change, IDataView? validation = null,
        string task = "Classification", string sequence = "Keys") =>
        EveryForm.Trainer(_ml, task, sequence, change).Fit(EveryForm.Mapped(_ml, 40), validation);

    [TestMethod]
    public void A_fraction_is_held_out()
    {
        using var model = Train(options => options.ValidationFraction = 0.25f);
        var epoch = model.History.Epochs[0];
        Assert.IsTrue(epoch.Rows is > 20 and < 40, $"{epoch.Rows} rows");
        Assert.IsNotNull(epoch.ValidationLoss);
        Assert.IsTrue(epoch.ValidationMetrics["accuracy"] is >= 0 and <= 1);
        Assert.IsTrue(epoch.Metrics["accuracy"] is >= 0 and <= 1);
    }

    [TestMethod]
    public void A_view_comes_before_a_fraction_whether_given_to_Fit_or_in_the_options()
    {
        var validation = EveryForm.Mapped(_ml, 20, seed: 2);
        using var toFit = Train(options => options.ValidationFraction = 0.25f, validation);
        using var inOptions = Train(options => options.ValidationData = validation);
        Assert.AreEqual(40, toFit.History.Epochs[0].Rows);
        Assert.AreEqual(toFit.History.Epochs[1].ValidationLoss, inOptions.History.Epochs[1].ValidationLoss);
    }

    // 20 rows in batches of 8: the last batch is a smaller one.
    private (IDataView Scored, EpochRecord Epoch) Validated(string task, Action<SequenceTrainerOptions>? change = null)
    {
        var validation = EveryForm.Mapped(_ml, 20, seed: 2);
        var model = Train(options =>
        {
            options.Epochs = 1;
            change?.Invoke(options);
        }, validation, task);
        return (model.Transform(validation), model.History.Epochs[0]);
    }

    [TestMethod]
    public void What_is_reported_is_what_evaluators_find()
    {
        var (scored, epoch) = Validated("Classification");
        var classes = _ml.MulticlassClassification.Evaluate(scored, "ClassKey");
        Assert.AreEqual(classes.LogLoss, epoch.ValidationLoss!.Value, 1e-5);
        Assert.AreEqual(classes.MicroAccuracy, epoch.ValidationMetrics["accuracy"], 1e-9);

        (scored, epoch) = Validated("Binary");
        var answers = _ml.BinaryClassification.Evaluate(scored, "Yes");
        Assert.AreEqual(answers.LogLoss * Math.Log(2), epoch.ValidationLoss!.Value, 1e-5);
        Assert.AreEqual(answers.Accuracy, epoch.ValidationMetrics["accuracy"], 1e-9);

        (scored, epoch) = Validated("Number", options => options.Standardize = false);
        Assert.AreEqual(_ml.Regression.Evaluate(scored, "Number").MeanAbsoluteError, epoch.ValidationMetrics["mae"], 1e-4);
    }

    [TestMethod]
    public void Losses_are_means_over_all_steps_or_all_weights_and_not_over_batches()
    {
        var rows = EveryForm.Rows(20, seed: 2);
        var (scored, epoch) = Validated("Tagging");
        List<Scored> predictions = Scored.All(scored);
        string[] tags = ["first", "low", "high"];
        var steps = rows.SelectMany((row, i) => row.Tags.Select(
            (tag, step) => -Math.Log(predictions[i].Score[3 * step + Array.IndexOf(tags, tag)])));
        Assert.AreEqual(steps.Average(), epoch.ValidationLoss!.Value, 1e-5);
        Assert.AreEqual(rows.Zip(predictions).Average(pair => 1.0 * pair.First.Tags.Zip(pair.Second.Label.Split(' '))
            .Count(tag => tag.First == tag.Second)) / rows.Average(row => row.Tags.Length),
            epoch.ValidationMetrics["accuracy"], 1e-6);

        (scored, epoch) = Validated("Classification", options =>
        {
            ((SequenceClassificationTrainer.Options)options).ClassWeights = [1, 2, 5];
            options.ExampleWeightColumnName = "Weight";
        });
        predictions = Scored.All(scored);
        string[] classes = ["low", "middle", "high"];
        var weights = rows.Select(row => row.Weight * ((float[])[1, 2, 5])[Array.IndexOf(classes, row.Class)]).ToArray();
        var losses = rows.Select((row, i) => -Math.Log(predictions[i].Score[Array.IndexOf(classes, row.Class)]) * weights[i]);
        Assert.AreEqual(losses.Sum() / weights.Sum(), epoch.ValidationLoss!.Value, 1e-5);
    }

    [TestMethod]
    public void Training_stops_where_nothing_improves_and_gives_the_best_weights()
    {
        // Labels of the validation rows are the opposite of what is learned: the first epochs are the best.
        var rows = EveryForm.Rows(20, seed: 2);
        foreach (var row in rows)
            row.Yes = !row.Yes;
        var validation = EveryForm.Mapped(_ml, rows);
        void Options(SequenceTrainerOptions options) => (options.Epochs, options.EarlyStoppingPatience) = (50, 3);
        using var model = Train(Options, validation, "Binary", "Ragged");
        var history = model.History;
        Assert.AreEqual(TrainingEnd.EarlyStopping, history.StoppedBecause);
        Assert.HasCount(history.BestEpoch + 3, history.Epochs);
        var best = history.Epochs.MinBy(epoch => epoch.ValidationLoss)!;
        Assert.AreEqual(best.Epoch, history.BestEpoch);
        double LogLoss(SequencePredictionTransformer of) => _ml.BinaryClassification.Evaluate(
            of.Transform(validation), "Yes").LogLoss * Math.Log(2);
        Assert.AreEqual(best.ValidationLoss!.Value, LogLoss(model), 1e-4);

        using var last = Train(options => (options.Epochs, options.RestoreBestWeights) = (history.Epochs.Count, false), validation,
            "Binary", "Ragged");
        Assert.AreEqual(history.Epochs[^1].ValidationLoss!.Value, LogLoss(last), 1e-4);
    }

    [TestMethod]
    public void A_metric_that_is_not_reported_can_not_be_monitored()
    {
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => Train(options => options.MonitoredMetric = MonitoredMetric.Highest("f1")));
        StringAssert.Contains(error.Message, "MonitoredMetric is 'f1', which the network doesn't report; it reports 'loss', 'accuracy'");
    }

    [TestMethod]
    [DataRow("Classification", "ClassKey", "key 1 is 'high' there, but 'low'")]
    [DataRow("Tagging", "TagKeys", "key 2 is 'high' there, but 'low'")]
    [DataRow("Number", "Keys", "key 1 is 'd' there, but 'a'")]
    public void Keys_for_other_values_are_an_error(string task, string column, string difference)
    {
        // The same values found in another order: types are the same, keys are not.
        var other = _ml.Data.LoadFromEnumerable(EveryForm.Rows(12).Reverse());
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(_ => { }, EveryForm.Keys(_ml).Fit(other).Transform(other), task));
        StringAssert.StartsWith(
            error.Message,
            $"Column '{column}' has other key values in the validation data: {difference} in the training data: map both with the "
            + $"same fitted MapValueToKey");
    }

    [TestMethod]
    public void More_key_values_are_an_error()
    {
        var rows = EveryForm.Rows(40);
        rows[3].Class = "higher";
        var data = _ml.Data.LoadFromEnumerable(rows);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Train(_ => { }, EveryForm.Keys(_ml).Fit(data).Transform(data)));
        StringAssert.StartsWith(
            error.Message,
            "Column 'ClassKey' has 4 key values in the validation data, but 3 in the training data: map both with the same fitted "
            + "MapValueToKey");
    }

    [TestMethod]
    public void A_validation_view_without_the_columns_is_an_error()
    {
        var validation = EveryForm.Mapped(_ml, 10);
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => Train(_ => { }, _ml.Transforms.DropColumns("Keys").Fit(validation).Transform(validation)));
        StringAssert.StartsWith(error.Message, "In the validation data: Column 'Keys' not found; the input has columns Ragged, ");
        error = Assert.ThrowsExactly<ArgumentException>(() =>
            Train(_ => { }, _ml.Transforms.CopyColumns("ClassKey", "Class").Fit(validation).Transform(validation)));
        StringAssert.StartsWith(error.Message, "In the validation data: Column 'ClassKey' is String: expected a key;");
    }
}
