using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Some nodes and a sample of their neighborhood, as a network's inputs. Memory is reused.</summary>
internal sealed class SampledNeighbors
{
    private readonly NeighborSampler _sampler;
    private readonly NeighborSample _sample;
    private readonly BlockTensors[] _blocks;
    private readonly FeatureRows _features;

    /// <param name="reads">Whether the network reads an input.</param>
    /// <param name="features">A row per node.</param>
    /// <param name="graph">The graph.</param>
    /// <param name="degrees">Its nodes' degrees: <see cref="BlockTensors.DegreesOf"/>.</param>
    /// <param name="fanOuts">The most neighbors of a node, for each layer.</param>
    /// <param name="seed">Decides which.</param>
    internal SampledNeighbors(Func<string, bool> reads, FeatureMatrix features, NodeGraph graph, float[] degrees,
        IReadOnlyList<int> fanOuts, int seed)
    {
        _sampler = new(graph, fanOuts, seed);
        _sample = new(fanOuts.Count);
        _blocks = [.. fanOuts.Select((_, layer) => new BlockTensors(reads, LayeredNetworkModel.BlockOf(layer), graph, degrees))];
        _features = new(reads, GraphNetworkModel.Features, features);
    }

    /// <summary>Number of edges of all layers.</summary>
    internal long EdgeCount => _sample.EdgeCount;

    internal void Fill(ReadOnlySpan<int> targets, long batch)
    {
        _sampler.Sample(targets, batch, _sample);
        for (var layer = 0; layer < _blocks.Length; layer++)
            _blocks[layer].Fill(_sample.Blocks[layer], _sample.Nodes);
        _features.Fill(_sample.Nodes);
    }

    internal void FeedTo(IInputFeed feed)
    {
        foreach (var block in _blocks)
            block.FeedTo(feed);
        _features.FeedTo(feed);
    }
}
