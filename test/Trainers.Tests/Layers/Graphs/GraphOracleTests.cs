using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Graph layers against values and gradients computed from the papers' equations.</summary>
[TestClass]
[TestCategory("Oracle")]
public class GraphOracleTests
{
    [TestMethod]
    [OracleData("GCNConv", "GATConv", "GATv2Conv", "GINConv", "MessagePassing", "RGCNConv", "SAGEConv", "EGNN")]
    public void Training_graph(string file)
    {
        var oracle = OracleCase.Load(file);
        oracle.Check(values => Outputs(oracle, values, NetworkMode.Training));
    }

    [TestMethod]
    [OracleData("GCNConv", "GATConv", "GATv2Conv", "GINConv", "MessagePassing", "RGCNConv", "SAGEConv", "EGNN")]
    public void Deployed_model(string file)
    {
        var oracle = OracleCase.Load(file).WithoutGradients();
        oracle.Check(values => Outputs(oracle, values, NetworkMode.Deployment));
    }

    private static Dictionary<string, Value> Outputs(OracleCase oracle, IReadOnlyDictionary<string, Value> v, NetworkMode mode)
    {
        var x = v["x"];
        NetworkBuilder Network(params (string Name, Value Value)[] weights) =>
            new(x.Graph, mode, weights.ToDictionary(weight => weight.Name, weight => weight.Value));
        GraphEdges Edges(NetworkBuilder network) =>
            GraphEdges.Of(network, Op.Cast(v["edge_index"], ElementType.Int64), x.Shape[0], v.TryGetValue("edge_weight", out var weight)
                ? Op.Unsqueeze(weight, 1) : null);
        switch (oracle.Operation)
        {
            case "GCNConv":
            {
                var network = Network(("gcn/weight", v["weight"]), ("gcn/bias", v["bias"]));
                return new() { ["output"] = network.Gcn(Edges(network), x, (int)v["bias"].Shape[0].Size) };
            }
            case "SAGEConv":
            {
                var network = Network(("sage/neighbor_weight", v["w_neighbour"]), ("sage/self_weight", v["w_self"]),
                    ("sage/bias", v["bias"]));
                var aggregator = Enum.Parse<SageAggregator>(oracle.Setting("aggregator", ""), ignoreCase: true);
                return new() { ["output"] = network.Sage(Edges(network), x, (int)v["bias"].Shape[0].Size, aggregator) };
            }
            case "GINConv":
            {
                var network = Network(("gin/epsilon", v["eps"]), ("gin/hidden/weight", v["w1"]), ("gin/hidden/bias", v["b1"]),
                    ("gin/output/weight", v["w2"]), ("gin/output/bias", v["b2"]));
                return new() { ["output"] = network.Gin(Edges(network), x, (int)v["b2"].Shape[0].Size, (int)v["b1"].Shape[0].Size) };
            }
            case "MessagePassing":
            {
                var network = Network(("message_passing/edge/weight", v["w_edge"]), ("message_passing/edge/bias", v["b_edge"]),
                    ("message_passing/node/weight", v["w_node"]), ("message_passing/node/bias", v["b_node"]));
                var (nodes, edges) = network.MessagePassing(Edges(network), x, v["edge_attr"], (int)v["b_node"].Shape[0].Size,
                    (int)v["b_edge"].Shape[0].Size);
                return new() { ["edge"] = edges, ["output"] = nodes };
            }
            case "RGCNConv":
            {
                var relations = oracle.Setting("relations", 0);
                var outputs = (int)v["w_self"].Shape[1].Size;
                // [relations, features, outputs] → [features, relations · outputs]
                var basis = Op.Reshape(Op.Transpose(v["w_relation"], 1, 0, 2), [x.Shape[1], relations * outputs]);
                var network = Network(("rgcn/basis", basis), ("rgcn/self_weight", v["w_self"]));
                return new() { ["output"] = network.Rgcn(Edges(network), x, Op.Cast(v["edge_type"], ElementType.Int64), relations, outputs,
                    bias: false) };
            }
            case "GATConv":
            {
                var network = Network(("gat/weight", v["weight"]), ("gat/source_attention", v["att_src"]),
                    ("gat/target_attention", v["att_dst"]));
                var (nodes, attention) = network.Gat(Edges(network), x, (int)v["att_src"].Shape[1].Size, GatOptions(oracle));
                return new() { ["output"] = nodes, ["attention"] = attention };
            }
            case "EGNN":
            {
                string[] names = ["edge_weight_1", "edge_bias_1", "edge_weight_2", "edge_bias_2", "coord_weight_1", "coord_bias_1",
                    "coord_weight_2", "coord_bias_2", "node_weight_1", "node_bias_1", "node_weight_2", "node_bias_2"];
                string Named(string name) => "egnn/" + name.Split('_') switch
                {
                    [var part, var kind, var layer] => $"{(part == "coord" ? "position" : part)}{(layer == "1" ? "_hidden" : "")}/{kind}",
                    _ => name,
                };
                var network = Network([.. names.Where(v.ContainsKey).Select(name => (Named(name), v[name]))]);
                var outputs = (int)v["node_weight_2"].Shape[1].Size;
                var (nodes, positions) = network.Egnn(Edges(network), x, v["position"], outputs, v.GetValueOrDefault("edge_attr"), new()
                {
                    Hidden = oracle.Setting("hidden", outputs), Residual = oracle.Setting("residual", true),
                    MeanOfMoves = oracle.Setting("coordinates", "mean").StartsWith("mean"),
                });
                return new() { ["x_new"] = nodes, ["position_new"] = positions };
            }
            default:
            {
                var network = Network(("gat_v2/source_weight", v["w_source"]), ("gat_v2/target_weight", v["w_target"]),
                    ("gat_v2/attention", v["att"]));
                return new() { ["output"] = network.GatV2(Edges(network), x, (int)v["att"].Shape[1].Size, GatOptions(oracle)).Nodes };
            }
        }
    }

    private static GatOptions GatOptions(OracleCase oracle) =>
        new() { Heads = oracle.Setting("heads", 1), Concat = oracle.Setting("concat", true), NegativeSlope = oracle.Setting("slope", 0.2f),
            Bias = false };
}
