using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Examples;

/// <summary>The networks that write one sequence of tokens from another, by name.</summary>
internal static class Translators
{
    /// <summary>Names of all, and what they are.</summary>
    internal static readonly string[] Names = ["transformer", "attention", "luong", "local", "hard", "fixed"];

    /// <summary>What the names mean.</summary>
    internal const string Description = "transformer; recurrent networks with additive, multiplicative, local or hard attention: "
        + "attention, luong, local, hard; with a fixed context: fixed";

    /// <summary>Options with the encoder and the decoder of a name.</summary>
    /// <param name="network">One of <see cref="Names"/>.</param>
    /// <param name="width">Units of a layer, and size of a token's vector.</param>
    /// <param name="layers">Layers of each.</param>
    /// <param name="dropout">Dropout.</param>
    /// <param name="warmUp">Steps until the learning rate is reached.</param>
    internal static TranslationTrainer.Options Options(string network, int width, int layers, float dropout, int warmUp)
    {
        var options = network == "transformer" ? Transformer(width, layers, dropout) : Recurrent(network, width, layers, dropout);
        options.EmbeddingSize = width;
        options.Schedule = LearningRateSchedule.WarmUp(warmUp, LearningRateSchedule.Cosine(0.02f));
        options.GradientClipNorm = 1;
        return options;
    }

    private static TranslationTrainer.Options Transformer(int width, int layers, float dropout)
    {
        var shape = new TransformerOptions
        {
            Hidden = width,
            Layers = layers,
            Heads = Math.Max(1, width / 32),
            FeedForwardSize = 2 * width,
            Dropout = dropout,
        };
        return new()
        {
            Encoder = SequenceNetwork.Transformer(shape),
            Decoder = SequenceDecoder.Transformer(shape),
            Optimizer = new Adam { Beta2 = 0.98f },
        };
    }

    private static TranslationTrainer.Options Recurrent(string network, int width, int layers, float dropout)
    {
        var attention = network switch { "attention" => SourceAttention.Additive(width), "luong" =>
            SourceAttention.Multiplicative(), "local" => SourceAttention.Local(), "hard" => SourceAttention.Hard(), _ => null };
        return new()
        {
            Encoder = SequenceNetwork.Gru(width, layers, bidirectional: true, dropout: dropout),
            Decoder = SequenceDecoder.Recurrent(new GruOptions { Hidden = width, Layers = layers, Dropout = dropout }, attention),
            Dropout = dropout,
        };
    }
}
