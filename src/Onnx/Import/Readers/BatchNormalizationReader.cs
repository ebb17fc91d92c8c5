namespace MLSeqGraph.Onnx;

/// <summary>
/// Reads normalization of channels. As a model runs it uses the statistics in the file, in training too. Its form for training normalizes
/// by the batch and has running averages as further outputs: in a network's training steps those are statistics that learn, which
/// evaluation and the deployed model use.
/// </summary>
internal static class BatchNormalizationReader
{
    internal static Value[] Read(ImportedNode node)
    {
        if (node.Int("spatial", 1) != 1)
            throw new ImportException("its form with statistics of each position is not supported");
        var (x, epsilon) = (node[0], node.Float("epsilon", 1e-5f));
        // Up to operator set 13 further outputs say that it is the form for training.
        if (!(node.Opset >= 14 ? node.Int("training_mode", 0) == 1 : node.OutputCount > 1))
            return [Op.BatchNormalization(x, node[1], node[2], node[3], node[4], epsilon)];
        var weights = node.Importer.Weights;
        var learned = weights.Statistics(node.InputName(1), node.InputName(3), node.InputName(4));
        var (mean, variance) = learned ?? (node[3], node[4]);
        if (!weights.NormalizesByBatch(node.InputName(1)))
            return [Op.BatchNormalization(x, node[1], node[2], mean, variance, epsilon), mean, variance, mean, variance];
        if (x.Shape.Rank < 2 || !x.Shape[1].IsKnown)
            throw new ImportException($"its input is {x}; expected [batch, channels, ..]");
        var (normalized, batchMean, batchVariance) = Op.StandardizeChannels(x, epsilon);
        var share = Op.Cast(weights.Share(x.Graph, 1 - node.Float("momentum", 0.9f)), mean.Type);
        Value nextMean = mean * (1 - share) + batchMean * share, nextVariance = variance * (1 - share) + batchVariance * share;
        if (learned is not null)
            weights.Update((mean, nextMean), (variance, nextVariance));
        return [normalized * Op.PerChannel(node[1], x) + Op.PerChannel(node[2], x), nextMean, nextVariance, batchMean, batchVariance];
    }
}
