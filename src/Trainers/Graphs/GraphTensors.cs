using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A graph's features, edges and plans as a network's inputs, computed once.</summary>
internal sealed class GraphTensors
{
    private readonly List<Action<IInputFeed>> _feeds = [];

    internal GraphTensors(TrainingModel model, FeatureMatrix features, NodeGraph graph)
    {
        if (model.Reads(GraphNetworkModel.Features))
        {
            var dense = features.Values;
            if (features.IsSparse)
                features.CopyTo(dense = new float[(long)features.RowCount * features.ColumnCount]);
            _feeds.Add(feed => feed.Feed(GraphNetworkModel.Features, dense.AsMemory(), features.RowCount, features.ColumnCount));
        }
        var sides = new SideRows(model.Reads, features.Sides).FillAll();
        _feeds.Add(sides.FeedTo);
        const string Sparse = GraphNetworkModel.Features + NetworkBuilder.SparseSuffix;
        if (features.IsSparse && model.Reads(Sparse + "/values"))
        {
            var rows = new int[features.Values.Length];
            for (var row = 0; row < features.RowCount; row++)
                rows.AsSpan(features.RowStart![row]..features.RowStart[row + 1]).Fill(row);
            AddPlan(model, Sparse, features.Columns!, rows, features.ColumnCount, features.RowCount);
            _feeds.Add(feed => feed.Feed(Sparse + "/values", features.Values.AsMemory(), features.Values.Length));
        }
        AddPlan(model, "edges", graph.Sources, graph.Targets, graph.NodeCount, graph.NodeCount);
        if (graph.EdgeWeights is { } weights)
            _feeds.Add(feed => feed.Feed("edge_weight", weights.AsMemory(), weights.Length));
        if (graph.EdgeFeatures is { } attributes && model.Reads("edge_attr"))
            _feeds.Add(feed => feed.Feed("edge_attr", attributes.AsMemory(), graph.EdgeCount, graph.EdgeFeatureCount));
        if (graph.EdgeRelations is { } types && model.Reads("edge_type"))
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

    private void AddPlan(TrainingModel model, string name, int[] sources, int[] targets, int sourceCount, int targetCount)
    {
        var plan = new EdgePlan(model.Reads, name);
        plan.Build(sources, targets, sourceCount, targetCount);
        _feeds.Add(plan.FeedTo);
    }
}
