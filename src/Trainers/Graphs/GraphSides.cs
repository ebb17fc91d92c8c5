using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Where columns of a graph as a whole, or of each of its nodes, stand in its network.</summary>
internal static class GraphSides
{
    // Names of graph models' inputs and outputs, in addition to those of sequence models.
    private static readonly string[] Taken = ["x", "edge_index", "edge_attr", "edge_weight", "edge_type", "graph_index", "pair_index",
        LinkHead.PairTypes, LayeredNetworkModel.Outputs, GraphModel.Embedding, ModelFormat.Vector, ModelFormat.Attention,
        ModelFormat.PoolingAttention];

    internal static readonly RowPlace OfGraphs = new("the summary of a graph", InputPlacement.Summary, Taken);

    internal static readonly RowPlace OfNodes = new("the features of each node", null, Taken);
}
