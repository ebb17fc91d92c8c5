using System.Numerics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>A batch: several graphs packed into one with disjoint parts, and its plans. Its memory is reused for the next batch.</summary>
internal sealed class PackedGraphs
{
    private readonly Func<string, bool> _reads;
    private readonly EdgePlan _edgePlan, _graphPlan;
    private float[] _nodeFeatures = [], _edgeFeatures = [], _edgeWeights = [];
    private int[] _sources = [], _targets = [], _nodes = [], _graphOfNode = [];
    private long[] _edgeIndex = [], _graphIndex = [], _edgeTypes = [];
    private SideRows? _sides;
    private GraphSchema? _schema;

    /// <param name="reads">Whether the model has an input of that name.</param>
    internal PackedGraphs(Func<string, bool> reads) => (_reads, _edgePlan, _graphPlan) = (reads, new(reads), new(reads, "graphs"));

    internal int GraphCount { get; private set; }

    internal int NodeCount { get; private set; }

    internal int EdgeCount { get; private set; }

    /// <summary>Packs graphs of a table.</summary>
    internal void Pack(GraphTable table, ReadOnlySpan<int> graphs)
    {
        _schema = table.Schema;
        (GraphCount, NodeCount, EdgeCount) = (graphs.Length, 0, 0);
        foreach (var graph in graphs)
        {
            NodeCount += table.NodeStart[graph + 1] - table.NodeStart[graph];
            EdgeCount += table.EdgeStart[graph + 1] - table.EdgeStart[graph];
        }
        (_sides ??= new(_reads, table.Sides)).Fill(graphs);
        Grow(ref _nodeFeatures, NodeCount * _schema.NodeFeatureCount);
        Grow(ref _edgeFeatures, EdgeCount * _schema.EdgeFeatureCount);
        Grow(ref _edgeWeights, EdgeCount);
        Grow(ref _sources, EdgeCount);
        Grow(ref _targets, EdgeCount);
        Grow(ref _nodes, NodeCount);
        Grow(ref _graphOfNode, NodeCount);
        Grow(ref _edgeTypes, EdgeCount);
        int node = 0, edge = 0;
        for (var i = 0; i < graphs.Length; i++)
        {
            int firstNode = table.NodeStart[graphs[i]], nodes = table.NodeStart[graphs[i] + 1] - firstNode;
            int firstEdge = table.EdgeStart[graphs[i]], edges = table.EdgeStart[graphs[i] + 1] - firstEdge;
            table.NodeFeatures.CopyTo(firstNode * _schema.NodeFeatureCount, _nodeFeatures, node * _schema.NodeFeatureCount,
                nodes * _schema.NodeFeatureCount);
            if (_schema.EdgeFeatureCount > 0)
                table.EdgeFeatures.CopyTo(firstEdge * _schema.EdgeFeatureCount, _edgeFeatures, edge * _schema.EdgeFeatureCount,
                    edges * _schema.EdgeFeatureCount);
            if (_schema.EdgeWeights is not null)
                table.EdgeWeights.CopyTo(firstEdge, _edgeWeights, edge, edges);
            for (var k = 0; k < edges; k++)
            {
                _sources[edge + k] = table.Sources[firstEdge + k] + node;
                _targets[edge + k] = table.Targets[firstEdge + k] + node;
                if (_schema.EdgeRelations is not null)
                    _edgeTypes[edge + k] = table.EdgeRelations[firstEdge + k];
            }
            for (var k = 0; k < nodes; k++)
                (_nodes[node + k], _graphOfNode[node + k]) = (node + k, i);
            node += nodes;
            edge += edges;
        }
        _edgePlan.Build(_sources.AsMemory(0, EdgeCount), _targets.AsMemory(0, EdgeCount), NodeCount, NodeCount);
        _graphPlan.Build(_nodes.AsMemory(0, NodeCount), _graphOfNode.AsMemory(0, NodeCount), NodeCount, GraphCount);
    }

    /// <summary>Feeds everything that the model reads.</summary>
    internal void FeedTo(IInputFeed feed)
    {
        var schema = _schema!;
        feed.Feed("x", _nodeFeatures.AsMemory(), NodeCount, schema.NodeFeatureCount);
        if (_reads("edge_index"))
        {
            Grow(ref _edgeIndex, 2 * EdgeCount);
            for (var edge = 0; edge < EdgeCount; edge++)
                (_edgeIndex[edge], _edgeIndex[EdgeCount + edge]) = (_sources[edge], _targets[edge]);
            feed.Feed("edge_index", _edgeIndex.AsMemory(0, 2 * EdgeCount), 2, EdgeCount);
        }
        if (_reads("graph_index"))
        {
            Grow(ref _graphIndex, NodeCount);
            for (var node = 0; node < NodeCount; node++)
                _graphIndex[node] = _graphOfNode[node];
            feed.Feed("graph_index", _graphIndex.AsMemory(0, NodeCount), NodeCount);
        }
        if (_reads("edge_attr"))
            feed.Feed("edge_attr", _edgeFeatures.AsMemory(0, EdgeCount * schema.EdgeFeatureCount), EdgeCount, schema.EdgeFeatureCount);
        if (_reads("edge_weight"))
            feed.Feed("edge_weight", _edgeWeights.AsMemory(0, EdgeCount), EdgeCount);
        if (_reads("edge_type"))
            feed.Feed("edge_type", _edgeTypes.AsMemory(0, EdgeCount), EdgeCount);
        _sides!.FeedTo(feed);
        _edgePlan.FeedTo(feed);
        _graphPlan.FeedTo(feed);
    }

    private static void Grow<T>(ref T[] array, int length)
    {
        if (array.Length < length)
            array = new T[BitOperations.RoundUpToPowerOf2((uint)length)];
    }
}
