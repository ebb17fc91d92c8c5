namespace MLSeqGraph.Trainers;

/// <summary>
/// A binary tree of items in which frequent ones have short paths (Huffman 1952): hierarchical softmax predicts the turns of an item's path
/// in place of the item (Morin and Bengio 2005, Mikolov et al. 2013).
/// </summary>
internal sealed class HuffmanTree
{
    private readonly int[][] _nodes;
    private readonly bool[][] _turns;

    /// <param name="counts">How often each item occurs; at least two.</param>
    internal HuffmanTree(IReadOnlyList<long> counts)
    {
        var leaves = counts.Count;
        var parent = new int[2 * leaves - 1];
        var isRight = new bool[2 * leaves - 1];
        // Equal counts are joined in the order of the nodes, so that the tree is the same everywhere.
        var queue = new PriorityQueue<int, (long Count, int Node)>(
            Enumerable.Range(0, leaves).Select(leaf => (leaf, (counts[leaf], leaf))));
        for (var node = leaves; node < 2 * leaves - 1; node++)
        {
            queue.TryDequeue(out var left, out var first);
            queue.TryDequeue(out var right, out var second);
            (parent[left], parent[right], isRight[right]) = (node, node, true);
            queue.Enqueue(node, (first.Count + second.Count, node));
        }
        (_nodes, _turns) = (new int[leaves][], new bool[leaves][]);
        var root = 2 * leaves - 2;
        for (var leaf = 0; leaf < leaves; leaf++)
        {
            List<int> nodes = [];
            List<bool> turns = [];
            for (var at = leaf; at != root; at = parent[at])
            {
                nodes.Add(parent[at] - leaves);
                turns.Add(isRight[at]);
            }
            nodes.Reverse();
            turns.Reverse();
            (_nodes[leaf], _turns[leaf]) = ([.. nodes], [.. turns]);
            Longest = Math.Max(Longest, nodes.Count);
        }
    }

    /// <summary>Number of inner nodes.</summary>
    internal int Nodes => _nodes.Length - 1;

    /// <summary>The most turns of a path.</summary>
    internal int Longest { get; }

    /// <summary>The inner nodes from the root to an item, and whether the path turns right at each.</summary>
    internal (ReadOnlyMemory<int> Nodes, ReadOnlyMemory<bool> Turns) PathTo(int item) => (_nodes[item], _turns[item]);
}
