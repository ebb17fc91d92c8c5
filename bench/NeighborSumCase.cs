using MLSeqGraph.Onnx;

namespace MLSeqGraph.Bench;

/// <summary>
/// The sum over every node's neighbors alone. An edge takes width additions; it reads its index and a row, 4 · (width + 1) bytes, and a
/// node writes a row, 4 · width. Rows that a cache still holds count too.
/// </summary>
internal sealed class NeighborSumCase(int nodes, int edgeCount, int width) : BoundCase
{
    public override Cost Cost { get; } = new((double)edgeCount * width, BytesOfSum(nodes, edgeCount, width));

    protected override IReadOnlyList<(string Name, Value Value)> Write(NetworkBuilder network) =>
        [("sum", GraphEdges.Input(network, "nodes").SumOfSources(network.Input("x", ElementType.Float, ["nodes", width])))];

    protected override TensorInputs Inputs(IReadOnlySet<string> names)
    {
        var random = new Random(1);
        var inputs = new TensorInputs { ["x"] = TensorData.Create(GraphCase.RandomFloats(random, nodes * width), nodes, width) };
        var plan = new EdgePlan(names.Contains);
        plan.Build(GraphCase.Nodes(random, edgeCount, nodes), GraphCase.Nodes(random, edgeCount, nodes), nodes, nodes);
        plan.FeedTo(inputs);
        return inputs;
    }

    /// <summary>Bytes that a sum of rows over edges reads and writes.</summary>
    internal static double BytesOfSum(double nodes, double edges, double width) => 4 * (edges * (width + 1) + nodes * width);
}
