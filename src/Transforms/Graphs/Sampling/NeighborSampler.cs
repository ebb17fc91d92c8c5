using System.Numerics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Samples the neighborhood that some nodes are computed from: for each layer, from the last to the first, at most fan-out many of the
/// edges that end at a node, uniformly and without replacement (Hamilton et al. 2017, algorithm 2). So a node gets at most its layer's
/// fan-out of messages, however many neighbors it has.
/// </summary>
/// <remarks>
/// A sample depends only on the seed and the batch's number: samplers on several threads together give what one gives. A sampler itself
/// is for one thread at a time; it takes an Int32 per node, and allocates nothing once its samples have reached their size.
/// </remarks>
public sealed class NeighborSampler
{
    /// <summary>The fan-out that takes every edge.</summary>
    public const int All = -1;

    private readonly NodeGraph _graph;
    private readonly int[] _fanOuts;
    private readonly int _seed;
    private readonly int[] _numberOf; // in the sample, from 1; 0 for nodes outside it
    private readonly int[] _table;

    /// <summary>A sampler over a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="fanOuts">
    /// The most edges per node, or <see cref="All"/>: one number per layer, the first layer's (farthest from the nodes asked for) first.
    /// </param>
    /// <param name="seed">Decides the samples.</param>
    /// <exception cref="ArgumentException">There are no fan-outs, or one is neither positive nor <see cref="All"/>.</exception>
    public NeighborSampler(NodeGraph graph, IReadOnlyList<int> fanOuts, int seed = 0)
    {
        ArgumentNullException.ThrowIfNull(graph);
        ArgumentNullException.ThrowIfNull(fanOuts);
        if (fanOuts.Count == 0)
            throw new ArgumentException("Found no fan-outs; expected one a layer.", nameof(fanOuts));
        for (var layer = 0; layer < fanOuts.Count; layer++)
            if (fanOuts[layer] is 0 or < All)
                throw new ArgumentException($"The fan-out of layer {layer} is {fanOuts[layer]}; expected at least 1, or {All} for all "
                    + "neighbors.", nameof(fanOuts));
        _graph = graph;
        _fanOuts = [.. fanOuts];
        _seed = seed;
        _numberOf = new int[graph.NodeCount];
        // No node has more edges to choose from than the graph has.
        _table = new int[TableSize(Math.Min(_fanOuts.Max(), graph.EdgeCount))];
    }

    /// <summary>Samples the neighborhood of some nodes.</summary>
    /// <param name="targets">The nodes that are to be computed, all different.</param>
    /// <param name="batch">The batch's number: another one gives another sample.</param>
    /// <param name="sample">The sample to fill.</param>
    /// <exception cref="ArgumentException">A target doesn't exist or comes twice, or the sample has another number of layers.</exception>
    public void Sample(ReadOnlySpan<int> targets, long batch, NeighborSample sample)
    {
        ArgumentNullException.ThrowIfNull(sample);
        if (sample.Blocks.Count != _fanOuts.Length)
            throw new ArgumentException($"The sample has {sample.Blocks.Count} layers; the sampler has {_fanOuts.Length}.", nameof(sample));
        var random = new SplitMix64(new SplitMix64(SplitMix64.Of(_seed, (int)(batch >> 32)).Next() ^ (uint)batch).Next());
        sample.Clear();
        sample.Reserve(targets.Length);
        try
        {
            foreach (var node in targets)
            {
                if ((uint)node >= (uint)_graph.NodeCount)
                    throw new ArgumentException($"Found target node {node}; expected 0 to {_graph.NodeCount - 1}.", nameof(targets));
                if (_numberOf[node] != 0)
                    throw new ArgumentException($"Node {node} is a target twice; expected different nodes.", nameof(targets));
                _numberOf[node] = sample.Add(node) + 1;
            }
            for (var layer = _fanOuts.Length - 1; layer >= 0; layer--)
                Fill(sample.Blocks[layer], sample, _fanOuts[layer], ref random);
        }
        finally
        {
            foreach (var node in sample.Nodes)
                _numberOf[node] = 0;
        }
    }

    // In three passes over arrays, each of which waits for memory at many places at once.
    private void Fill(SampledBlock block, NeighborSample sample, int fanOut, ref SplitMix64 random)
    {
        block.Clear();
        block.TargetCount = sample.NodeCount;
        for (var target = 0; target < block.TargetCount; target++)
        {
            var node = sample.Nodes[target];
            int start = _graph.IncomingStart[node], degree = _graph.IncomingStart[node + 1] - start;
            var takesAll = fanOut == All || degree <= fanOut;
            var places = block.Add(target, takesAll ? degree : fanOut);
            if (takesAll)
                for (var i = 0; i < places.Length; i++)
                    places[i] = start + i;
            else
                Pick(degree, start, places, ref random);
        }
        Span<int> edges = block.Edges.Span, sources = block.Sources.Span;
        for (var i = 0; i < edges.Length; i++)
        {
            var place = edges[i];
            (edges[i], sources[i]) = (_graph.IncomingEdges[place], _graph.IncomingSources[place]);
        }
        Number(sources, sample);
        block.SourceCount = sample.NodeCount;
    }

    // From numbers in the graph to those in the sample.
    private void Number(Span<int> nodes, NeighborSample sample)
    {
        const int Ahead = 16;
        sample.Reserve(nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (i + Ahead < nodes.Length)
                Simd.Prefetch(in _numberOf[nodes[i + Ahead]]);
            ref var number = ref _numberOf[nodes[i]];
            if (number == 0)
                number = sample.Add(nodes[i]) + 1;
            nodes[i] = number - 1;
        }
    }

    // Random numbers below a limit, in order and with an offset added, in time that doesn't depend on the limit: Floyd's method (Bentley
    // and Floyd, "A sample of brilliance", 1987).
    private void Pick(int limit, int offset, Span<int> picked, ref SplitMix64 random)
    {
        if (limit <= 64)
        {
            var chosen = 0ul;
            for (var last = limit - picked.Length; last < limit; last++)
            {
                var number = random.Next(last + 1);
                chosen |= 1ul << ((chosen >> number & 1) == 0 ? number : last);
            }
            for (var i = 0; i < picked.Length; i++, chosen &= chosen - 1)
                picked[i] = offset + BitOperations.TrailingZeroCount(chosen);
            return;
        }
        var table = _table.AsSpan(0, TableSize(picked.Length));
        table.Clear();
        for (var i = 0; i < picked.Length; i++)
        {
            var last = limit - picked.Length + i;
            var number = random.Next(last + 1);
            if (!Insert(table, number))
                Insert(table, number = last);
            picked[i] = offset + number;
        }
        picked.Sort();
    }

    // Open addressing; numbers are stored plus 1.
    private static bool Insert(Span<int> table, int number)
    {
        var mask = table.Length - 1;
        for (var at = (int)((uint)number * 0x9E3779B1u >> 7) & mask; ; at = (at + 1) & mask)
        {
            if (table[at] == number + 1)
                return false;
            if (table[at] != 0)
                continue;
            table[at] = number + 1;
            return true;
        }
    }

    private static int TableSize(int count) =>
        (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1, Math.Min(count, 1 << 29)) * 2);
}
