using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Draws nodes, or words, with a probability proportional to a power of their degree or count, by default 3/4 (Mikolov et al. 2013).
/// </summary>
public sealed class NegativeSampler
{
    private readonly double[] _keep;
    private readonly int[] _alias;

    /// <summary>Counts the edges that start or end at each node; a node without edges is never drawn.</summary>
    /// <exception cref="ArgumentException">The graph has no edges, or the power is not a finite number.</exception>
    public NegativeSampler(NodeGraph graph, double power = 0.75) : this(Degrees(graph, power), power)
    {
    }

    /// <summary>Draws items by their counts, such as words; one that never occurs is never drawn.</summary>
    internal NegativeSampler(IReadOnlyList<long> counts, double power)
    {
        (_keep, _alias) = (new double[counts.Count], new int[counts.Count]);
        AliasTable.Build([.. counts.Select(count => count == 0 ? 0 : Math.Pow(count, power))], _keep, _alias);
    }

    /// <summary>Number of items to draw from.</summary>
    internal int Count => _keep.Length;

    internal int Draw(ref SplitMix64 random) => AliasTable.Draw(_keep, _alias, ref random);

    private static long[] Degrees(NodeGraph graph, double power)
    {
        ArgumentNullException.ThrowIfNull(graph);
        if (!double.IsFinite(power))
            throw new ArgumentException(FormattableString.Invariant($"The power is {power}; expected a finite number."), nameof(power));
        if (graph.EdgeCount == 0)
            throw new ArgumentException("The graph has no edges; negative samples are drawn by degree.", nameof(graph));
        var degrees = new long[graph.NodeCount];
        foreach (var node in graph.Sources.Concat(graph.Targets))
            degrees[node]++;
        return degrees;
    }

    /// <summary>Fills a span with drawn nodes.</summary>
    /// <param name="nodes">Where to put them.</param>
    /// <param name="seed">Decides which nodes are drawn.</param>
    public void Sample(Span<long> nodes, long seed)
    {
        var random = SplitMix64.OfItem(seed, 0);
        foreach (ref var node in nodes)
            node = Draw(ref random);
    }
}
