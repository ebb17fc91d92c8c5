namespace MLSeqGraph.Trainers;

/// <summary>Work that runs ahead of its consumer on other threads and comes out in order.</summary>
internal static class Prefetch
{
    /// <summary>Fills slots in turn, all except the one in use at the same time. An item's content must not depend on its slot.</summary>
    /// <param name="slots">The slots to fill; with several of them the next item is filled while one is used.</param>
    /// <param name="count">Number of items.</param>
    /// <param name="fill">Fills a slot with an item, counted from 0.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static IEnumerable<T> InOrder<T>(IReadOnlyList<T> slots, int count, Action<T, int> fill, CancellationToken cancellationToken)
    {
        var running = new Task[slots.Count];
        Array.Fill(running, Task.CompletedTask);
        void Start(int item) => running[item % slots.Count] = Task.Run(() => fill(slots[item % slots.Count], item), cancellationToken);
        try
        {
            for (var item = 0; item < Math.Min(count, slots.Count); item++)
                Start(item);
            for (var item = 0; item < count; item++)
            {
                running[item % slots.Count].GetAwaiter().GetResult();
                yield return slots[item % slots.Count];
                if (item + slots.Count is var next && next < count)
                    Start(next);
            }
        }
        finally
        {
            // The remaining work isn't needed, but it must not write into slots that are used again.
            Task.WhenAll(running).ContinueWith(_ => { }, TaskScheduler.Default).Wait(CancellationToken.None);
        }
    }
}
