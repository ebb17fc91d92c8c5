using System.Diagnostics;
using Microsoft.ML.Data;
using static MLSeqGraph.Transforms.Tests.SequenceBatchSourceTests;

namespace MLSeqGraph.Transforms.Tests;

/// <summary>Reading ahead on another thread: how far, and how it ends.</summary>
[TestClass]
public class SequenceBatchThreadTests
{
    [TestMethod]
    public void NeverReadsFurtherAheadThanBufferAndPrefetch()
    {
        var data = Data(20_000);
        var options = new SequenceBatchOptions { BatchSize = 10, BufferRows = 200, CacheBytes = 0, PrefetchBatches = 2 };
        var source = Source(data, options);
        long handedOut = 0, furthest = 0;
        data.OnMove = row => furthest = Math.Max(furthest, row + 1 - Interlocked.Read(ref handedOut));
        foreach (var batch in source.ReadEpoch(0))
            Interlocked.Add(ref handedOut, batch.Batch);
        Assert.AreEqual(20_000, handedOut);
        // The buffer, two batches waiting, one being filled and one in use.
        Assert.IsLessThanOrEqualTo(200 + 4 * 10, furthest);
    }

    [TestMethod]
    public void ABudgetOfBytesLimitsTheBufferToo()
    {
        var data = new TestView.Builder()
            .AddVector("Words", NumberDataViewType.Int32, _ => new int[1000]).AddSingle("Target", row => row).Rows(500);
        var options = new SequenceBatchOptions { BatchSize = 4, CacheBytes = 0, BufferBytes = 100_000, PrefetchBatches = 1 };
        using var batches = Source(data, options).ReadEpoch(0).GetEnumerator();
        Assert.IsTrue(batches.MoveNext());
        WaitUntilItRests(data);
        // 4 kB a row: 25 rows in the buffer.
        Assert.IsLessThanOrEqualTo(25 + 3 * 4, data.RowsMoved);
    }

    [TestMethod]
    public void SmallDataIsReadOnceAndLargeDataEveryEpoch()
    {
        var small = Data(500);
        var source = Source(small, new());
        for (int epoch = 0; epoch < 3; epoch++)
            Epoch(source, epoch);
        Assert.AreEqual(500, small.RowsMoved);

        var large = Data(500);
        source = Source(large, new() { CacheBytes = 50_000, BufferRows = 64, BatchSize = 8 });
        for (int epoch = 0; epoch < 3; epoch++)
            Epoch(source, epoch);
        Assert.AreEqual(1500, large.RowsMoved);
        Assert.AreEqual(0, large.OpenCursors);
    }

    [TestMethod]
    public void LeavingEarlyStopsTheThreadAndTheNextEpochIsWhole()
    {
        foreach (long cacheBytes in new long[] { 0, 1 << 20 })
        {
            var data = Data(1000);
            var source = Source(data, new() { BatchSize = 8, BufferRows = 32, CacheBytes = cacheBytes });
            string expected = string.Join(" ", Epoch(Source(Data(1000), new() { BatchSize = 8, BufferRows = 32, CacheBytes = cacheBytes }),
                1)
                .SelectMany(batch => batch));
            for (int i = 0; i < 20; i++)
            {
                foreach (var batch in source.ReadEpoch(0))
                {
                    if (source.RowsRead >= 8 * i)
                        break;
                }

                Assert.AreEqual(0, data.OpenCursors);
            }

            long moved = data.RowsMoved;
            Thread.Sleep(20);
            Assert.AreEqual(moved, data.RowsMoved);
            Assert.AreEqual(expected, string.Join(" ", Epoch(source, 1).SelectMany(batch => batch)));
        }
    }

    [TestMethod]
    public void CancellationEndsTheEpochAlsoWhileTheDataKeepsItWaiting()
    {
        var data = Data(1000);
        using var cancellation = new CancellationTokenSource();
        data.OnMove = row =>
        {
            // The row after the last one handed out never seems to come, until the token is cancelled.
            if (row == 100)
                cancellation.Token.WaitHandle.WaitOne();
        };
        var source = Source(data, new() { BatchSize = 10, BufferRows = 1, CacheBytes = 0 });
        cancellation.CancelAfter(50);
        var error = Assert.ThrowsExactly<OperationCanceledException>(() =>
        {
            foreach (var _ in source.ReadEpoch(0, cancellation.Token))
            {
            }
        });
        Assert.AreEqual(cancellation.Token, error.CancellationToken);
        Assert.AreEqual(0, data.OpenCursors);
        data.OnMove = _ => { };
        Assert.AreEqual(100, Epoch(source, 0).Count);
    }

    [TestMethod]
    public void ErrorsOfTheDataReachTheConsumerAfterTheBatchesBefore()
    {
        var data = Data(1000);
        data.OnMove = row =>
        {
            if (row == 500)
                throw new IOException("The disk is gone.");
        };
        var source = Source(data, new() { BatchSize = 10, Shuffle = false, BucketByLength = false, CacheBytes = 0 });
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Assert.AreEqual("The disk is gone.", Assert.ThrowsExactly<IOException>(() => Epoch(source, 0)).Message);
            Assert.AreEqual(500, source.RowsRead);
            Assert.AreEqual(0, data.OpenCursors);
        }
    }

    [TestMethod]
    public void OneEpochAtATime()
    {
        var source = Source(Data(1000), new() { BatchSize = 10 });
        using (var first = source.ReadEpoch(0).GetEnumerator())
        {
            Assert.IsTrue(first.MoveNext());
            StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Epoch(source, 1)).Message, "one at a time");
            Assert.IsTrue(first.MoveNext());
        }

        Assert.AreEqual(100, Epoch(source, 1).Count);
    }

    [TestMethod]
    public void DisposingTheSourceEndsAnAbandonedEpoch()
    {
        var data = Data(100_000);
        var source = Source(data, new() { BatchSize = 10, CacheBytes = 0 });
        var abandoned = source.ReadEpoch(0).GetEnumerator();
        Assert.IsTrue(abandoned.MoveNext());
        source.Dispose();
        var watch = Stopwatch.StartNew();
        while (data.OpenCursors > 0 && watch.ElapsedMilliseconds < 5000)
            Thread.Sleep(1);
        Assert.AreEqual(0, data.OpenCursors);
        Assert.ThrowsExactly<OperationCanceledException>(() => abandoned.MoveNext());
        Assert.ThrowsExactly<ObjectDisposedException>(() => Epoch(source, 1));
    }

    [TestMethod]
    public void RowsAreCountedWhereTheViewDoesNotKnow()
    {
        var data = Data(123);
        var source = Source(data, new());
        Assert.IsNull(source.RowCount);
        Assert.AreEqual(123, source.CountRows());
        Assert.AreEqual(123, source.RowCount);
        Assert.AreEqual(123, source.CountRows());
        Assert.AreEqual(123, data.RowsMoved);
        data.KnownRowCount = 77;
        Assert.AreEqual(77, Source(data, new()).CountRows());
    }

    [TestMethod]
    public void OnceWarmBatchesAllocateNothing()
    {
        var words = Enumerable.Range(1, 60).Select(length => new VBuffer<int>(length, new int[length])).ToArray();
        var data = new TestView.Builder()
            .Add("Words", new VectorDataViewType(NumberDataViewType.Int32), row => words[row % 60]).AddSingle("Target", row => row).Rows(
                20_000);
        foreach (long cacheBytes in new long[] { 0, 64 << 20 })
        {
            var source = Source(data, new() { BatchSize = 16, BufferRows = 512, CacheBytes = cacheBytes });
            Read(source, 0);
            Read(source, 1);
            // Other threads of the process allocate now and then, so the least of some epochs counts.
            long perBatch = Enumerable.Range(2, 4).Min(epoch =>
            {
                long before = GC.GetTotalAllocatedBytes(precise: true);
                Read(source, epoch);
                return (GC.GetTotalAllocatedBytes(precise: true) - before) / 1250;
            });
            // A thread, a cursor and its getters an epoch; nothing a batch.
            Assert.IsLessThan(20, perBatch);
        }
    }

    private static void Read(SequenceBatchSource source, int epoch)
    {
        foreach (var _ in source.ReadEpoch(epoch))
        {
        }
    }

    private static void WaitUntilItRests(TestView data)
    {
        long moved;
        do
        {
            moved = data.RowsMoved;
            Thread.Sleep(30);
        }
        while (moved != data.RowsMoved);
    }
}
