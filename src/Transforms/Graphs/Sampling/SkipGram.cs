using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Pairs of nodes that are close to each other on walks (skip-gram, Mikolov et al. 2013).</summary>
public static class SkipGram
{
    /// <summary>
    /// Pairs every node of a walk, as a center, with the nodes up to <paramref name="window"/> steps before and after it, its contexts.
    /// </summary>
    /// <param name="walks">[walks, length], negative after a walk's end.</param>
    /// <param name="length">Nodes per walk.</param>
    /// <param name="window">The most steps between center and context.</param>
    /// <param name="isDynamic">
    /// Whether each center has a window of its own, from 1 to the given one at random, so that close nodes count more.
    /// </param>
    /// <param name="seed">Decides dynamic windows.</param>
    /// <returns>Centers and contexts, walk by walk. A node that a walk comes back to is a context of itself.</returns>
    /// <exception cref="ArgumentException">The walks aren't rows of that length, or the window is below 1.</exception>
    public static (int[] Centers, int[] Contexts) Pairs(ReadOnlySpan<int> walks, int length, int window, bool isDynamic = false,
        long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        if (walks.Length % length != 0)
            throw new ArgumentException($"Found {walks.Length} nodes; expected walks of {length}.", nameof(walks));
        List<int> centers = [], contexts = [];
        var random = SplitMix64.OfItem(seed, 0);
        for (; walks.Length > 0; walks = walks[length..])
        {
            var end = walks[..length].IndexOfAnyInRange(int.MinValue, -1);
            var walk = walks[..(end < 0 ? length : end)];
            for (var center = 0; center < walk.Length; center++)
            {
                var reach = isDynamic ? 1 + random.Next(window) : window;
                for (var context = Math.Max(0, center - reach); context < walk.Length && context - center <= reach; context++)
                    if (context != center)
                    {
                        centers.Add(walk[center]);
                        contexts.Add(walk[context]);
                    }
            }
        }
        return ([.. centers], [.. contexts]);
    }
}
