using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>What a measured layer reads.</summary>
internal sealed record GraphLayerRows(NetworkBuilder Network, GraphEdges Edges, Value X, Func<Value> EdgeFeatures, Func<Value> Relations,
    Func<GraphEdges> Graphs);

/// <summary>A layer that is measured.</summary>
/// <param name="Write">Writes it.</param>
/// <param name="RowsOfEdges">About how many numbers a training step keeps of each edge.</param>
internal sealed record GraphLayer(Func<GraphLayerRows, Value> Write, int RowsOfEdges);

/// <summary>The graph layers by name, each from as many features of a node to as many.</summary>
internal static class GraphLayers
{
    internal const int Width = 8, EdgeWidth = 4, Relations = 4, NodesOfGraph = 50;

    internal static IReadOnlyDictionary<string, GraphLayer> All { get; } = new Dictionary<string, GraphLayer>
    {
        ["GCN"] = new(g => g.Network.Gcn(g.Edges, g.X, Width), 4),
        ["GraphSAGE, mean"] = new(g => g.Network.Sage(g.Edges, g.X, Width), 4),
        ["GraphSAGE, max"] = new(g => g.Network.Sage(g.Edges, g.X, Width, SageAggregator.Max), 6 * Width),
        ["GAT"] = new(g => g.Network.Gat(g.Edges, g.X, Width / 2, new() { Heads = 2 }).Nodes, 4 * Width),
        ["GATv2"] = new(g => g.Network.GatV2(g.Edges, g.X, Width / 2, new() { Heads = 2 }).Nodes, 6 * Width),
        ["GIN"] = new(g => g.Network.Gin(g.Edges, g.X, Width), 4),
        ["GINE"] = new(g => g.Network.Gine(g.Edges, g.X, g.EdgeFeatures(), Width), 6 * Width),
        ["R-GCN"] = new(g => g.Network.Rgcn(g.Edges, g.X, g.Relations(), Relations, Width), 6 * Width),
        ["APPNP"] = new(g => g.Network.Appnp(g.Edges, g.X, steps: 2), 4),
        ["SGC"] = new(g => g.Network.Sgc(g.Edges, g.X, Width), 4),
        ["LightGCN"] = new(g => g.Edges.LightGcn(g.X, 2), 4),
        ["FAGCN"] = new(g => g.Network.Fagcn(g.Edges, g.X).Nodes, 4 * Width),
        ["graph Transformer"] = new(g => g.Network.GraphTransformer(g.Edges, g.X, g.EdgeFeatures(), new() { Heads = 2 }).Nodes, 10 * Width),
        ["gated graph network"] = new(g => g.Network.GatedGraph(g.Edges, g.X, Width, steps: 2), 4),
        ["PNA"] = new(g => g.Network.Pna(g.Edges, g.X, Width), 14 * Width),
        ["GatedGCN"] = new(g => g.Network.GatedGcn(g.Edges, g.X, Width, g.EdgeFeatures()).Nodes, 14 * Width),
        ["message passing"] = new(g => g.Network.MessagePassing(g.Edges, g.X, g.EdgeFeatures(), Width, Width).Nodes, 8 * Width),
        ["DiffPool"] = new(g => Op.Reshape(g.Network.DiffPool(g.Graphs(), g.Edges, g.X, g.Network.Linear(g.X, Width)) is var pooled
            ? Op.ReduceMean(pooled.Nodes, [1], keepDims: false) + (pooled.LinkLoss + pooled.EntropyLoss) : g.X, ["graphs", Width]), 8),
        ["top-k pooling"] = new(g => g.Graphs().Sum(g.Network.TopKPool(g.Graphs(), g.Edges, g.X) is var kept
            ? g.Network.Gin(kept.Edges, kept.Nodes, Width) : g.X), 10),
        ["SAGPool"] = new(g => g.Graphs().Sum(g.Network.TopKPool(g.Graphs(), g.Edges, g.X, new() { ByNeighbors = true }) is var kept
            ? g.Network.Gin(kept.Edges, kept.Nodes, Width) : g.X), 10),
    };
}
