using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>A graph and the prediction over it that is to be explained.</summary>
/// <param name="NodeCount">Its nodes.</param>
/// <param name="Sources">Where each edge starts.</param>
/// <param name="Targets">Where each edge ends.</param>
/// <param name="Row">The row among the network's outputs: a node, or 0 for a graph.</param>
/// <param name="RowCount">Number of rows that the network gives.</param>
/// <param name="Feed">Gives what feeds the graph to a network that reads inputs of some names.</param>
internal sealed record ExplainedGraph(int NodeCount, int[] Sources, int[] Targets, int Row, int RowCount,
    Func<Func<string, bool>, Action<IInputFeed>> Feed)
{
    /// <summary>The edge in the other direction of each edge; the edge itself where there is none.</summary>
    internal long[] Reverses()
    {
        var found = new Dictionary<(int, int), Queue<int>>();
        for (var edge = 0; edge < Sources.Length; edge++)
        {
            if (!found.TryGetValue((Sources[edge], Targets[edge]), out var same))
                found[(Sources[edge], Targets[edge])] = same = [];
            same.Enqueue(edge);
        }
        var reverses = new long[Sources.Length];
        Array.Fill(reverses, -1);
        for (var edge = 0; edge < Sources.Length; edge++)
        {
            if (reverses[edge] >= 0)
                continue;
            reverses[edge] = edge;
            if (Sources[edge] == Targets[edge] || !found.TryGetValue((Targets[edge], Sources[edge]), out var others)
                || !others.TryDequeue(out var other))
                continue;
            (reverses[edge], reverses[other]) = (other, edge);
        }
        return reverses;
    }
}
