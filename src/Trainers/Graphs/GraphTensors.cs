using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A graph's features, edges and plans as a network's inputs, computed once.</summary>
internal sealed class GraphTensors
{
    private readonly List<Action<IInputFeed>> _feeds = [];

    /// <param name="reads">Whether the network has an input of a name.</param>
    /// <param name="features">A row per node; null without features.</param>
    /// <param name="graph">The graph; null where features alone are read.</param>
    internal GraphTensors(Func<string, bool> reads, FeatureMatrix? features, NodeGraph? graph)
    {
        if (features is not null && reads(GraphNetworkModel.Features))
        {
            var dense = features.Values;
            if (features.IsSparse)
                features.CopyTo(dense = new float[(long)features.RowCount * features.ColumnCount]);
            _feeds.Add(feed => feed.Feed(GraphNetworkModel.Features, dense.AsMemory(), features.RowCount, features.ColumnCount));
        }
        if (features is not null)
            _feeds.Add(new SideRows(reads, features.Sides).FillAll().FeedTo);
        const string Sparse = GraphNetworkModel.Features + NetworkBuilder.SparseSuffix;
        if (features is { IsSparse: true } && reads(Sparse + "/values"))
        {
            var rows = new int[features.Values.Length];
            for (var row = 0; row < features.RowCount; row++)
                rows.AsSpan(features.RowStart![row]..features.RowStart[row + 1]).Fill(row);
            AddPlan(reads, Sparse, features.Columns!, rows, features.ColumnCount, features.RowCount);
            _feeds.Add(feed => feed.Feed(Sparse + "/values", features.Values.AsMemory(), features.Values.Length));
        }
        if (graph is null)
            return;
        if (reads("edge_index"))
        {
            long[] ends = [.. graph.Sources.Concat(graph.Targets).Select(node => (long)node)];
            _feeds.Add(feed => feed.Feed("edge_index", ends.AsMemory(), 2, graph.EdgeCount));
        }
        AddPlan(reads, "edges", graph.Sources, graph.Targets, graph.NodeCount, graph.NodeCount);
        if (graph.EdgeWeights is { } weights)
            _feeds.Add(feed => feed.Feed("edge_weight", weights.AsMemory(), weights.Length));
        if (graph.EdgeFeatures is { } attributes && reads("edge_attr"))
            _feeds.Add(feed => feed.Feed("edge_attr", attributes.AsMemory(), graph.EdgeCount, graph.EdgeFeatureCount));
        if (graph.EdgeRelations is { } types && reads("edge_type"))
        {
            var relations = Array.ConvertAll(types, type => (long)type);
            _feeds.Add(feed => feed.Feed("edge_type", relations.AsMemory(), relations.Length));
        }
    }

    internal void FeedTo(IInputFeed feed)
    {
        foreach (var one in _feeds)
            one(feed);
    }

    private void AddPlan(Func<string, bool> reads, string name, int[] sources, int[] targets, int sourceCount, int targetCount)
    {
        var plan = new EdgePlan(reads, name);
        plan.Build(sources, targets, sourceCount, targetCount);
        _feeds.Add(plan.FeedTo);
    }
}
