using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Sequences;

/// <summary>Random changes of training rows.</summary>
[TestClass]
public class SeriesAugmentationTests
{
    private readonly MLContext _ml = new(1);

    private IDataView View(int count, int seed) => _ml.Transforms.Conversion.MapValueToKey("Label")
        .Fit(_ml.Data.LoadFromEnumerable(MiniRocketTests.Rows(count, 1, ragged: true)))
        .Transform(_ml.Data.LoadFromEnumerable(MiniRocketTests.Rows(count, seed, ragged: true)));

    // A batch of ramps from 0 to 1 and what became of it.
    private static (float[] Before, float[] After) Changed(SeriesAugmentation options, int epoch = 1)
    {
        var ml = new MLContext();
        var data = ml.Data.LoadFromEnumerable(Enumerable.Range(0, 4).Select(i => new MiniRocketTests.Row
        {
            Features = [.. Enumerable.Range(0, 20 + i).Select(t => t / (19f + i))],
        }));
        var column = SequenceColumn.FromData(data, "Features");
        using var source = new SequenceBatchSource(data, new(column, null));
        var moments = new Moments(1);
        foreach (var value in (float[])[0, 1])
            moments.Add([value]);
        foreach (var batch in source.ReadEpoch(0))
        {
            var before = batch.Features.ToArray();
            new SeriesAugmenter(options, moments, seed: 7).Apply(batch, epoch);
            var after = batch.Features.ToArray();
            for (var row = 0; row < batch.Batch; row++)                                                 // the padding stays 0
                for (var t = (int)batch.Lengths.Span[row]; t < batch.Time; t++)
                    Assert.AreEqual(0, after[row * batch.Time + t]);
            return (before, after);
        }
        throw new InvalidOperationException();
    }

    [TestMethod]
    public void Draws_anew_in_each_epoch_and_the_same_again()
    {
        var options = new SeriesAugmentation { Jitter = 0.1f, Scale = 0.1f, Crop = 0.2f, TimeWarp = 0.3f };
        CollectionAssert.AreEqual(Changed(options).After, Changed(options).After);
        CollectionAssert.AreNotEqual(Changed(options).After, Changed(options, 2).After);
        var (before, after) = Changed(new());
        CollectionAssert.AreEqual(before, after);
    }

    [TestMethod]
    public void Warped_time_keeps_order_and_ends_and_a_crop_stays_inside()
    {
        foreach (var (options, keepsEnds) in ((SeriesAugmentation, bool)[])
            [(new() { TimeWarp = 0.9f }, true), (new() { Crop = 0.9f }, false)])
        {
            var (before, after) = Changed(options);
            CollectionAssert.AreNotEqual(before, after);
            for (var t = 1; t < 20; t++)
                Assert.IsGreaterThanOrEqualTo(after[t - 1], after[t]);
            Assert.IsTrue(after[0] >= 0 && after[19] <= 1);
            if (keepsEnds)
            {
                Assert.AreEqual(0, after[0], 1e-5);
                Assert.AreEqual(1, after[19], 1e-5);
            }
        }
    }

    [TestMethod]
    public void Noise_and_factors_have_the_size_asked_for()
    {
        var (before, after) = Changed(new() { Jitter = 0.2f });                                         // deviation of 0 and 1: 0.5
        var noise = before.Zip(after, (a, b) => b - a).Take(20).Select(change => change * change).Average();
        Assert.AreEqual(0.1, Math.Sqrt(noise), 0.05);
        (before, after) = Changed(new() { Scale = 0.5f });
        for (var t = 1; t < 20; t++)                                                                    // still a line, through the mean
            Assert.AreEqual(after[1] - after[0], after[t] - after[t - 1], 1e-5);
    }

    [TestMethod]
    public void Trains_any_network_with_it()
    {
        var augmentation = new SeriesAugmentation { Jitter = 0.1f, Scale = 0.1f, Crop = 0.2f, TimeWarp = 0.2f };
        foreach (var network in (SequenceNetwork[])[SequenceNetwork.Fcn(8), SequenceNetwork.MiniRocket(new() { Features = 504 })])
        {
            using var model = _ml.Sequences().Classification(new SequenceClassificationTrainer.Options
            {
                Network = network, Augmentation = augmentation, Epochs = 15, LearningRate = 0.01f, BatchSize = 16,
            }).Fit(View(60, 1));
            Assert.IsGreaterThan(0.85, _ml.MulticlassClassification.Evaluate(model.Transform(View(60, 2))).MicroAccuracy, network.Name);
        }
    }

    [TestMethod]
    public void What_can_t_be_changed_is_an_error()
    {
        foreach (var bad in (SeriesAugmentation[])[new() { Jitter = -1 }, new() { Crop = 1 }, new() { TimeWarp = float.NaN },
            new() { Scale = float.PositiveInfinity }])
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => _ml.Sequences().Classification(
                new SequenceClassificationTrainer.Options { Augmentation = bad }).Fit(View(4, 1))).Message, "Augmentation.");
        var tokens = EveryForm.Mapped(_ml, 20);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => EveryForm.Trainer(_ml, "Tagging", "Keys", options =>
            options.Augmentation = new() { Jitter = 1 }).Fit(tokens)).Message, "expected null for tokens");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => EveryForm.Trainer(_ml, "Tagging", "Ragged", options =>
            options.Augmentation = new() { Crop = 0.1f }).Fit(tokens)).Message, "they move steps");
    }
}
