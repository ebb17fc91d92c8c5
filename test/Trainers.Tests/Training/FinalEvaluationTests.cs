using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Statistics of batch normalization that fit the weights that are deployed.</summary>
[TestClass]
public class FinalEvaluationTests
{
    // Training has so few steps that running averages are still where they began.
    private static (TrainingModel Model, TrainingHistory History) Train(int epochs, int rows, int batchSize)
    {
        var options = new TrainingOptions { Epochs = epochs, BatchSize = batchSize, LearningRate = 0.01f };
        var model = TrainingLoop.Build(network =>
        {
            var x = network.Input("x", ElementType.Float, ["batch", Regression.Features]);
            var y = network.Input("y", ElementType.Float, ["batch"]);
            var h = network.BatchNorm(x * 10.0 + 50.0);
            var error = Op.Squeeze(network.Linear(h, 1), 1) - y;
            return new(Op.ReduceMean(error * error, keepDims: false));
        }, options);
        return (model, TrainingLoop.Run(model, new Regression(rows, batchSize), options));
    }

    [TestMethod]
    public void Averages_are_those_over_the_batches_whatever_they_were_in_training()
    {
        var (model, _) = Train(epochs: 1, rows: 48, batchSize: 16);
        float[] mean = model.Parameters["batch_norm/mean"].Value.As<float>(),
            variance = model.Parameters["batch_norm/variance"].Value.As<float>();
        // x is uniform in -1 to 1: 10 x + 50 has mean 50 and variance 100 / 3; running averages would be at 27 % of it
        foreach (var found in mean)
            Assert.AreEqual(50, found, 3);
        foreach (var found in variance)
            Assert.AreEqual(100 / 3.0, found, 12);
    }

    [TestMethod]
    public void A_last_batch_of_one_row_counts_as_one_row()
    {
        float[] Means(int batchSize) => Train(1, 49, batchSize).Model.Parameters["batch_norm/mean"].Value.As<float>();
        foreach (var (whole, parts) in Means(49).Zip(Means(16)))
            Assert.AreEqual(whole, parts, 1e-3);
    }

    // The mean is 52 times the deviation: averages that are still near where they began say nothing.
    [TestMethod]
    public void Validation_after_a_few_steps_reads_averages_of_what_was_seen()
    {
        var options = new TrainingOptions { Epochs = 1, BatchSize = 16, LearningRate = 1e-4f };
        var model = TrainingLoop.Build(network =>
        {
            var x = network.Input("x", ElementType.Float, ["batch", Regression.Features]);
            var y = network.Input("y", ElementType.Float, ["batch"]);
            var h = network.BatchNorm(x * 0.1 + 3.0);
            return new(Op.ReduceMean(h * h, keepDims: false) + 0.0 * Op.ReduceMean(y, keepDims: false)
                + 0.0 * Op.ReduceMean(network.Linear(h, 1), keepDims: false));
        }, options);
        using var session = new TrainingSession(model);
        foreach (var batch in new Regression(48, 16).ReadEpoch(1, CancellationToken.None))
        {
            batch.FeedTo(session);
            session.Step(0);
            batch.FeedTo(session);
            // Squares of standardized numbers.
            Assert.AreEqual(1, session.Score(), 0.35f);
        }
    }

    [TestMethod]
    public void The_deployed_loss_is_about_that_of_training()
    {
        var (model, history) = Train(epochs: 60, rows: 32, batchSize: 16);
        using var session = new TrainingSession(model);
        var sum = 0.0;
        foreach (var batch in new Regression(32, 16).ReadEpoch(1, CancellationToken.None))
        {
            batch.FeedTo(session);
            sum += session.Score() / 2;
        }
        Assert.IsLessThan(2 * history.Epochs[^1].Loss + 1e-3, sum);
    }
}
