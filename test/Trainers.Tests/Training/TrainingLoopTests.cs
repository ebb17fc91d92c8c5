using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class TrainingLoopTests
{
    private static (TrainingModel Model, TrainingHistory History) Train(
        TrainingOptions options, ITrainingData data, Func<NetworkBuilder, NetworkOutputs>? network = null)
    {
        var model = TrainingLoop.Build(network ?? Regression.Hidden, options);
        return (model, TrainingLoop.Run(model, data, options));
    }

    [TestMethod]
    public void A_linear_problem_is_learned_and_each_epoch_logged()
    {
        var options = new TrainingOptions { Epochs = 30, BatchSize = 16, LearningRate = 0.05f };
        var model = TrainingLoop.Build(Regression.Linear, options);
        var lines = new List<string>();
        var ml = new MLContext(1);
        ml.Log += (_, message) => { if (message.Kind == ChannelMessageKind.Info) lines.Add(message.Message); };
        var history = TrainingLoop.Run(model, new Regression(200, 16, 40), options, ml);
        Assert.HasCount(30, history.Epochs);
        Assert.AreEqual(TrainingEnd.Completed, history.StoppedBecause);
        Assert.IsLessThan(0.001, history.Epochs[^1].Loss);
        Assert.IsGreaterThan(0.95, history.Epochs[^1].ValidationMetrics["close"]);
        var weights = Regression.Weights(model);
        foreach (var (expected, found) in ((float[])[0.5f, -0.8f, 0.3f, 0.105f]).Zip(weights))
            Assert.AreEqual(expected, found, 0.02f);
        foreach (var epoch in history.Epochs)
        {
            Assert.IsGreaterThan(0, epoch.StepSeconds);
            Assert.IsLessThanOrEqualTo(epoch.Seconds, epoch.WaitingSeconds + epoch.FeedingSeconds + epoch.StepSeconds);
        }
        Assert.HasCount(30, lines);
        Assert.AreEqual(history.Epochs[4].ToString(), lines[4].Split("] ")[^1]);
    }

    [TestMethod]
    public void Metrics_of_an_epoch_are_those_of_all_its_rows()
    {
        // 50 rows in batches of 16: the last has 2, so that a mean of means would be wrong
        var options = new TrainingOptions { Epochs = 1, BatchSize = 16, LearningRate = 1e-12f, Optimizer = new Sgd() };
        var data = new Regression(50, 16, 23);
        var (model, history) = Train(options, data, Regression.Linear);
        var epoch = history.Epochs[0];
        var (error, rows) = Errors(model, data.ReadEpoch(1, default));
        Assert.HasCount(50, error);
        Assert.AreEqual(error.Average(e => e * e), epoch.Loss, 1e-6);
        Assert.AreEqual(error.Average(e => e * e), epoch.Metrics["squared"], 1e-6);
        Assert.AreEqual(error.Average(Math.Abs), epoch.Metrics["error"], 1e-6);
        Assert.AreEqual(error.Average(e => Math.Abs(e) < 0.1 ? 1.0 : 0), epoch.Metrics["close"], 1e-9);
        (error, rows) = Errors(model, data.ReadValidation(default)!);
        Assert.HasCount(23, error);
        Assert.AreEqual(error.Average(e => e * e), epoch.ValidationLoss!.Value, 1e-6);
        Assert.AreEqual(error.Average(Math.Abs), epoch.ValidationMetrics["error"], 1e-6);
        Assert.AreEqual(4, epoch.Steps);
        Assert.AreEqual(50, epoch.Rows);
        Assert.IsGreaterThan(0.0, epoch.GradientNorm);
    }

    [TestMethod]
    public void A_loss_count_weighs_the_loss()
    {
        static NetworkOutputs Counted(NetworkBuilder network)
        {
            var outputs = Regression.Linear(network);
            var count = outputs.Metrics.Single(metric => metric.Name == "close/count").Value * 2.0;
            return new(outputs.Loss, [("loss/count", count * count), .. outputs.Metrics.Where(metric => metric.Name == "squared/sum")]);
        }
        var options = new TrainingOptions { Epochs = 1, LearningRate = 1e-12f, Optimizer = new Sgd() };
        var data = new Regression(48, 32);
        var (model, history) = Train(options, data, Counted);
        var (errors, sizes) = Errors(model, data.ReadEpoch(1, default));
        double first = errors.Take(sizes[0]).Average(e => e * e), second = errors.Skip(sizes[0]).Average(e => e * e);
        double w1 = 4.0 * sizes[0] * sizes[0], w2 = 4.0 * sizes[1] * sizes[1];
        Assert.AreEqual((first * w1 + second * w2) / (w1 + w2), history.Epochs[0].Loss, 1e-6);
        CollectionAssert.AreEqual(new[] { "squared" }, history.Epochs[0].Metrics.Keys.ToArray());
    }

    [TestMethod]
    public void The_best_epoch_is_restored_and_training_stops_when_nothing_improves()
    {
        // From epoch 4 on the training labels are wrong, so the validation gets worse.
        var data = new Regression(64, 16, 32) { Label = (epoch, _, y) => epoch > 3 ? -5 * y : y };
        var options = new TrainingOptions { Epochs = 50, BatchSize = 16, LearningRate = 0.01f, EarlyStoppingPatience = 3, Seed = 3 };
        var (model, history) = Train(options, data);
        Assert.AreEqual(TrainingEnd.EarlyStopping, history.StoppedBecause);
        Assert.AreEqual(3, history.BestEpoch);
        Assert.HasCount(6, history.Epochs);
        options.Epochs = 3;
        var (three, _) = Train(options, data);
        CollectionAssert.AreEqual(Regression.Weights(three), Regression.Weights(model));
        options.RestoreBestWeights = false;
        options.Epochs = 50;
        var (last, _) = Train(options, data);
        CollectionAssert.AreNotEqual(Regression.Weights(three), Regression.Weights(last));
        options.EarlyStoppingPatience = 0;
        options.Epochs = 6;
        var (six, _) = Train(options, data);
        CollectionAssert.AreEqual(Regression.Weights(six), Regression.Weights(last));
    }

    [TestMethod]
    public void A_metric_may_be_monitored_upwards_and_a_minimum_change_asked_for()
    {
        var options = new TrainingOptions { Epochs = 8, LearningRate = 0.05f, MonitoredMetric = MonitoredMetric.Highest("close") };
        var (_, history) = Train(options, new Regression(64, 16, 32));
        var best = history.Epochs.Max(epoch => epoch.ValidationMetrics["close"]);
        Assert.AreEqual(history.Epochs.First(epoch => epoch.ValidationMetrics["close"] == best).Epoch, history.BestEpoch);
        options.MonitoredMetric = MonitoredMetric.Loss;
        options.MinimumDelta = 1e6;
        options.EarlyStoppingPatience = 2;
        (_, history) = Train(options, new Regression(64, 16, 32));
        Assert.AreEqual(1, history.BestEpoch);
        Assert.HasCount(3, history.Epochs);
        options.MonitoredMetric = MonitoredMetric.Highest("accuracy");
        var exception = Assert.ThrowsExactly<ArgumentException>(() => Train(options, new Regression(64, 16)));
        StringAssert.Contains(exception.Message, "'accuracy'");
        StringAssert.Contains(exception.Message, "'loss', 'close', 'squared', 'error'");
    }

    [TestMethod]
    public void One_seed_gives_one_run()
    {
        var options = new TrainingOptions { Epochs = 3, Seed = 5 };
        var (first, firstHistory) = Train(options, new Regression(100, 16, 20));
        var (second, secondHistory) = Train(options, new Regression(100, 16, 20));
        CollectionAssert.AreEqual(Regression.Weights(first), Regression.Weights(second));
        CollectionAssert.AreEqual(firstHistory.Epochs.Select(epoch => epoch.Loss).ToArray(),
            secondHistory.Epochs.Select(epoch => epoch.Loss).ToArray());
        options.Seed = 6;
        var (third, _) = Train(options, new Regression(100, 16, 20));
        CollectionAssert.AreNotEqual(Regression.Weights(first), Regression.Weights(third));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void The_schedule_runs_from_the_first_step_to_the_last(bool tellsCount)
    {
        // 4 steps per epoch, 3 epochs
        var options = new TrainingOptions { Epochs = 3, BatchSize = 16, LearningRate = 0.5f, Optimizer = new Sgd(),
            Schedule = LearningRateSchedule.Linear() };
        var (_, history) = Train(options, new Regression(64, 16) { TellsCount = tellsCount }, Regression.Linear);
        float[] expected = [tellsCount ? 0.5f * (1 - 3f / 12) : 0.5f, 0.5f * (1 - 7f / 12), 0.5f * (1 - 11f / 12)];
        for (var i = 0; i < 3; i++)
            Assert.AreEqual(expected[i], history.Epochs[i].LearningRate, 1e-6f, i.ToString(CultureInfo.InvariantCulture));
    }

    [TestMethod]
    public void Data_without_batches_is_an_error()
    {
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => Train(new(), new Regression(0, 16)));
        StringAssert.Contains(exception.Message, "training data has no batches");
    }

    [TestMethod]
    public void A_model_built_with_other_options_is_an_error()
    {
        var options = new TrainingOptions { GradientClipNorm = 1 };
        var model = TrainingLoop.Build(Regression.Linear, options);
        options.GradientClipNorm = 2;
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => TrainingLoop.Run(model, new Regression(10, 5), options)).Message, "GradientClipNorm is 2");
        options.Optimizer = new Sgd();
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => TrainingLoop.Run(model, new Regression(10, 5), options)).Message, "Optimizer (Adam)");
    }

    private static (List<double> Errors, List<int> Sizes) Errors(TrainingModel model, IEnumerable<TrainingBatch> batches)
    {
        var weights = Regression.Weights(model);
        var errors = new List<double>();
        var sizes = new List<int>();
        foreach (Regression.Batch batch in batches)
        {
            sizes.Add(batch.Examples);
            for (var row = 0; row < batch.Examples; row++)
                errors.Add(Enumerable.Range(0, 3).Sum(i => (double)weights[i] * batch.X[row * 3 + i]) + weights[3] - batch.Y[row]);
        }
        return (errors, sizes);
    }
}
