namespace MLSeqGraph.Onnx;

/// <summary>Lists of edges that the caller computes and feeds: see <see cref="EdgePlan"/>. Only inputs that are read are declared.</summary>
internal sealed class FedEdgeLists(NetworkBuilder network, string name, Dim nodes) : EdgeLists(name, nodes)
{
    internal override Value Degree => network.PlanInput(Name + "/degree", ElementType.Float, [Nodes]);

    internal override Value PaddedLists => network.PlanInput(Name + "/padded", ElementType.Int32, [Nodes, Name + "/longest"]);

    internal override Value Places(Dim edges) => network.PlanInput(Name + "/places", ElementType.Int32, [edges]);

    private protected override Value Order => network.PlanInput(Name + "/order", ElementType.Int32, [Nodes]);

    private protected override Value Split => network.PlanInput(Name + "/split", ElementType.Int64, [Widths.Length + 1]);

    private protected override Value Groups => network.PlanInput(Name + "/groups", ElementType.Int32, [Name + "/groups", Name + "/group"]);

    private protected override Value Large => network.PlanInput(Name + "/large", ElementType.Int32, [Name + "/large", ChunkSize]);

    private protected override Value Flat(ListEntries entries) =>
        network.PlanInput(Name + (entries == ListEntries.Edges ? "/edges" : "/ends"), ElementType.Int32, [Name + "/entries"]);
}
