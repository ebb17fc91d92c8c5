using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

public static partial class Layers
{
    /// <summary>x + attention(x, x), then x + feed-forward(x); normalized before each part or after each sum.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden size].</param>
    /// <param name="options">Heads, sizes and variants; its hidden size is that of x.</param>
    /// <param name="mask">The steps that each step may attend to; null for all.</param>
    /// <param name="bias">Added to attention scores, [1, heads, time, time]; null for nothing.</param>
    /// <param name="rotary">Rotary positions; null for none.</param>
    /// <param name="name">Scope of the parameters.</param>
    /// <returns>[batch, time, hidden size], and the attention weights [batch, heads, time, time].</returns>
    public static (Value Output, Value Weights) TransformerEncoderLayer(
        this NetworkBuilder network, Value x, TransformerOptions options, AttentionMask? mask = null, Value? bias = null,
        RotaryPositions? rotary = null, string name = "layer")
    {
        Value? weights = null;
        var y = network.TransformerEncoderLayer(x, options, h =>
        {
            (h, weights) = network.MultiHeadAttention(h, h, options.HeadOptions, mask, bias, rotary);
            return h;
        }, name);
        return (y, weights!);
    }

    /// <summary>An encoder layer with any self-attention.</summary>
    internal static Value TransformerEncoderLayer(this NetworkBuilder network, Value x, TransformerOptions options,
        Func<Value, Value> attend, string name)
    {
        using (network.Scope(name))
        {
            x = network.Residual(x, options, attend);
            return network.Residual(x, options, h =>
                network.FeedForward(h, options.FeedForwardHidden, options.Activation, options.Dropout, options.Bias));
        }
    }

    /// <summary>A decoder layer: the same with attention to a source between the two parts.</summary>
    /// <param name="network">The network.</param>
    /// <param name="x">[batch, time, hidden size].</param>
    /// <param name="source">[batch, source, features].</param>
    /// <param name="options">Heads, sizes and variants; its hidden size is that of x.</param>
    /// <param name="mask">The steps that each step may attend to: <see cref="AttentionMask.Causal(Value)"/> in a decoder.</param>
    /// <param name="sourceMask">The source steps that may be attended to; null for all.</param>
    /// <param name="bias">Added to the scores of self-attention, [1, heads, time, time]; null for nothing.</param>
    /// <param name="rotary">Rotary positions; null for none.</param>
    /// <param name="name">Scope of the parameters.</param>
    /// <returns>[batch, time, hidden size], and the weights of the attention to the source [batch, heads, time, source].</returns>
    public static (Value Output, Value Weights) TransformerDecoderLayer(
        this NetworkBuilder network, Value x, Value source, TransformerOptions options, AttentionMask? mask = null,
        AttentionMask? sourceMask = null, Value? bias = null, RotaryPositions? rotary = null, string name = "layer")
    {
        using (network.Scope(name))
        {
            Value? weights = null;
            x = network.Residual(x, options, h => network.MultiHeadAttention(h, h, options.HeadOptions, mask, bias, rotary).Output);
            x = network.Residual(x, options, h =>
            {
                (h, weights) = network.MultiHeadAttention(h, source, options.HeadOptions, sourceMask, name: "source_attention");
                return h;
            });
            x = network.Residual(x, options, h =>
                network.FeedForward(h, options.FeedForwardHidden, options.Activation, options.Dropout, options.Bias));
            return (x, weights!);
        }
    }

    /// <summary>x + dropout(part(norm(x))), or norm(x + dropout(part(x))).</summary>
    internal static Value Residual(this NetworkBuilder network, Value x, TransformerOptions options, Func<Value, Value> part) =>
        options.NormFirst
        ? x + network.Dropout(part(network.Norm(x, options.Norm)), options.Dropout)
        : network.Norm(x + network.Dropout(part(x), options.Dropout), options.Norm);

    internal static Value Norm(this NetworkBuilder network, Value x, NormKind norm) =>
        norm == NormKind.LayerNorm ? network.LayerNorm(x) : network.RmsNorm(x);
}
