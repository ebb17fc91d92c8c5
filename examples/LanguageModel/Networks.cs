using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace LanguageModel;

/// <summary>The networks by name, and how they are trained.</summary>
internal static class Networks
{
    internal static LanguageModelTrainer.Options Options(string network, bool isLarge, Options asked, int seed)
    {
        var isTransformer = network == "transformer";
        int width = asked.Width ?? (network, isLarge) switch { ("transformer", true) => 192, (_, true) => 512, ("transformer", _) =>
            64, _ => 96 };
        int layers = asked.Layers ?? (network, isLarge) switch { ("transformer", true) => 4, ("transformer", _) => 2, _ => 1 };
        var dropout = asked.Dropout ?? (network, isLarge) switch { ("transformer", true) => 0.1f, (_, true) => 0.3f, _ => 0 };
        return new()
        {
            TokenColumnName = "Characters",
            Decoder = network switch
            {
                "lstm" => SequenceDecoder.Lstm(width, layers, dropout),
                "gru" => SequenceDecoder.Gru(width, layers, dropout),
                "rnn" => SequenceDecoder.Recurrent(new RnnOptions { Hidden = width, Layers = layers, Dropout = dropout }),
                "window" => SequenceDecoder.Window(tokens: 8, hidden: width),
                _ => SequenceDecoder.Transformer(new()
                {
                    Hidden = width,
                    Layers = layers,
                    Heads = Math.Max(1, width / 32),
                    Dropout = dropout,
                    Positions = PositionEncoding.Rotary,
                    Activation = FeedForwardActivation.Gelu,
                }),
            },
            EmbeddingSize = isTransformer ? width : isLarge ? 128 : 32,
            TieEmbeddings = false,
            Dropout = isTransformer ? 0 : dropout,
            // One long text: it neither starts nor ends anywhere.
            AddBeginEndTokens = false,
            WindowLength = asked.Window ?? (isLarge ? 128 : 64),
            Epochs = asked.Epochs ?? 8,
            BatchSize = asked.BatchSize ?? 32,
            LearningRate = asked.LearningRate ?? 3e-3f,
            Optimizer = isTransformer ? new AdamW { WeightDecay = 0.1f } : new Adam(),
            Schedule = LearningRateSchedule.WarmUp(100, LearningRateSchedule.Cosine(0.05f)),
            GradientClipNorm = 1,
            Seed = seed,
            Target = ExecutionTarget.Cpu(asked.Threads),
        };
    }
}
