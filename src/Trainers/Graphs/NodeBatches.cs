using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Labelled nodes of one graph as batches.</summary>
/// <param name="model">The network's training step.</param>
/// <param name="features">A row per node.</param>
/// <param name="labels">A label per node.</param>
/// <param name="graph">The graph.</param>
internal sealed class NodeBatches(TrainingModel model, FeatureMatrix features, RowLabels labels, NodeGraph graph)
{
    // Batches prepared at a time, besides the one in use. More would take memory, and threads from the training step.
    private const int Ahead = 2;

    /// <summary>The whole graph as the only batch; training and validation differ in which nodes have labels.</summary>
    internal TrainingData Whole(bool[] trained, bool[]? validated)
    {
        var tensors = new GraphTensors(model.Reads, features, graph);
        return TrainingData.Of(trained, validated, Of);

        BatchedRows Of(bool[] counts)
        {
            var rows = Labels();
            rows.FillAll(counts);
            return BatchedRows.Whole(new(null, tensors.FeedTo, rows.FeedTo) { Count = counts.Count(used => used) });
        }
    }

    /// <summary>
    /// Batches of nodes, each with a sample of its neighborhood: sampled, their plans built and their features gathered on other threads
    /// while one is trained on. They are the same on any number of threads.
    /// </summary>
    /// <param name="trained">The nodes to train on.</param>
    /// <param name="options">Fan-outs, batch size and seed.</param>
    internal BatchedRows Sampled(int[] trained, NodeTrainerOptions options) =>
        BatchedRows.Of(trained, options.BatchSize, options.Seed, [.. Samples(options).Select(sample => sample.Batch)],
            shard: options.Shard);

    /// <summary>The batches that are filled in turn, and what each has sampled.</summary>
    internal IEnumerable<(InputBatch Batch, SampledNeighbors Neighbors)> Samples(NodeTrainerOptions options)
    {
        var degrees = BlockTensors.DegreesOf(graph);
        for (var slot = 0; slot <= Ahead; slot++)
        {
            var neighbors = new SampledNeighbors(model.Reads, features, graph, degrees, options.FanOuts!, options.Seed);
            var rows = Labels();
            yield return (new((nodes, batch) =>
            {
                neighbors.Fill(nodes, batch);
                rows.Fill(nodes);
            }, neighbors.FeedTo, rows.FeedTo), neighbors);
        }
    }

    /// <summary>Labels, to be filled.</summary>
    internal LabelFeed Labels() => new(labels, model.Reads(Head.Weights));
}
