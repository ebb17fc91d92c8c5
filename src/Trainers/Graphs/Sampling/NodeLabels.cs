using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>The labels of a graph's nodes.</summary>
/// <param name="Classes">Classes from 0, [nodes]; null where labels are numbers.</param>
/// <param name="Targets">Numbers [nodes, <paramref name="TargetCount"/>]; null where labels are classes.</param>
/// <param name="TargetCount">Numbers a node.</param>
internal sealed record NodeLabels(int[]? Classes, float[]? Targets, int TargetCount);

/// <summary>The labels of some nodes, all of which have one, as a network's inputs.</summary>
internal sealed class LabelRows(NodeLabels labels)
{
    private long[] _classes = [];
    private float[] _targets = [], _weights = [];

    internal int Count { get; private set; }

    internal void Fill(ReadOnlySpan<int> nodes)
    {
        Count = nodes.Length;
        if (labels.Classes is { } classes)
        {
            if (_classes.Length < Count)
                _classes = new long[Count];
            for (var i = 0; i < Count; i++)
                _classes[i] = classes[nodes[i]];
            return;
        }
        var width = labels.TargetCount;
        if (_weights.Length < Count)
            (_targets, _weights) = (new float[Count * width], new float[Count]);
        _weights.AsSpan(0, Count).Fill(1);
        for (var i = 0; i < Count; i++)
            labels.Targets.AsSpan(nodes[i] * width, width).CopyTo(_targets.AsSpan(i * width));
    }

    internal void FeedTo(IInputFeed feed)
    {
        if (labels.Classes is not null)
        {
            feed.Feed(GraphHead.Labels, _classes.AsMemory(), Count);
            return;
        }
        feed.Feed(GraphHead.Labels, _targets.AsMemory(), Count, labels.TargetCount);
        feed.Feed(GraphHead.Weights, _weights.AsMemory(), Count, 1);
    }
}
