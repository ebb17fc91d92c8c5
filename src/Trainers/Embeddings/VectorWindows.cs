using System.Runtime.InteropServices;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How sentences of items become steps of training.</summary>
/// <param name="Window">The most items between one and its context; each draws its own reach from 1 to this.</param>
/// <param name="IsBag">Whether the mean of the context predicts the item (CBOW); else the item predicts each of its context
/// (skip-gram).</param>
/// <param name="Keep">The share of an item's occurrences that is kept, at random; null for all.</param>
/// <param name="Parts">The input rows of an item; null for its own alone.</param>
internal sealed record VectorWindows(int Window, bool IsBag, float[]? Keep = null, int[][]? Parts = null)
{
    /// <summary>Trains on a sentence.</summary>
    internal void Train(VectorWorker worker, ReadOnlySpan<int> sentence, float rate, List<int> kept, List<int> context,
        ref SplitMix64 random)
    {
        kept.Clear();
        foreach (var item in sentence)
            if (Keep is null || Keep[item] >= 1 || random.NextDouble() < Keep[item])
                kept.Add(item);
        var items = CollectionsMarshal.AsSpan(kept);
        for (var center = 0; center < items.Length; center++)
        {
            var reach = 1 + random.Next(Window);
            int first = Math.Max(0, center - reach), last = Math.Min(items.Length - 1, center + reach);
            if (IsBag)
            {
                context.Clear();
                for (var at = first; at <= last; at++)
                    if (at != center)
                        context.AddRange(PartsOf(items, at));
                if (context.Count > 0)
                    worker.Step(CollectionsMarshal.AsSpan(context), items[center], rate, ref random);
                continue;
            }
            var parts = PartsOf(items, center);
            for (var at = first; at <= last; at++)
                if (at != center)
                    worker.Step(parts, items[at], rate, ref random);
        }
    }

    private ReadOnlySpan<int> PartsOf(ReadOnlySpan<int> items, int at) => Parts is null ? items.Slice(at, 1) : Parts[items[at]];
}
