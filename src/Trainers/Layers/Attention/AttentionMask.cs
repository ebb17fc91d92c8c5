using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Which keys each query may attend to.</summary>
public sealed class AttentionMask
{
    // Added to a score it makes its exponential 0; it is finite, so that a row in which all keys are hidden doesn't become NaN.
    private const float Hidden = -1e30f;
    private readonly AttentionMask[] _parts;
    private Value? _bias;

    private AttentionMask(Value allowed, bool mayHideAll, params AttentionMask[] parts)
    {
        Allowed = allowed;
        MayHideAll = mayHideAll;
        _parts = parts;
    }

    /// <summary>True where a query may attend to a key: Bool of a shape that broadcasts to [batch, heads, queries, keys].</summary>
    public Value Allowed { get; }

    /// <summary>Whether there may be queries that see no keys: attention gives them weights of 0 and a result of 0.</summary>
    public bool MayHideAll { get; }

    /// <summary>Added to scores: 0 where a query may attend to a key, otherwise a large negative number.</summary>
    internal Value Bias => _bias ??= Op.Where(Allowed, Allowed.Graph.Scalar(0f), Allowed.Graph.Scalar(Hidden));

    /// <summary>The same of each mask that this one was made of: smaller tensors than that of all together.</summary>
    internal IReadOnlyList<Value> Biases => _parts.Length == 0 ? [Bias] : [.. _parts.SelectMany(part => part.Biases)];

    /// <summary>Keys within each sequence's length.</summary>
    /// <param name="lengths">[batch] Int64.</param>
    /// <param name="keys">A tensor with the keys along its <paramref name="axis"/>.</param>
    /// <param name="axis">The axis of keys.</param>
    /// <param name="mayBeEmpty">Whether lengths may be 0.</param>
    public static AttentionMask Padding(Value lengths, Value keys, int axis = 1, bool mayBeEmpty = false)
    {
        if (lengths.Type != ElementType.Int64 || lengths.Shape.Rank != 1)
            throw new GraphException($"Padding mask: expected lengths [batch] Int64; got {lengths.Type} {lengths}.");
        // [batch, 1, 1, keys]
        return new(Op.Less(Op.Range(Op.SizeOf(keys, axis), keys.Shape[axis]), Op.Unsqueeze(lengths, 1, 2, 3)), mayBeEmpty);
    }

    /// <summary>Causal: query i sees the keys 0 .. i.</summary>
    /// <param name="x">A tensor [batch, time, ..] of queries and keys.</param>
    public static AttentionMask Causal(Value x)
    {
        var steps = Op.Range(Op.SizeOf(x, 1), x.Shape[1]);
        return new(Op.LessOrEqual(steps, Op.Unsqueeze(steps, 1)), mayHideAll: false);    // [queries, keys]
    }

    /// <summary>Causal, for queries at given positions and keys that start at 0: a query sees the keys up to its own position.</summary>
    /// <param name="positions">The queries' positions, [queries] Int64.</param>
    /// <param name="keys">A tensor with the keys along its <paramref name="axis"/>.</param>
    /// <param name="axis">The axis of keys.</param>
    /// <param name="window">
    /// How many keys each query sees, counting back from its own position (the sliding window of Beltagy et al. 2020); null for all keys
    /// up to it.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The window is below 1.</exception>
    public static AttentionMask Causal(Value positions, Value keys, int axis, int? window = null)
    {
        if (window < 1)
            throw new ArgumentOutOfRangeException(nameof(window), window, "A query sees at least 1 key.");
        Value steps = Op.Range(Op.SizeOf(keys, axis), keys.Shape[axis]), queries = Op.Unsqueeze(positions, 1);
        var before = Op.LessOrEqual(steps, queries);    // [queries, keys]
        return new(window is { } seen ? Op.And(before, Op.Less(queries, steps + (long)seen)) : before, mayHideAll: false);
    }

    /// <summary>Any mask.</summary>
    /// <param name="allowed">
    /// True where a query may attend to a key, Bool of a shape that broadcasts to [batch, heads, queries, keys].
    /// </param>
    public static AttentionMask Of(Value allowed) =>
        allowed.Type == ElementType.Bool ? new(allowed, mayHideAll: true)
            : throw new GraphException(
                $"Attention mask: expected Bool that broadcasts to [batch, heads, queries, keys]; got {allowed.Type} {allowed}.");

    /// <summary>Some of the keys of each row, at least one.</summary>
    /// <param name="keys">[batch, keys] Bool.</param>
    internal static AttentionMask OfKeys(Value keys) => new(Op.Unsqueeze(keys, 1, 2), mayHideAll: false);

    /// <summary>Keys that both masks allow.</summary>
    public AttentionMask And(AttentionMask? other) =>
        other is null ? this : new(Op.And(Allowed, other.Allowed), MayHideAll || other.MayHideAll, this, other);
}
