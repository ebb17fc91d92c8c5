using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A block's plan, its edges' weights, features and relations, and its nodes' degrees in the whole graph, as a network's inputs. Memory
/// is reused.
/// </summary>
/// <param name="reads">Whether the network reads an input.</param>
/// <param name="name">Prefix of the inputs.</param>
/// <param name="graph">The graph.</param>
/// <param name="degrees">Its nodes' degrees: <see cref="DegreesOf"/>.</param>
internal sealed class BlockTensors(Func<string, bool> reads, string name, NodeGraph graph, float[] degrees)
{
    private readonly EdgePlan _plan = new(reads, name);
    private readonly Rows<float> _weights = new(reads, name + "/weight"), _features = new(reads, name + "/features"),
        _degrees = new(reads, PlanTensors.WholeDegrees(name)), _counts = new(reads, PlanTensors.WholeCounts(name));
    private readonly Rows<long> _types = new(reads, name + "/type");
    private SampledBlock? _block;

    /// <summary>The sum of the weights of the edges that end at each node; their number, where they have no weights.</summary>
    internal static float[] DegreesOf(NodeGraph graph)
    {
        var degrees = new float[graph.NodeCount];
        for (var edge = 0; edge < graph.EdgeCount; edge++)
            degrees[graph.Targets[edge]] += graph.EdgeWeights is { } weights ? weights[edge] : 1;
        return degrees;
    }

    /// <param name="block">The block; its memory is in use until the next one.</param>
    /// <param name="nodes">The number in the graph of each node of the sample.</param>
    internal void Fill(SampledBlock block, ReadOnlySpan<int> nodes)
    {
        _block = block;
        _plan.Build(block.Sources, block.Targets, block.SourceCount, block.TargetCount);
        var edges = block.Edges.Span;
        if (_weights.TryResize(edges.Length) is { } weights)
            for (var i = 0; i < edges.Length; i++)
                weights[i] = graph.EdgeWeights![edges[i]];
        var width = graph.EdgeFeatureCount;
        if (_features.TryResize(edges.Length * width) is { } features)
            for (var i = 0; i < edges.Length; i++)
                graph.EdgeFeatures.AsSpan(edges[i] * width, width).CopyTo(features.AsSpan(i * width));
        if (_types.TryResize(edges.Length) is { } types)
            for (var i = 0; i < edges.Length; i++)
                types[i] = graph.EdgeRelations![edges[i]];
        if (_degrees.TryResize(block.SourceCount) is { } ofSources)
            for (var i = 0; i < block.SourceCount; i++)
                ofSources[i] = degrees[nodes[i]];
        if (_counts.TryResize(block.TargetCount) is { } counts)
            for (var i = 0; i < block.TargetCount; i++)
                counts[i] = graph.IncomingStart[nodes[i] + 1] - graph.IncomingStart[nodes[i]];
    }

    internal void FeedTo(IInputFeed feed)
    {
        _plan.FeedTo(feed);
        _weights.FeedTo(feed, _block!.EdgeCount);
        _features.FeedTo(feed, _block.EdgeCount, graph.EdgeFeatureCount);
        _types.FeedTo(feed, _block.EdgeCount);
        _degrees.FeedTo(feed, _block.SourceCount);
        _counts.FeedTo(feed, _block.TargetCount);
    }
}
