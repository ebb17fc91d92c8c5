using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Message passing against sums over the edges written out.</summary>
[TestClass]
public class PropagateTests
{
    private static readonly SmallGraph Example = SmallGraph.Typical;

    [TestMethod]
    [DataRow(Aggregation.Sum, false, false)]
    [DataRow(Aggregation.Sum, true, false)]
    [DataRow(Aggregation.Sum, true, true)]
    [DataRow(Aggregation.Mean, false, false)]
    [DataRow(Aggregation.Mean, false, true)]
    [DataRow(Aggregation.Mean, true, false)]
    [DataRow(Aggregation.Mean, true, true)]
    [DataRow(Aggregation.Max, false, false)]
    [DataRow(Aggregation.Max, true, false)]
    [DataRow(Aggregation.Min, true, false)]
    public void Messages_are_aggregated_at_their_targets(Aggregation aggregation, bool hasMessage, bool isWeighted)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Deployment);
        var x = network.Input("x", ElementType.Float, ["nodes", SmallGraph.Features]);
        var edges = GraphEdges.Input(network, "nodes", isWeighted);
        network.Graph.Output("y", edges.Propagate(
            x, hasMessage ? rows => rows.Sources - 2 * rows.Targets : null, aggregation, (self, sums) => self + 10 * sums));
        var feed = new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(Example.X, Example.Nodes, SmallGraph.Features), ["edge_index"] = Example.EdgeIndex,
        };
        if (isWeighted)
            feed["edge_weight"] = Example.Weights;
        using var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(1));
        var y = session.Run(feed)["y"].As<float>();
        for (var node = 0; node < Example.Nodes; node++)
            for (var feature = 0; feature < SmallGraph.Features; feature++)
            {
                float Of(int row) => Example.X[row * SmallGraph.Features + feature];
                var messages = Enumerable.Range(0, Example.Count).Where(edge => Example.Targets[edge] == node)
                    .Select(edge => (
                        Value: Of(Example.Sources[edge]) - (hasMessage ? 2 * Of(node) : 0),
                        Weight: isWeighted ? Example.Weights.As<float>()[edge] : 1)).ToArray();
                var sum = messages.Sum(message => message.Value * message.Weight);
                var aggregated = messages.Length == 0 ? 0 : aggregation switch
                {
                    Aggregation.Sum => sum,
                    Aggregation.Mean => sum / messages.Sum(message => message.Weight),
                    Aggregation.Max => messages.Max(message => message.Value),
                    _ => messages.Min(message => message.Value),
                };
                Assert.AreEqual(Of(node) + 10 * aggregated, y[node * SmallGraph.Features + feature], 1e-4f,
                    $"node {node}, feature {feature}");
            }
    }
}
