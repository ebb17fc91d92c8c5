using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Where the window of a <see cref="LocalAttention"/> stands.</summary>
public enum LocalPosition
{
    /// <summary>local-m: at the decoder's own step, p = t.</summary>
    Monotonic,
    /// <summary>local-p: p = S · σ(v · tanh(q W)) of a source of S steps; the weights are multiplied by exp(-(s - p)² / 2σ²), σ = D / 2.</summary>
    Predicted,
}

/// <summary>
/// Attention to a window [p - D, p + D] of the source (Luong et al. 2015, section 3.2). Parameters beside those of the score:
/// <c>position_weight</c> [query, query] and <c>position_v</c> [query] of a predicted position.
/// </summary>
/// <param name="Radius">D, at least 1.</param>
/// <param name="Position">Where the window stands.</param>
/// <param name="Score">How a query and a key are compared.</param>
public sealed record LocalAttention(int Radius = 10, LocalPosition Position = LocalPosition.Predicted, LuongScore Score = LuongScore.General) : SourceAttention
{
    /// <inheritdoc/>
    public override string Name => Position == LocalPosition.Monotonic ? "local-m attention" : "local-p attention";

    private protected override Value Keys(NetworkBuilder network, Value values, int queryWidth) => Radius >= 1
        ? LuongAttention.Keys(network, Score, values, queryWidth)
        : throw new ArgumentException(FormattableString.Invariant($"{nameof(Radius)} of {nameof(LocalAttention)} is {Radius}; expected at least 1."), nameof(Radius));

    private protected override Value Weights(NetworkBuilder network, Value query, AttendedSource source, Value positions)
    {
        var steps = Op.Cast(Op.Range(Op.SizeOf(source.Mask, 1), source.Mask.Shape[1]), ElementType.Float);             // [source]
        var center = Position == LocalPosition.Monotonic ? Op.Unsqueeze(Op.Cast(positions, ElementType.Float), 1) : Predict(network, query, source.Mask);
        var distance = steps - center;                                                                                 // [queries, source] or [batch, queries, source]
        var window = Op.Cast(Op.LessOrEqual(Op.Abs(distance), distance.Graph.Scalar((float)Radius)), ElementType.Float);
        var weights = MaskedSoftmax(LuongAttention.Scores(network, Score, query, source.Keys), Op.Unsqueeze(source.Mask, 1) * window);
        return Position == LocalPosition.Monotonic ? weights : weights * Op.Exp(distance * distance * (-2f / (Radius * Radius)));
    }

    // [batch, queries, 1]
    private static Value Predict(NetworkBuilder network, Value query, Value mask)
    {
        var width = query.Shape[2].Size;
        var inner = Op.Tanh(Op.MatMul(query, network.Parameter("position_weight", [width, width], Initializers.GlorotUniform)));
        var v = Op.Unsqueeze(network.Parameter("position_v", [width], Initializers.Normal(1 / MathF.Sqrt(width))), 1);
        return Op.Sigmoid(Op.MatMul(inner, v)) * Op.Unsqueeze(Op.ReduceSum(mask, [1]), 2);
    }
}
