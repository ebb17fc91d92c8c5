using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of multi-head attention.</summary>
public sealed record MultiHeadOptions
{
    /// <summary>Attention heads, 4 by default; the hidden size must be a multiple.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Whether the four linear maps have biases. True by default.</summary>
    public bool Bias { get; init; } = true;

    /// <summary>Dropout of the attention weights.</summary>
    public float Dropout { get; init; }
}

public static partial class Layers
{
    /// <summary>
    /// Each head attends with its own linear maps of queries, keys and values; the heads' results are concatenated and mapped once more.
    /// For self-attention, queries and memory are the same tensor.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="query">[batch, queries, hidden].</param>
    /// <param name="memory">The sequence attended to, which keys and values are computed from, [batch, keys, features].</param>
    /// <param name="options">Heads, biases and dropout; null for the defaults.</param>
    /// <param name="mask">The keys that each query may attend to; null for all.</param>
    /// <param name="bias">Added to the scores, of a shape that broadcasts to [batch, heads, queries, keys]; null for nothing.</param>
    /// <param name="rotary">Rotates queries and keys by their positions; null for no rotation.</param>
    /// <param name="name">Scope of the linear layers <c>query</c>, <c>key</c>, <c>value</c>, <c>output</c>.</param>
    /// <returns>[batch, queries, hidden], and the weights [batch, heads, queries, keys].</returns>
    public static (Value Output, Value Weights) MultiHeadAttention(
        this NetworkBuilder network, Value query, Value memory, MultiHeadOptions? options = null, AttentionMask? mask = null,
        Value? bias = null, RotaryPositions? rotary = null, string name = "attention")
    {
        if (query.Shape.Rank != 3 || !query.Shape[2].IsKnown || memory.Shape.Rank != 3 || !memory.Shape[2].IsKnown)
            throw new GraphException(
                "MultiHeadAttention: expected queries [batch, queries, hidden] and a memory [batch, keys, features] with known last axes; "
                + $"got {query} and {memory}.");
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
    private readonly int _hidden;

    internal MultiHead(NetworkBuilder network, MultiHeadOptions options, int hidden)
    {
        _network = network;
        _options = options;
        _hidden = hidden;
        if (options.Heads < 1 || hidden % options.Heads != 0)
            throw new GraphException($"MultiHeadAttention: {options.Heads} heads don't divide the hidden {hidden}.");
    }

    /// <summary>[batch, queries, hidden] → [batch, heads, queries, d].</summary>
    internal Value Queries(Value x, RotaryPositions? rotary = null) => Rotated(Split(Map(x, "query")), rotary);

    /// <summary>[batch, keys, features] → keys and values [batch, heads, keys, d].</summary>
    internal (Value Keys, Value Values) KeysAndValues(Value memory, RotaryPositions? rotary = null) =>
        (Rotated(Split(Map(memory, "key")), rotary), Split(Map(memory, "value")));

    /// <summary>Attends, and maps the concatenated heads, [batch, queries, hidden].</summary>
    internal (Value Output, Value Weights) Attend(Value queries, Value keys, Value values, AttentionMask? mask, Value? bias)
    {
        var (attended, weights) = _network.ScaledDotProductAttention(queries, keys, values, mask, bias, _options.Dropout);
        return (Joined(attended), weights);
    }

    /// <summary>Concatenates and maps what the heads found: [batch, heads, queries, d] → [batch, queries, hidden].</summary>
    internal Value Joined(Value attended)
    {
        var together = Op.Transpose(attended, 0, 2, 1, 3);                                               // [batch, queries, heads, d]
        return Map(Op.Reshape(together, [together.Shape[0], together.Shape[1], _hidden]), "output");
    }

    private Value Map(Value x, string name) => _network.Linear(x, _hidden, _options.Bias, name: name);

    private Value Split(Value x) =>
        Op.Transpose(Op.Reshape(x, [x.Shape[0], x.Shape[1], _options.Heads, _hidden / _options.Heads]), 0, 2, 1, 3);

    private static Value Rotated(Value x, RotaryPositions? rotary) => rotary is null ? x : rotary.Rotate(x);
}
