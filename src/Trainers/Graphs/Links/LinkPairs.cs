using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Pairs of nodes and whether they have an edge, as a network's inputs. Memory is reused.</summary>
internal sealed class LinkPairs
{
    private readonly EdgePlan _plan;
    private readonly bool _readsTypes;
    private readonly int _nodes;
    private int[] _sources = [], _targets = [];
    private long[] _types = [];
    private float[] _labels = [];

    internal LinkPairs(TrainingModel model, GraphTensors graph, int nodes)
    {
        (_plan, _readsTypes, _nodes) = (new(model.Reads, LinkHead.Pairs), model.Reads(LinkHead.PairTypes), nodes);
        Batch = new(null, graph.FeedTo, FeedTo);
    }

    /// <summary>All of the pairs, with the graph that they are in.</summary>
    internal InputBatch Batch { get; }

    internal void Resize(int pairs)
    {
        if (_labels.Length < pairs)
            (_sources, _targets, _types, _labels) = (new int[pairs], new int[pairs], new long[pairs], new float[pairs]);
        Batch.Count = pairs;
    }

    internal void Set(int pair, int source, int target, int relation, bool isEdge) =>
        (_sources[pair], _targets[pair], _types[pair], _labels[pair]) = (source, target, relation, isEdge ? 1 : 0);

    /// <summary>Plans the pairs, once all of them are set.</summary>
    internal InputBatch Build()
    {
        _plan.Build(_sources.AsMemory(0, Batch.Count), _targets.AsMemory(0, Batch.Count), _nodes, _nodes);
        return Batch;
    }

    private void FeedTo(IInputFeed feed)
    {
        _plan.FeedTo(feed);
        feed.Feed(Head.Labels, _labels.AsMemory(), Batch.Count);
        if (_readsTypes)
            feed.Feed(LinkHead.PairTypes, _types.AsMemory(), Batch.Count);
    }
}
