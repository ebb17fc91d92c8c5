namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class InterruptionTests
{
    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void A_loss_that_is_no_number_stops_training_with_the_last_good_weights(float label)
    {
        var options = new TrainingOptions { Epochs = 10, BatchSize = 16, LearningRate = 0.01f };
        var model = TrainingLoop.Build(Regression.Hidden, options);
        var data = new Regression(64, 16) { Label = (epoch, batch, y) => epoch == 3 && batch == 1 ? label : y };
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(() => TrainingLoop.Run(model, data, options));
        Assert.AreEqual(3, exception.Epoch);
        Assert.AreEqual(10L, exception.Step);
        Assert.AreEqual(0.01f, exception.LearningRate);
        Assert.IsFalse(double.IsFinite(exception.Loss));
        StringAssert.Contains(exception.Message, "epoch 3, step 10, at learning rate 0.01");
        StringAssert.Contains(exception.Message, "GradientClipNorm");
        Assert.HasCount(2, exception.History.Epochs);
        Assert.AreEqual(TrainingEnd.Diverged, exception.History.StoppedBecause);
        options.Epochs = 2;
        CollectionAssert.AreEqual(After(options, data), Regression.Weights(model));
    }

    [TestMethod]
    public void Weights_that_grow_without_bound_are_noticed()
    {
        var options = new TrainingOptions { Epochs = 100, LearningRate = 1e6f, Optimizer = new Onnx.Sgd() };
        var exception = Assert.ThrowsExactly<TrainingDivergedException>(
            () => TrainingLoop.Run(TrainingLoop.Build(Regression.Linear, options), new Regression(64, 16), options));
        Assert.IsTrue(exception.Message.Contains("the loss is") || exception.Message.Contains("the norm of the gradients is"),
            exception.Message);
    }

    [TestMethod]
    public void Cancellation_leaves_the_weights_reached()
    {
        using var source = new CancellationTokenSource();
        var options = new TrainingOptions { Epochs = 10, BatchSize = 16, CancellationToken = source.Token };
        var model = TrainingLoop.Build(Regression.Hidden, options);
        // cancelled while the third batch of epoch 2 is fetched: two of its steps are done
        var data = new Regression(64, 16) { OnBatch = (epoch, batch) => { if (epoch == 2 && batch == 2) source.Cancel(); } };
        var exception = Assert.ThrowsExactly<TrainingCanceledException>(() => TrainingLoop.Run(model, data, options));
        Assert.HasCount(1, exception.History.Epochs);
        Assert.AreEqual(TrainingEnd.Canceled, exception.History.StoppedBecause);
        Assert.AreEqual(source.Token, exception.CancellationToken);
        var reached = Regression.Weights(model);
        options = new() { Epochs = 2, BatchSize = 16 };
        CollectionAssert.AreNotEqual(After(options, new Regression(64, 16)), reached);
        options.Epochs = 1;
        CollectionAssert.AreNotEqual(After(options, new Regression(64, 16)), reached);
    }

    [TestMethod]
    public void Cancellation_leaves_the_best_weights_where_they_are_asked_for()
    {
        using var source = new CancellationTokenSource();
        var options = new TrainingOptions { Epochs = 10, BatchSize = 16, LearningRate = 0.01f, CancellationToken = source.Token };
        var model = TrainingLoop.Build(Regression.Hidden, options);
        var data = new Regression(64, 16, 32)
        {
            Label = (epoch, _, y) => epoch > 2 ? -5 * y : y,
            OnBatch = (epoch, batch) => { if (epoch == 5 && batch == 2) source.Cancel(); },
        };
        var exception = Assert.ThrowsExactly<TrainingCanceledException>(() => TrainingLoop.Run(model, data, options));
        Assert.AreEqual(2, exception.History.BestEpoch);
        options = new() { Epochs = 2, BatchSize = 16, LearningRate = 0.01f };
        CollectionAssert.AreEqual(After(options, new Regression(64, 16, 32)), Regression.Weights(model));
    }

    [TestMethod]
    public void A_token_cancelled_before_the_start_ends_training_before_a_step()
    {
        var options = new TrainingOptions { CancellationToken = new CancellationToken(true) };
        var model = TrainingLoop.Build(Regression.Linear, options);
        var before = Regression.Weights(model);
        Assert.ThrowsExactly<TrainingCanceledException>(() => TrainingLoop.Run(model, new Regression(64, 16), options));
        CollectionAssert.AreEqual(before, Regression.Weights(model));
    }

    [TestMethod]
    public void An_error_of_the_data_passes_through_and_leaves_the_last_epochs_weights()
    {
        var options = new TrainingOptions { Epochs = 10, BatchSize = 16 };
        var model = TrainingLoop.Build(Regression.Hidden, options);
        var data = new Regression(64, 16) { OnBatch = (epoch, batch) =>
            { if (epoch == 3 && batch == 1) throw new InvalidDataException("row 17"); } };
        Assert.ThrowsExactly<InvalidDataException>(() => TrainingLoop.Run(model, data, options));
        options.Epochs = 2;
        CollectionAssert.AreEqual(After(options, new Regression(64, 16)), Regression.Weights(model));
    }

    private static float[] After(TrainingOptions options, Regression data)
    {
        var model = TrainingLoop.Build(Regression.Hidden, options);
        TrainingLoop.Run(model, data, options);
        return Regression.Weights(model);
    }
}
