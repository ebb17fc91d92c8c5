namespace MLSeqGraph.Onnx;

/// <summary>
/// Lists of edges that the caller computes and feeds: see <see cref="EdgePlan"/>. Only inputs that are read are declared.
/// </summary>
internal sealed class FedEdgeLists(NetworkBuilder network, string name, Dim nodes) : EdgeLists(name, nodes, EdgeLists.Widths)
{
    private protected override Value Tensor(PlanTensor tensor, Shape shape) =>
        network.PlanInput(tensor.NameIn(Name), PlanTensors.TypeOf(tensor), shape);
}
