using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

/// <summary>What an epoch holds and in which order.</summary>
[TestClass]
public class SequenceBatchSourceTests
{
    private static int LengthOf(long row) => 1 + (int)(row * 7919 % 97);

    internal static TestView Data(long rows) => new TestView.Builder()
        .AddVector("Words", NumberDataViewType.Int32, row => Enumerable.Repeat((int)(row % 50), LengthOf(row)).ToArray())
        .AddSingle("Target", row => row)
        .Rows(rows);

    internal static SequenceBatchSource Source(IDataView data, SequenceBatchOptions options, string role = "training") =>
        new(data, new SequenceColumns(
            SequenceColumn.FromSchema(data.Schema, "Words", vocabularySize: 50), SequenceLabel.Targets(data.Schema, "Target")), options,
                role);

    /// <summary>The rows of each batch of an epoch.</summary>
    internal static List<long[]> Epoch(SequenceBatchSource source, int epoch) =>
        source.ReadEpoch(epoch).Select(batch => batch.Positions.ToArray()).ToList();

    private static string Text(IEnumerable<long[]> batches) => string.Join(" | ", batches.Select(batch => string.Join(" ", batch)));

    /// <summary>Cached, through a buffer, and through a buffer after what was read in the hope to cache it.</summary>
    private static IEnumerable<SequenceBatchOptions> Ways(bool shuffle, bool bucket)
    {
        foreach (long cacheBytes in new long[] { 1 << 20, 0, 20_000 })
            yield return new() { BatchSize = 16, BufferRows = 128, Shuffle = shuffle, BucketByLength = bucket, CacheBytes = cacheBytes,
                Seed = 5 };
    }

    [TestMethod]
    public void EveryRowComesOnceAnEpochAndTheLastBatchIsSmaller()
    {
        foreach (bool shuffle in new[] { true, false })
        {
            foreach (bool bucket in new[] { true, false })
            {
                foreach (var options in Ways(shuffle, bucket))
                {
                    var source = Source(Data(1003), options);
                    for (int epoch = 0; epoch < 3; epoch++)
                    {
                        var batches = Epoch(source, epoch);
                        CollectionAssert.AreEqual(Enumerable.Range(0, 1003).Select(i => (long)i).ToArray(),
                            batches.SelectMany(b => b).Order().ToArray());
                        Assert.AreEqual(63, batches.Count);
                        Assert.AreEqual(62, batches.Count(batch => batch.Length == 16));
                        Assert.AreEqual(1003, source.RowCount);
                        Assert.AreEqual(1003, source.RowsRead);
                        Assert.AreEqual(Enumerable.Range(0, 1003).Sum(row => LengthOf(row)), source.StepsRead);
                    }
                }
            }
        }
    }

    [TestMethod]
    public void WithoutShufflingAndBucketsTheOrderIsThatOfTheData()
    {
        foreach (var options in Ways(shuffle: false, bucket: false))
        {
            var rows = Epoch(Source(Data(300), options), 3).SelectMany(batch => batch).ToArray();
            CollectionAssert.AreEqual(Enumerable.Range(0, 300).Select(i => (long)i).ToArray(), rows);
        }
    }

    [TestMethod]
    public void SeedAndEpochDecideTheOrder()
    {
        foreach (var options in Ways(shuffle: true, bucket: true))
        {
            var source = Source(Data(1003), options);
            string[] epochs = [.. Enumerable.Range(0, 3).Select(epoch => Text(Epoch(source, epoch)))];
            Assert.AreEqual(3, epochs.Distinct().Count(), "Epochs differ.");
            Assert.AreEqual(epochs[2], Text(Epoch(Source(Data(1003), options), 2)), "An epoch doesn't depend on those before it.");
            options.Seed = 6;
            Assert.AreNotEqual(epochs[0], Text(Epoch(Source(Data(1003), options), 0)));
        }
    }

    [TestMethod]
    public void TheOrderDoesNotDependOnTiming()
    {
        var options = new SequenceBatchOptions { BatchSize = 8, BufferRows = 64, CacheBytes = 0, PrefetchBatches = 1 };
        string quick = Text(Epoch(Source(Data(400), options), 1));
        options.PrefetchBatches = 4;
        var data = Data(400);
        data.OnMove = row => { if (row % 50 == 0) Thread.Sleep(2); };
        string slow = Text(Source(data, options).ReadEpoch(1).Select(batch =>
        {
            if (batch.Positions.Span[0] % 5 == 0)
                Thread.Sleep(2);
            return batch.Positions.ToArray();
        }));
        Assert.AreEqual(quick, slow);
    }

    [TestMethod]
    public void TheSameRowsDoNotMeetInEveryEpoch()
    {
        // All lengths differ, so sorting by length alone would always give the same batches.
        var data = new TestView.Builder()
            .AddVector("Words", NumberDataViewType.Int32, row => new int[row + 1]).AddSingle("Target", row => row).Rows(320);
        var source = Source(data, new() { BatchSize = 16 });
        var first = Epoch(source, 0).Select(batch => string.Join(" ", batch.Order())).ToHashSet();
        var second = Epoch(source, 1).Select(batch => string.Join(" ", batch.Order())).ToHashSet();
        Assert.IsLessThan(5, first.Intersect(second).Count());
    }

    [TestMethod]
    public void BucketsSavePadding()
    {
        double Padding(bool bucket)
        {
            var options = new SequenceBatchOptions { BatchSize = 16, BufferRows = 512, CacheBytes = 0, BucketByLength = bucket };
            long padded = 0, steps = 0;
            foreach (var batch in Source(Data(2000), options).ReadEpoch(0))
            {
                padded += batch.Batch * batch.Time;
                steps += batch.StepCount;
            }

            return (double)padded / steps;
        }

        Assert.IsGreaterThan(1.6, Padding(bucket: false));
        Assert.IsLessThan(1.2, Padding(bucket: true));
    }

    [TestMethod]
    public void RowsMixAcrossTheBuffer()
    {
        // A buffer of 256 of 4000 rows: each batch of the middle mixes rows from a stretch of several hundred.
        var source = Source(Data(4000), new() { BatchSize = 32, BufferRows = 256, CacheBytes = 0, BucketByLength = false });
        var spreads = Epoch(source, 0).Where(batch => batch.Length == 32).Select(batch => batch.Max() - batch.Min()).ToArray();
        Assert.IsGreaterThan(256, spreads.Average());
    }

    [TestMethod]
    public void FewerRowsThanABatchAreOneBatch()
    {
        foreach (var options in Ways(shuffle: true, bucket: true))
        {
            var batches = Epoch(Source(Data(5), options), 0);
            Assert.AreEqual(1, batches.Count);
            Assert.AreEqual(5, batches[0].Length);
        }
    }

    [TestMethod]
    public void NoRowsAreAnErrorThatNamesTheData()
    {
        foreach (var options in Ways(shuffle: true, bucket: true))
        {
            var source = Source(Data(0), options, "validation");
            Assert.AreEqual("The validation data has no rows.",
                Assert.ThrowsExactly<InvalidDataException>(() => Epoch(source, 0)).Message);
        }
    }

    [TestMethod]
    public void OptionsAndColumnsAreChecked()
    {
        var data = Data(5);
        Assert.AreEqual("BatchSize", Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => Source(data, new() { BatchSize = 0 })).ParamName);
        Assert.AreEqual("PrefetchBatches",
            Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Source(data, new() { PrefetchBatches = 0 })).ParamName);
        var columns = new SequenceColumns(SequenceColumn.FromSchema(data.Schema, "Words", vocabularySize: 50));
        var other = new TestView.Builder().AddVector("Values", NumberDataViewType.Single, _ => new[] { 1f }).Rows(2);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => new SequenceBatchSource(other, columns)).Message,
            "Column 'Words' not found; the input has columns Values.");
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new SequenceBatchSource(
                data, columns with { WeightColumnName = "Words" })).Message,
            "expected a Single, the row's weight");
    }

    [TestMethod]
    public void AnMLNetPipelineFeedsIt()
    {
        var ml = new MLContext(1);
        var rows = Enumerable.Range(0, 100).Select(i => new Review { Text = $"word{i % 3} and more", Label = i % 3 == 0 });
        IDataView data = ml.Data.LoadFromEnumerable(rows);
        data = ml.Transforms.Text.TokenizeIntoWords("Words", "Text").Append(ml.Transforms.Conversion.MapValueToKey("Words"))
            .Fit(data).Transform(data);
        var column = SequenceColumn.FromSchema(data.Schema, "Words");
        Assert.AreEqual(6, column.TokenCount);
        using var source = new SequenceBatchSource(data, new SequenceColumns(column, SequenceLabel.Class(data.Schema, "Label")));
        int rowsSeen = 0, positive = 0;
        foreach (var batch in source.ReadEpoch(0))
        {
            rowsSeen += batch.Batch;
            for (int i = 0; i < batch.Batch; i++)
            {
                positive += (int)batch.Classes.Span[i];
                Assert.AreEqual(batch.Classes.Span[i] == 1, batch.Tokens.Span[i * 3] == 1);
            }
        }

        Assert.AreEqual((100, 34), (rowsSeen, positive));
    }

    private sealed class Review
    {
        public string Text { get; set; } = "";

        public bool Label { get; set; }
    }
}
