using System.Reflection;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>What a graph layer is written over.</summary>
internal sealed record GraphLayerInput(NetworkBuilder Network, GraphEdges Edges, Value X, Value EdgeFeatures, Value EdgeTypes);

/// <summary>A layer, or a few of them, and what holds for it.</summary>
/// <param name="Write">Writes it: one row per node.</param>
internal sealed record GraphLayerCase(Func<GraphLayerInput, Value> Write)
{
    /// <summary>Whether edges have weights.</summary>
    internal bool IsWeighted { get; init; }

    /// <summary>Whether it can be written over a sampled block that isn't fed the whole graph's degrees.</summary>
    internal bool InBlocks { get; init; } = true;

    /// <summary>Whether the order in which the edges are given matters.</summary>
    internal bool IsOrdered { get; init; }

    /// <summary>Single where an operation is written for it alone.</summary>
    internal ElementType Precision { get; init; } = ElementType.Double;

    private const int Outputs = 3;

    /// <summary>The cases below, and those that the tests of single layers have in a property <c>Cases</c>.</summary>
    internal static IReadOnlyDictionary<string, GraphLayerCase> All { get; } = BuiltIn().Concat(OfLayers()).ToDictionary();

    private static IEnumerable<KeyValuePair<string, GraphLayerCase>> OfLayers() => typeof(GraphLayerCase).Assembly.GetTypes()
        .Select(type => type.GetProperty("Cases", BindingFlags.Static | BindingFlags.NonPublic))
        .Where(cases => cases?.PropertyType == typeof(Dictionary<string, GraphLayerCase>))
        .SelectMany(cases => (Dictionary<string, GraphLayerCase>)cases!.GetValue(null)!);

    private static Dictionary<string, GraphLayerCase> BuiltIn() => new()
    {
        ["gcn"] = new(g => g.Network.Gcn(g.Edges, g.X, Outputs)) { InBlocks = false },
        ["gcn, weights"] = new(g => g.Network.Gcn(g.Edges, g.X, Outputs)) { IsWeighted = true, InBlocks = false },
        ["gcn, two layers, wide"] = new(g => g.Network.Gcn(g.Edges, Op.Tanh(g.Network.Gcn(g.Edges, g.X, 9)), 2)) { InBlocks = false },
        ["gcn by rows"] = new(g => g.Network.Gcn(g.Edges, g.X, Outputs, GraphNormalization.Row)),
        ["gcn by rows, weights"] = new(g => g.Network.Gcn(g.Edges, g.X, Outputs, GraphNormalization.Row)) { IsWeighted = true },
        ["gcn, sums"] = new(g => g.Network.Gcn(g.Edges, g.X, Outputs, GraphNormalization.None, bias: false)),
        ["sage, mean"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs)),
        ["sage, mean, wide"] = new(g => g.Network.Sage(g.Edges, g.X, 9)),
        ["sage, sum"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs, SageAggregator.Sum)),
        ["sage, max"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs, SageAggregator.Max)),
        ["sage, pool"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs, SageAggregator.Pool)),
        ["sage, rows of length 1"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs, normalize: true)),
        ["sage, mean, weights"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs)) { IsWeighted = true },
        ["sage, sum, weights"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs, SageAggregator.Sum)) { IsWeighted = true },
        ["sage, mean with self"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs, SageAggregator.MeanWithSelf)),
        ["sage, lstm"] = new(g => g.Network.Sage(g.Edges, g.X, Outputs, SageAggregator.Lstm))
            { IsOrdered = true, Precision = ElementType.Float },
        ["gat"] = new(g => g.Network.Gat(g.Edges, g.X, 2, new() { Heads = 3 }).Nodes),
        ["gat, one head"] = new(g => g.Network.Gat(g.Edges, g.X, 2, new() { Heads = 1 }).Nodes),
        ["gat, mean of heads"] = new(g => g.Network.Gat(g.Edges, g.X, 2, new() { Heads = 3, Concat = false }).Nodes),
        ["gat, attention"] = new(g => g.Edges.WithSelfLoops().Max(g.Network.Gat(g.Edges, g.X, 2,
            new() { Heads = 3, Bias = false }).Attention)),
        ["gat v2"] = new(g => g.Network.GatV2(g.Edges, g.X, 2, new() { Heads = 3 }).Nodes),
        ["gat, weights"] = new(g => g.Network.Gat(g.Edges, g.X, 2, new() { Heads = 3 }).Nodes)
            { IsWeighted = true, Precision = ElementType.Float },
        ["gin, weights"] = new(g => g.Network.Gin(g.Edges, g.X, Outputs)) { IsWeighted = true },
        ["gin"] = new(g => g.Network.Gin(g.Edges, g.X, Outputs, hidden: 5)),
        ["gine"] = new(g => g.Network.Gine(g.Edges, g.X, g.EdgeFeatures, Outputs)),
        ["gine, weights"] = new(g => g.Network.Gine(g.Edges, g.X, g.EdgeFeatures, Outputs)) { IsWeighted = true },
        ["message passing"] = new(g =>
        {
            var (nodes, edges) = g.Network.MessagePassing(g.Edges, g.X, g.EdgeFeatures, Outputs, 5);
            return Op.Concat(1, nodes, g.Edges.Max(edges));
        }),
        ["message passing without features of edges"] = new(g => g.Network.MessagePassing(g.Edges, g.X, null, Outputs, 5).Nodes),
        ["r-gcn"] = new(g => g.Network.Rgcn(g.Edges, g.X, g.EdgeTypes, SmallGraph.Relations, Outputs)),
        ["r-gcn, bases"] = new(g => g.Network.Rgcn(g.Edges, g.X, g.EdgeTypes, SmallGraph.Relations, Outputs, bases: 2)),
        ["r-gcn, weights"] = new(g => g.Network.Rgcn(g.Edges, g.X, g.EdgeTypes, SmallGraph.Relations, Outputs)) { IsWeighted = true },
        ["sgc"] = new(g => g.Network.Sgc(g.Edges, g.X, Outputs)) { InBlocks = false },
        ["sgc, wide"] = new(g => g.Network.Sgc(g.Edges, g.X, 9)) { InBlocks = false },
        ["appnp"] = new(g => g.Network.Appnp(g.Edges, g.X, steps: 3)) { InBlocks = false },
        ["gated graph"] = new(g => g.Network.GatedGraph(g.Edges, g.X, 5, steps: 2)) { InBlocks = false },
        ["gated graph, weights"] = new(g => g.Network.GatedGraph(g.Edges, g.X, 4, steps: 2)) { InBlocks = false, IsWeighted = true },
        ["gated graph, types"] = new(g => g.Network.GatedGraph(g.Edges, g.X, 5, steps: 2, g.EdgeTypes,
            SmallGraph.Relations)) { InBlocks = false },
        ["transformer"] = new(g => g.Network.GraphTransformer(g.Edges, g.X, g.EdgeFeatures, new() { Heads = 2 }).Nodes),
        ["transformer, weights"] = new(g =>
            g.Network.GraphTransformer(g.Edges, g.X, g.EdgeFeatures, new() { Heads = 1 }).Nodes)
            { IsWeighted = true, Precision = ElementType.Float },
        ["transformer, norm first"] = new(g =>
            g.Network.GraphTransformer(g.Edges, g.X, g.EdgeFeatures, new() { Heads = 2, NormFirst = true }).Nodes),
        ["transformer, attention alone, loops"] = new(g =>
            g.Network.GraphTransformer(g.Edges.WithSelfLoops(), g.X, null, new() { Heads = 4, FeedForwardSize = 0 }).Nodes),
        ["light gcn"] = new(g => g.Edges.LightGcn(g.X, 2)) { InBlocks = false },
        ["light gcn, weights"] = new(g => g.Edges.LightGcn(g.X)) { InBlocks = false, IsWeighted = true },
        ["comp gcn"] = new(g =>
        {
            var first = g.Network.Parameter("vectors", [SmallGraph.Relations, SmallGraph.Features], Initializers.Ones);
            var (nodes, vectors) = g.Network.CompGcn(g.Edges, g.X, g.EdgeTypes, first, Outputs);
            return nodes + Op.ReduceSum(vectors, [0]);
        }),
        ["comp gcn, differences"] = new(g => g.Network.CompGcn(g.Edges, g.X, g.EdgeTypes, g.Network.Parameter("vectors",
            [SmallGraph.Relations, SmallGraph.Features], Initializers.Ones), Outputs, Composition.Subtraction, updatesRelations: false)
            .Nodes),
        ["propagate"] = new(g => g.Edges.Propagate(g.X)),
        ["propagate, weights"] = new(g => g.Edges.Propagate(g.X)) { IsWeighted = true },
        ["propagate, mean, weights"] = new(g => g.Edges.Propagate(g.X, aggregation: Aggregation.Mean)) { IsWeighted = true },
        ["propagate, mean of messages, weights"] = new(g =>
            g.Edges.Propagate(g.X, rows => Op.Tanh(rows.Sources - rows.Targets), Aggregation.Mean))
            { IsWeighted = true },
        ["propagate, max"] = new(g => g.Edges.Propagate(g.X, aggregation: Aggregation.Max)),
        ["propagate, min, updated"] = new(g =>
            g.Edges.Propagate(g.X, rows => rows.Sources * rows.Targets, Aggregation.Min, (x, m) => x + Op.Tanh(m))),
        ["layer norm, residual"] = new(g =>
            g.Network.Residual(g.Edges.OfTargets(g.X), g.Network.LayerNorm(g.Network.Sage(g.Edges, g.X, Outputs)))),
        ["residual of one width"] = new(g => g.Network.Residual(g.Edges.OfTargets(g.X), g.Network.Gin(g.Edges, g.X, SmallGraph.Features))),
        ["jumping knowledge, concat"] = new(g => g.Network.JumpingKnowledge(Layers(g), JumpingKnowledge.Concat)) { InBlocks = false },
        ["jumping knowledge, max"] = new(g => g.Network.JumpingKnowledge(Layers(g), JumpingKnowledge.Max)) { InBlocks = false },
        ["jumping knowledge, lstm"] = new(g =>
            g.Network.JumpingKnowledge(Layers(g), JumpingKnowledge.LstmAttention, hidden: 2)) { InBlocks = false,
            Precision = ElementType.Float },
    };

    private static Value[] Layers(GraphLayerInput g)
    {
        var first = Op.Tanh(g.Network.Gcn(g.Edges, g.X, Outputs));
        return [first, Op.Tanh(g.Network.Gcn(g.Edges, first, Outputs))];
    }
}
