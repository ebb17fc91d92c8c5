namespace MLSeqGraph.Transforms;

/// <summary>
/// Some nodes of a graph and, layer by layer, the sampled nodes they are computed from. Its memory is reused for the next sample.
/// </summary>
public sealed class NeighborSample
{
    private int[] _nodes = [];

    /// <summary>An empty sample.</summary>
    /// <param name="layers">Number of layers.</param>
    public NeighborSample(int layers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(layers, 1);
        Blocks = [.. Enumerable.Range(0, layers).Select(_ => new SampledBlock())];
    }

    /// <summary>One block per layer, the first layer's first, which reads the most nodes.</summary>
    public IReadOnlyList<SampledBlock> Blocks { get; }

    /// <summary>
    /// The number in the graph of each node that the first layer reads. The first <see cref="SampledBlock.TargetCount"/> of the last
    /// block are the nodes that were asked for.
    /// </summary>
    public ReadOnlySpan<int> Nodes => _nodes.AsSpan(0, NodeCount);

    /// <summary>Number of <see cref="Nodes"/>.</summary>
    public int NodeCount { get; private set; }

    /// <summary>Edges of all blocks.</summary>
    public long EdgeCount
    {
        get
        {
            var count = 0L;
            for (var layer = 0; layer < Blocks.Count; layer++)
                count += Blocks[layer].EdgeCount;
            return count;
        }
    }

    internal void Clear() => NodeCount = 0;

    /// <summary>Makes room for more nodes.</summary>
    internal void Reserve(int more)
    {
        if (NodeCount + more > _nodes.Length)
            SampledBlock.Grow(ref _nodes, NodeCount + more);
    }

    /// <summary>Adds a node, for which there is room.</summary>
    /// <returns>Its number in the sample.</returns>
    internal int Add(int node)
    {
        _nodes[NodeCount] = node;
        return NodeCount++;
    }
}
