using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>What layers refuse, and how they say so.</summary>
[TestClass]
public class GraphLayerErrorTests
{
    private static readonly Dictionary<string, (Action<NetworkBuilder, GraphEdges, Value> Write, string[] Said)> Mistakes = new()
    {
        ["gated graph over a block"] = ((network, edges, x) => network.GatedGraph(edges, x, 4, 2), ["nodes", "targets"]),
        ["symmetric normalization over a block"] = ((network, edges, x) => network.Gcn(edges, x, 2), ["symmetric", "block"]),
        ["heads that don't divide the features"] = ((network, edges, x) =>
            network.GraphTransformer(edges, x, null, new() { Heads = 3 }), ["3 heads", "4 features"]),
        ["no layers"] = ((network, _, _) => network.JumpingKnowledge([], JumpingKnowledge.Max), ["none"]),
        ["maximum of weighted edges"] = ((_, edges, x) =>
            edges.WithWeights(edges.Sources(Op.Slice(x, 1, 0, 1))).Propagate(x, aggregation: Aggregation.Max),
                ["Aggregation Max", "weights"]),
        ["weights of another shape"] = ((_, edges, x) => edges.WithWeights(x), ["[edges, 1]", "[nodes, 4]"]),
        ["padded rows that are no matrix"] = ((network, edges, _) =>
            edges.Padded(network.Input("m", ElementType.Float, ["edges", 2, 2])), ["[edges, features]", "[edges, 2, 2]"]),
    };

    public static IEnumerable<object[]> Cases => Mistakes.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Mistakes_are_named(string name)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", SmallGraph.Features]);
        var edges = GraphEdges.Block(network, "edges", "nodes", "targets");
        var error = Assert.ThrowsExactly<GraphException>(() => Mistakes[name].Write(network, edges, x));
        foreach (var said in Mistakes[name].Said)
            StringAssert.Contains(error.Message, said);
    }

    [TestMethod]
    [DataRow(2, false, 1, "at least as large")]
    [DataRow(4, true, 1, "types")]
    [DataRow(4, false, 3, "none for 3")]
    public void State_and_types_of_a_gated_graph(int hidden, bool typed, int types, string said)
    {
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        var x = network.Input("x", ElementType.Float, ["nodes", SmallGraph.Features]);
        var edgeTypes = network.Input("edge_types", ElementType.Int64, ["edges"]);
        var error = Assert.ThrowsExactly<GraphException>(() =>
            network.GatedGraph(GraphEdges.Input(network, "nodes"), x, hidden, 2, typed ? edgeTypes : null, types));
        StringAssert.Contains(error.Message, said);
    }
}
