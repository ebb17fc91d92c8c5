using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of multi-head attention.</summary>
public sealed record MultiHeadOptions
{
    /// <summary>Attention heads; they divide the width.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Whether the four maps have biases.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Dropout of the attention weights.</summary>
    public float Dropout { get; init; }
}

public static partial class Layers
{
    /// <summary>
    /// Every head attends with its own maps of queries, keys and values; their results stand side by side and are mapped once more.
    /// Queries and memory are one tensor for self-attention.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="query">[batch, queries, width].</param>
    /// <param name="memory">What keys and values are made of, [batch, keys, features].</param>
    /// <param name="options">Heads and the like; null for the defaults.</param>
    /// <param name="mask">The keys that count; null for all.</param>
    /// <param name="bias">Added to the scores, of a shape that broadcasts to [batch, heads, queries, keys]; null for nothing.</param>
    /// <param name="rotary">Rotates queries and keys by their positions; null for not.</param>
    /// <param name="name">Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>output</c>.</param>
    /// <returns>[batch, queries, width], and the weights [batch, heads, queries, keys].</returns>
    public static (Value Output, Value Weights) MultiHeadAttention(
        this NetworkBuilder network, Value query, Value memory, MultiHeadOptions? options = null, AttentionMask? mask = null, Value? bias = null, RotaryPositions? rotary = null, string name = "attention")
    {
        if (query.Shape.Rank != 3 || !query.Shape[2].IsKnown || memory.Shape.Rank != 3 || !memory.Shape[2].IsKnown)
            throw new GraphException($"MultiHeadAttention: expected queries [batch, queries, width] and a memory [batch, keys, features] with known widths; got {query} and {memory}.");
        using (network.Scope(name))
        {
            var heads = new MultiHead(network, options ?? new(), (int)query.Shape[2].Size);
            var (k, v) = heads.KeysAndValues(memory, rotary);
            return heads.Attend(heads.Queries(query, rotary), k, v, mask, bias);
        }
    }
}

/// <summary>The parts of multi-head attention, for decoders that keep keys and values from step to step.</summary>
internal sealed class MultiHead
{
    private readonly NetworkBuilder _network;
    private readonly MultiHeadOptions _options;
    private readonly int _width;

    internal MultiHead(NetworkBuilder network, MultiHeadOptions options, int width)
    {
        _network = network;
        _options = options;
        _width = width;
        if (options.Heads < 1 || width % options.Heads != 0)
            throw new GraphException($"MultiHeadAttention: {options.Heads} heads don't divide the width {width}.");
    }

    /// <summary>[batch, queries, width] → [batch, heads, queries, d].</summary>
    internal Value Queries(Value x, RotaryPositions? rotary = null) => Rotated(Split(Map(x, "query")), rotary);

    /// <summary>[batch, keys, features] → keys and values [batch, heads, keys, d].</summary>
    internal (Value Keys, Value Values) KeysAndValues(Value memory, RotaryPositions? rotary = null) =>
        (Rotated(Split(Map(memory, "key")), rotary), Split(Map(memory, "value")));

    /// <summary>Attends and maps what the heads found, [batch, queries, width].</summary>
    internal (Value Output, Value Weights) Attend(Value queries, Value keys, Value values, AttentionMask? mask, Value? bias)
    {
        var (attended, weights) = _network.ScaledDotProductAttention(queries, keys, values, mask, bias, _options.Dropout);
        var together = Op.Transpose(attended, 0, 2, 1, 3);                                               // [batch, queries, heads, d]
        return (Map(Op.Reshape(together, [together.Shape[0], together.Shape[1], _width]), "output"), weights);
    }

    private Value Map(Value x, string name) => _network.Linear(x, _width, _options.Bias, name: name);

    private Value Split(Value x) => Op.Transpose(Op.Reshape(x, [x.Shape[0], x.Shape[1], _options.Heads, _width / _options.Heads]), 0, 2, 1, 3);

    private static Value Rotated(Value x, RotaryPositions? rotary) => rotary is null ? x : rotary.Rotate(x);
}
