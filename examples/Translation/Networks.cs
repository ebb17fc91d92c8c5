using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Translation;

/// <summary>The networks by name, and how they are trained.</summary>
internal static class Networks
{
    internal static TranslationTrainer.Options Options(string network, bool isLarge, Options asked, int seed)
    {
        var options = network == "transformer" ? Transformer(isLarge, asked) : Recurrent(network, isLarge, asked);
        (options.SourceColumnName, options.TargetColumnName) = ("Source", "Target");
        options.Epochs = asked.Epochs ?? options.Epochs;
        options.BatchSize = asked.BatchSize ?? options.BatchSize;
        options.LearningRate = asked.LearningRate ?? options.LearningRate;
        options.LabelSmoothing = asked.Smoothing ?? (isLarge ? 0.1f : 0);
        options.ScheduledSampling = asked.Sampling;
        options.BeamWidth = asked.Beam;
        options.LengthPenalty = 1;
        options.MaximumLength = 80;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(asked.Threads);
        return options;
    }

    private static TranslationTrainer.Options Transformer(bool isLarge, Options asked)
    {
        int width = asked.Width ?? (isLarge ? 256 : 64), layers = asked.Layers ?? (isLarge ? 3 : 2);
        var shape = new TransformerOptions
        {
            Hidden = width,
            Layers = layers,
            Heads = Math.Max(1, width / 32),
            FeedForwardSize = 2 * width,
            Dropout = asked.Dropout ?? (isLarge ? 0.2f : asked.Task is null ? 0.05f : 0),
        };
        return new()
        {
            Encoder = SequenceNetwork.Transformer(shape),
            Decoder = SequenceDecoder.Transformer(shape),
            EmbeddingSize = width,
            Epochs = isLarge ? 16 : asked.Task is null ? 12 : 20,
            BatchSize = isLarge ? 128 : 64,
            LearningRate = isLarge ? 1e-3f : 2e-3f,
            Schedule = LearningRateSchedule.WarmUp(isLarge ? 400 : 100, LearningRateSchedule.Cosine(0.02f)),
            Optimizer = new Adam { Beta2 = 0.98f },
            GradientClipNorm = 1,
        };
    }

    private static TranslationTrainer.Options Recurrent(string network, bool isLarge, Options asked)
    {
        int width = asked.Width ?? (isLarge ? 256 : 64), layers = asked.Layers ?? 1;
        var dropout = asked.Dropout ?? (isLarge ? 0.3f : asked.Task is null ? 0.05f : 0);
        var attention = network switch { "attention" => SourceAttention.Additive(width), "luong" =>
            SourceAttention.Multiplicative(), "local" => SourceAttention.Local(), "hard" => SourceAttention.Hard(), _ => null };
        return new()
        {
            Encoder = SequenceNetwork.Gru(width, layers, bidirectional: true, dropout: dropout),
            Decoder = SequenceDecoder.Recurrent(new GruOptions { Hidden = width, Layers = layers, Dropout = dropout }, attention),
            EmbeddingSize = width,
            Dropout = dropout,
            Epochs = isLarge ? 10 : asked.Task is null ? 12 : 20,
            BatchSize = isLarge ? 96 : 64,
            LearningRate = isLarge ? 1e-3f : 3e-3f,
            Schedule = LearningRateSchedule.WarmUp(100, LearningRateSchedule.Cosine(0.02f)),
            GradientClipNorm = 1,
        };
    }
}
