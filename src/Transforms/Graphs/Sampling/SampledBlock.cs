using System.Numerics;

namespace MLSeqGraph.Transforms;

/// <summary>
/// The edges of one layer between sampled nodes, which are numbered within the sample: the targets are the first of the sources, and the
/// sources the first of the sample's nodes.
/// </summary>
public sealed class SampledBlock
{
    private int[] _sources = [], _targets = [], _edges = [];

    internal SampledBlock()
    {
    }

    /// <summary>Number of nodes that the layer reads.</summary>
    public int SourceCount { get; internal set; }

    /// <summary>Number of nodes that the layer computes.</summary>
    public int TargetCount { get; internal set; }

    /// <summary>Number of edges.</summary>
    public int EdgeCount { get; private set; }

    /// <summary>
    /// The node each edge starts at, below <see cref="SourceCount"/>; grouped by target, each target's edges in the graph's order.
    /// </summary>
    public Memory<int> Sources => _sources.AsMemory(0, EdgeCount);

    /// <summary>The node each edge ends at, below <see cref="TargetCount"/>.</summary>
    public Memory<int> Targets => _targets.AsMemory(0, EdgeCount);

    /// <summary>The number each edge has in the graph.</summary>
    public Memory<int> Edges => _edges.AsMemory(0, EdgeCount);

    internal void Clear() => EdgeCount = 0;

    /// <summary>Adds edges to a target, whose numbers are still to be written; they stand in the span until more are added.</summary>
    internal Span<int> Add(int target, int edges)
    {
        if (EdgeCount + edges > _edges.Length)
        {
            Grow(ref _sources, EdgeCount + edges);
            Grow(ref _targets, EdgeCount + edges);
            Grow(ref _edges, EdgeCount + edges);
        }
        _targets.AsSpan(EdgeCount, edges).Fill(target);
        var added = _edges.AsSpan(EdgeCount, edges);
        EdgeCount += edges;
        return added;
    }

    internal static void Grow(ref int[] array, int length) =>
        Array.Resize(ref array, (int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)length), Array.MaxLength));
}
