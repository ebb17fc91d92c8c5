using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Some labelled nodes and a sample of their neighborhood, as the inputs of a training step.</summary>
internal sealed class SampledNodeBatch : TrainingBatch
{
    private readonly NeighborSampler _sampler;
    private readonly NeighborSample _sample;
    private readonly BlockTensors[] _blocks;
    private readonly FeatureRows _features;
    private readonly LabelRows _labels;

    internal SampledNodeBatch(TrainingModel model, FeatureMatrix features, RowLabels labels, NodeGraph graph, float[] degrees,
        IReadOnlyList<int> fanOuts, int seed)
    {
        _sampler = new(graph, fanOuts, seed);
        _sample = new(fanOuts.Count);
        _blocks = [.. fanOuts.Select((_, layer) => new BlockTensors(model.Reads, LayeredNetworkModel.BlockOf(layer), graph, degrees))];
        _features = new(model.Reads, GraphNetworkModel.Features, features);
        _labels = new(labels, model.Reads(Head.Weights));
    }

    public override int Examples => _labels.Count;

    /// <summary>Number of edges of all layers.</summary>
    internal long EdgeCount => _sample.EdgeCount;

    internal void Fill(ReadOnlySpan<int> targets, long batch)
    {
        _sampler.Sample(targets, batch, _sample);
        for (var layer = 0; layer < _blocks.Length; layer++)
            _blocks[layer].Fill(_sample.Blocks[layer], _sample.Nodes);
        _features.Fill(_sample.Nodes);
        _labels.Fill(targets);
    }

    public override void FeedTo(TrainingSession session)
    {
        foreach (var block in _blocks)
            block.FeedTo(session);
        _features.FeedTo(session);
        _labels.FeedTo(session);
    }
}
