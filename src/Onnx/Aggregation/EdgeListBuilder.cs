using System.Numerics;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Computes the tensors of <see cref="EdgeLists"/> on the host in linear time; its memory is reused for the next graph.
/// </summary>
internal sealed class EdgeListBuilder
{
    // With fewer edges, threads cost more than they save.
    private const int ParallelEdges = 1 << 16;
    private const int ChunkSize = FedEdgeLists.ChunkSize;
    private static readonly int[] Widths = FedEdgeLists.Widths;
    private static readonly byte[] BucketOfDegree = [.. Enumerable.Range(0, ChunkSize + 1).Select(degree =>
        (byte)Array.FindIndex(Widths, width => degree <= width))];
    private readonly int[] _rowsBefore = new int[Widths.Length + 1], _entriesBefore = new int[Widths.Length + 2];
    private int[] _start = [], _order = [], _sorted = [], _sortedEnds = [], _edges = [], _ends = [], _groups = [], _large = [], _chunk = [];
    private float[] _degree = [];

    /// <summary>Where each node's edges begin in <see cref="Sorted"/>, and the end of the last, [nodes + 1].</summary>
    internal Memory<int> Start { get; private set; }

    /// <summary>The concatenated edge lists of all nodes, each in the edges' order, [edges].</summary>
    internal Memory<int> Sorted { get; private set; }

    /// <summary>The same lists with the nodes at the other end, [edges].</summary>
    internal Memory<int> SortedEnds { get; private set; }

    internal Memory<int> Order { get; private set; }

    internal Memory<float> Degree { get; private set; }

    internal long[] Split { get; } = new long[Widths.Length + 1];

    internal Memory<int> Edges { get; private set; }

    internal Memory<int> Ends { get; private set; }

    internal Memory<int> Groups { get; private set; }

    internal int GroupSize { get; private set; }

    internal Memory<int> Large { get; private set; }

    /// <summary>The edges of a node, in their order.</summary>
    internal ReadOnlySpan<int> EdgesOf(int node) => _sorted.AsSpan(_start[node], _start[node + 1] - _start[node]);

    /// <summary>Sorts the edges, which gives the degrees and the lists that kernels read.</summary>
    /// <param name="nodeOfEdge">Which node each edge belongs to.</param>
    /// <param name="endOfEdge">The node at its other end; null where <see cref="SortedEnds"/> are not needed.</param>
    /// <param name="nodes">Number of nodes.</param>
    internal void Sort(ReadOnlyMemory<int> nodeOfEdge, ReadOnlyMemory<int>? endOfEdge, int nodes)
    {
        Start = Resized(ref _start, nodes + 1);
        Sorted = Resized(ref _sorted, nodeOfEdge.Length);
        var isSorted = SortEdges(nodeOfEdge.Span, nodes);
        Degree = Resized(ref _degree, nodes);
        for (var node = 0; node < nodes; node++)
            _degree[node] = _start[node + 1] - _start[node];
        if (endOfEdge is not { } ends)
            return;
        if (isSorted)
        {
            SortedEnds = MemoryMarshal.AsMemory(ends);
            return;
        }
        SortedEnds = Resized(ref _sortedEnds, ends.Length);
        var parts = ends.Length < ParallelEdges ? 1 : Environment.ProcessorCount;
        Parallel.For(0, parts, part =>
        {
            var endOf = ends.Span;
            var to = (int)((long)endOf.Length * (part + 1) / parts);
            for (var i = (int)((long)endOf.Length * part / parts); i < to; i++)
                _sortedEnds[i] = endOf[_sorted[i]];
        });
    }

    /// <summary>Computes the lists that standard operators read, from sorted edges.</summary>
    /// <param name="endOfEdge">The node at an edge's other end.</param>
    /// <param name="nodes">Number of nodes.</param>
    /// <param name="ends">Number of nodes at other ends.</param>
    internal void Build(ReadOnlyMemory<int> endOfEdge, int nodes, int ends)
    {
        var edges = endOfEdge.Length;
        Order = Resized(ref _order, nodes);
        var (large, chunks) = AssignRows(nodes);
        Edges = Resized(ref _edges, _entriesBefore[^1]);
        Ends = Resized(ref _ends, _entriesBefore[^1]);
        var parts = edges < ParallelEdges ? 1 : Environment.ProcessorCount;
        if (parts == 1)
            FillLists(0, nodes, endOfEdge.Span, edges, ends);
        else
            Parallel.For(0, parts, part =>
                FillLists((int)((long)nodes * part / parts), (int)((long)nodes * (part + 1) / parts), endOfEdge.Span, edges, ends));
        FillLarge(nodes, large, chunks);
    }

    // Counting sort, which keeps the order of each node's edges. Whether they were in order.
    private bool SortEdges(ReadOnlySpan<int> nodeOfEdge, int nodes)
    {
        var start = Start.Span;
        start.Clear();
        var (isSorted, last) = (true, 0);
        foreach (var node in nodeOfEdge)
        {
            start[node + 1]++;
            isSorted &= node >= last;
            last = node;
        }
        for (var node = 0; node < nodes; node++)
            start[node + 1] += start[node];
        var sorted = Sorted.Span;
        if (isSorted) // as samples are
        {
            for (var edge = 0; edge < sorted.Length; edge++)
                sorted[edge] = edge;
            return true;
        }
        for (var edge = 0; edge < nodeOfEdge.Length; edge++)
            sorted[start[nodeOfEdge[edge]]++] = edge;
        // Each start has advanced to the next node's.
        start[..nodes].CopyTo(start[1..]);
        start[0] = 0;
        return false;
    }

    // Each node's row among the buckets' results, and where each bucket begins.
    private (int Large, int Chunks) AssignRows(int nodes)
    {
        Span<int> counts = stackalloc int[Widths.Length];
        counts.Clear();
        int large = 0, chunks = 0;
        var order = _order.AsSpan(0, nodes);
        for (var node = 0; node < nodes; node++)
        {
            var degree = _start[node + 1] - _start[node];
            if (degree > ChunkSize)
            {
                order[node] = large++;
                chunks += Ceiling(degree, ChunkSize);
            }
            else if (degree > 0)
                order[node] = counts[BucketOfDegree[degree]]++;
        }
        for (var i = 0; i < Widths.Length; i++)
        {
            Split[i] = counts[i] * Widths[i];
            _rowsBefore[i + 1] = _rowsBefore[i] + counts[i];
            _entriesBefore[i + 1] = checked(_entriesBefore[i] + counts[i] * Widths[i]);
        }
        Split[^1] = chunks * ChunkSize;
        _entriesBefore[^1] = checked(_entriesBefore[^2] + chunks * ChunkSize);
        for (var node = 0; node < nodes; node++)
        {
            var degree = _start[node + 1] - _start[node];
            order[node] = degree > ChunkSize
                ? order[node] + _rowsBefore[^1]
                : degree > 0 ? order[node] + _rowsBefore[BucketOfDegree[degree]] : _rowsBefore[^1] + large;
        }
        // Where the chunks of each cut node begin.
        Resized(ref _chunk, large + 1);
        _chunk[0] = 0;
        for (int node = 0, i = 0; i < large; node++)
            if (_start[node + 1] - _start[node] is > ChunkSize and var degree)
                _chunk[i + 1] = _chunk[i++] + Ceiling(degree, ChunkSize);
        return (large, chunks);
    }

    private void FillLists(int from, int to, ReadOnlySpan<int> endOfEdge, int edges, int ends)
    {
        for (var node = from; node < to; node++)
        {
            int start = _start[node], degree = _start[node + 1] - start;
            if (degree == 0)
                continue;
            int at, width;
            if (degree > ChunkSize)
            {
                var large = _order[node] - _rowsBefore[^1];
                (at, width) = (_entriesBefore[^2] + _chunk[large] * ChunkSize, (_chunk[large + 1] - _chunk[large]) * ChunkSize);
            }
            else
            {
                var bucket = BucketOfDegree[degree];
                width = Widths[bucket];
                at = _entriesBefore[bucket] + (_order[node] - _rowsBefore[bucket]) * width;
            }
            for (var i = 0; i < degree; i++)
            {
                var edge = _sorted[start + i];
                _edges[at + i] = edge;
                _ends[at + i] = endOfEdge[edge];
            }
            _edges.AsSpan(at + degree, width - degree).Fill(edges);
            _ends.AsSpan(at + degree, width - degree).Fill(ends);
        }
    }

    // Groups are wide enough that no node has more of them than a list holds.
    private void FillLarge(int nodes, int large, int chunks)
    {
        var mostChunks = 1;
        for (var i = 0; i < large; i++)
            mostChunks = Math.Max(mostChunks, _chunk[i + 1] - _chunk[i]);
        GroupSize = Ceiling(mostChunks, ChunkSize);
        var groups = 0;
        for (var i = 0; i < large; i++)
            groups += Ceiling(_chunk[i + 1] - _chunk[i], GroupSize);
        Groups = Resized(ref _groups, groups * GroupSize);
        Large = Resized(ref _large, large * ChunkSize);
        Groups.Span.Fill(chunks);
        Large.Span.Fill(groups);
        for (int i = 0, group = 0; i < large; i++)
        {
            var count = _chunk[i + 1] - _chunk[i];
            for (var k = 0; k < count; k++)
                _groups[group * GroupSize + k] = _chunk[i] + k;
            for (var k = 0; k < Ceiling(count, GroupSize); k++)
                _large[i * ChunkSize + k] = group++;
        }
    }

    private static int Ceiling(int number, int divisor) => (number + divisor - 1) / divisor;

    internal static Memory<T> Resized<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = GC.AllocateUninitializedArray<T>((int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)length), Array.MaxLength));
        return array.AsMemory(0, length);
    }
}
