using MLSeqGraph.Trainers;

namespace LongInputs;

/// <summary>Networks that read long inputs, by name.</summary>
internal static class Networks
{
    internal const string Full = "full";

    internal static readonly string[] Names =
        [Full, "window", "bigbird", "linear", "linformer", "induced", "settransformer", "perceiver"];

    /// <summary>A network.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="longest">The longest sequence, in steps.</param>
    /// <param name="hidden">Size of a step's vector.</param>
    /// <param name="layers">Number of layers.</param>
    /// <param name="dropout">Dropout of the layers.</param>
    internal static SequenceNetwork Make(string name, int longest, int hidden, int layers, float dropout = 0)
    {
        TransformerOptions options = new()
        {
            Hidden = hidden, Layers = layers, Heads = 4, FeedForwardSize = 2 * hidden, Activation = FeedForwardActivation.Gelu,
            Dropout = dropout,
        };
        SequenceNetwork With(SelfAttention attention) => SequenceNetwork.Transformer(options with { Attention = attention });
        return name switch
        {
            Full => With(SelfAttention.Full),
            "window" => With(SelfAttention.SlidingWindow(32)),
            "bigbird" => With(SelfAttention.BigBird()),
            "linear" => With(SelfAttention.Linear),
            "linformer" => With(SelfAttention.Linformer(Math.Min(64, longest), longest)),
            "induced" => With(SelfAttention.Induced(16)),
            "settransformer" => SequenceNetwork.SetTransformer(hidden, layers, 16, 4, dropout),
            _ => SequenceNetwork.Perceiver(32, options),
        };
    }
}
