using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Data larger than its memory budget is read again in every epoch and never held.</summary>
[TestClass]
public class StreamingTests
{
    private const int Steps = 1000, Rows = 6000; // 24 MB of features

    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] Features { get; set; } = [];
        public bool Label { get; set; }
    }

    // Rows come to be when they are asked for. Every thousandth is a point to look at the memory.
    private static IEnumerable<Row> Generate(Action atEveryThousandth)
    {
        for (var row = 0; row < Rows; row++)
        {
            if (row % 1000 == 999)
                atEveryThousandth();
            var features = new float[Steps - row % 10];
            Array.Fill(features, row % 2 + row % 7 * 0.1f);
            yield return new Row { Features = features, Label = row % 2 == 1 };
        }
    }

    // A network that is quick on long sequences.
    private SequencePredictionTransformer Train(IDataView data, Action<SequenceTrainerOptions>? change = null)
    {
        var options = new SequenceBinaryClassificationTrainer.Options
        {
            Network = SequenceNetwork.Custom("mean", (_, x) => new(x)), Pooling = Pooling.Mean, Epochs = 3, LearningRate = 0.01f,
            MemoryMegabytes = 1, ShuffleBufferRows = 1000, BatchSize = 50,
        };
        change?.Invoke(options);
        return _ml.Sequences().BinaryClassification(options).Fit(data);
    }

    [TestMethod]
    public void Rows_beyond_the_budget_are_never_in_memory()
    {
        long most = 0;
        var passes = 0;
        var data = _ml.Data.LoadFromEnumerable(Generate(() =>
        {
            passes++;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
        }));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        using var model = Train(data);
        Assert.AreEqual(6 * 4, passes, "rows of three epochs and of the pass before them");
        Assert.HasCount(3, model.History.Epochs);
        Assert.IsTrue(model.History.Epochs.All(epoch => epoch.Rows == Rows));
        // 1 MB of buffered rows, batches made ahead, and what they grow by; not the 24 MB there are.
        Assert.IsLessThan(8L << 20, most - before);

        most = 0;
        var right = 0;
        foreach (var row in _ml.Data.CreateEnumerable<Prediction>(model.Transform(data), reuseRowObject: true))
            right += row.Label == row.PredictedLabel ? 1 : 0;
        Assert.IsLessThan(16L << 20, most - before);
        Assert.IsGreaterThan(Rows * 9 / 10, right);
    }

    [TestMethod]
    public void A_run_over_streamed_rows_repeats_itself()
    {
        float[] Weights(int seed)
        {
            using var model = Train(_ml.Data.LoadFromEnumerable(Generate(() => { })), options =>
                (options.Epochs, options.Seed) = (1, seed));
            return Scored.All(model.Transform(_ml.Data.LoadFromEnumerable(Generate(() => { }).Take(2)))).SelectMany(row => row.Score)
                .ToArray();
        }
        var first = Weights(1);
        CollectionAssert.AreEqual(first, Weights(1));
        CollectionAssert.AreNotEqual(first, Weights(2));
    }

    [TestMethod]
    public void Data_within_the_budget_is_read_once()
    {
        var passes = 0;
        var data = _ml.Data.LoadFromEnumerable(Generate(() => passes++));
        using var model = Train(data, options => options.MemoryMegabytes = 64);
        Assert.AreEqual(6, passes);
        Assert.HasCount(3, model.History.Epochs);
    }

    [TestMethod]
    public void Streamed_training_is_canceled_between_rows()
    {
        using var source = new CancellationTokenSource();
        var read = 0;
        var data = _ml.Data.LoadFromEnumerable(Generate(() =>
        {
            // in the middle of the second epoch
            if (++read == 6 * 2 + 3)
                source.Cancel();
        }));
        var error = Assert.ThrowsExactly<TrainingCanceledException>(() => Train(data, options => options.CancellationToken = source.Token));
        Assert.HasCount(1, error.History.Epochs);
        Assert.IsLessThan(6 * 3, read);
        using var model = (SequencePredictionTransformer)error.Model!;
        Assert.HasCount(5, Scored.All(model.Transform(_ml.Data.LoadFromEnumerable(Generate(() => { }).Take(5)))));
    }

    private sealed class Prediction
    {
        public bool Label { get; set; }
        public bool PredictedLabel { get; set; }
    }
}
