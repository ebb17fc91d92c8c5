using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A reduction over each node's edges as <see cref="ListLevels"/> writes it into files, and its replacement by a <see cref="GatherSum"/> or
/// <see cref="GatherMax"/> that reads the sorted edges themselves.
/// </summary>
internal static class ListReduction
{
    /// <summary>Replaces the reduction that ends in a loop.</summary>
    /// <param name="loop">Any node.</param>
    /// <param name="graph">Its graph.</param>
    /// <returns>Whether the node is such a loop, and was replaced.</returns>
    internal static bool Replace(NodeProto loop, KernelModelGraph graph)
    {
        if (loop is not { OpType: "Loop", Input.Count: 3, Output.Count: 1 })
            return false;
        // rows, nothing → Concat → Gather by the first level → product with ones or ReduceMax → Loop → Gather of lists' results
        var reduced = graph.ProducerOf(loop.Input[2]);
        if (reduced is { OpType: "Squeeze" })
            reduced = graph.ProducerOf(reduced.Input[0]);
        var (kernel, rows) = reduced switch
        {
            { OpType: "MatMul" } => (GatherSum.Kernel.Name, reduced.Input[1]),
            { OpType: "ReduceMax" } => (GatherMax.Kernel.Name, reduced.Input[0]),
            _ => ("", ""),
        };
        if (graph.ProducerOf(rows) is not { OpType: "Gather" } gathered
            || graph.ProducerOf(gathered.Input[0]) is not { OpType: "Concat", Input.Count: 2 } padded
            || graph.OnlyReaderOf(loop.Output[0]) is not { OpType: "Gather" } last
            || SortedRows(gathered.Input[1], graph) is not { } sorted)
            return false;
        var lists = sorted[..sorted.LastIndexOf('/')];
        var node = new NodeProto { OpType = kernel, Domain = Kernel.Domain, Name = $"{Kernel.Domain}/{last.Output[0]}" };
        node.Input.AddRange([padded.Input[1], PlanTensor.Start.NameIn(lists), sorted]);
        node.Output.Add(last.Output[0]);
        graph.Replace(last, [node]);
        return true;
    }

    // The tensor of the plan that the first level's pieces come from.
    private static string? SortedRows(string pieces, KernelModelGraph graph)
    {
        HashSet<string> seen = [];
        Queue<string> waiting = new([pieces]);
        while (waiting.TryDequeue(out var name))
        {
            if (PlanTensors.Find(name) is PlanTensor.SortedEdges or PlanTensor.SortedEnds)
                return name;
            foreach (var input in graph.ProducerOf(name) is { OpType: "Gather" or "Concat" or "Add" or "Cast" } node ? node.Input : [])
                if (seen.Add(input))
                    waiting.Enqueue(input);
        }
        return null;
    }
}
