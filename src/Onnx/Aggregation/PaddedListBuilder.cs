namespace MLSeqGraph.Onnx;

/// <summary>Computes, on the host, lists of each node's edges padded to the longest, and the place of each edge in them.</summary>
internal sealed class PaddedListBuilder
{
    private int[] _lists = [], _places = [];

    internal int MaxDegree { get; private set; }

    /// <summary>The padded lists, [nodes, max degree].</summary>
    internal Memory<int> Lists { get; private set; }

    /// <summary>The place of each edge, [edges].</summary>
    internal Memory<int> Places { get; private set; }

    internal void Build(EdgeListBuilder sorted, int nodes)
    {
        (var edges, MaxDegree) = (0, 1);
        for (var node = 0; node < nodes; node++)
        {
            edges += sorted.EdgesOf(node).Length;
            MaxDegree = Math.Max(MaxDegree, sorted.EdgesOf(node).Length);
        }
        if ((long)nodes * MaxDegree > Array.MaxLength)
            throw new ArgumentException(
                $"Lists of {nodes} nodes, each as long as the longest of {MaxDegree} edges, are too large; sample the neighbors.");
        Lists = EdgeListBuilder.Resized(ref _lists, nodes * MaxDegree);
        Places = EdgeListBuilder.Resized(ref _places, edges);
        Lists.Span.Fill(edges);
        for (var node = 0; node < nodes; node++)
        {
            var list = sorted.EdgesOf(node);
            list.CopyTo(_lists.AsSpan(node * MaxDegree));
            for (var rank = 0; rank < list.Length; rank++)
                _places[list[rank]] = node * MaxDegree + rank;
        }
    }
}
