namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Ranks that are threads of this process.</summary>
internal sealed class LocalRanks(int count)
{
    private readonly Barrier _barrier = new(count);
    private readonly byte[][] _bytes = new byte[count][];
    private readonly string?[] _failed = new string?[count];
    private readonly float[][] _values = new float[count][];

    /// <summary>Runs something on every rank at the same time.</summary>
    /// <returns>What each gives, or what it throws.</returns>
    internal static (T? Value, Exception? Error)[] Run<T>(int count, Func<ICommunicator, T> work)
    {
        var ranks = new LocalRanks(count);
        var results = new (T?, Exception?)[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(rank => new Thread(() =>
        {
            try
            {
                results[rank] = (work(new Member(ranks, rank, count)), null);
            }
            catch (Exception exception)
            {
                results[rank] = (default, exception);
            }
        }) { IsBackground = true })];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            Assert.IsTrue(thread.Join(TimeSpan.FromMinutes(3)), "A rank waits for ever.");
        return results;
    }

    private void Wait() => Assert.IsTrue(_barrier.SignalAndWait(TimeSpan.FromMinutes(2)), "A rank waits for ever.");

    private sealed class Member(LocalRanks ranks, int rank, int count) : ICommunicator
    {
        public int Rank => rank;

        public int Count => count;

        public byte[][] Exchange(ReadOnlySpan<byte> own) => Exchange(own.ToArray(), null);

        public void Sum(Span<float> values)
        {
            ranks._values[rank] = values.ToArray();
            ranks.Wait();
            for (var i = 0; i < values.Length; i++)
                values[i] = ranks._values.Aggregate(0f, (sum, other) => sum + other[i]);
            ranks.Wait();
        }

        public void Fail(string reason)
        {
            try
            {
                Exchange([], reason);
            }
            catch (CommunicatorException)
            {
            }
        }

        private byte[][] Exchange(byte[] own, string? failed)
        {
            (ranks._bytes[rank], ranks._failed[rank]) = (own, failed);
            ranks.Wait();
            byte[][] all = [.. ranks._bytes];
            string?[] reasons = [.. ranks._failed];
            ranks.Wait();
            return Array.FindIndex(reasons, reason => reason is not null) is var other and >= 0
                ? throw new CommunicatorException($"Rank {other} failed: {reasons[other]}") : all;
        }
    }
}
