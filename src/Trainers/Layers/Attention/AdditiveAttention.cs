using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>e = v · tanh(q W + k U) (Bahdanau et al. 2015). Parameters: <c>query_weight</c> [query, width], <c>key_weight</c> [features, width], <c>v</c> [width].</summary>
/// <param name="Width">Size of v.</param>
public sealed record AdditiveAttention(int Width = 128) : SourceAttention
{
    /// <inheritdoc/>
    public override string Name => "additive attention";

    /// <inheritdoc/>
    public override bool AsksBeforeStep => true;

    private protected override Value Keys(NetworkBuilder network, Value values, int queryWidth) => MapKeys(network, values, Width);

    private protected override Value Weights(NetworkBuilder network, Value query, AttendedSource source, Value positions) =>
        MaskedSoftmax(Scores(network, query, source.Keys), Op.Unsqueeze(source.Mask, 1));

    internal static Value MapKeys(NetworkBuilder network, Value values, int width) => width >= 1
        ? Op.MatMul(values, network.Parameter("key_weight", [values.Shape[2].Size, width], Initializers.GlorotUniform))
        : throw new ArgumentException(FormattableString.Invariant($"{nameof(Width)} of {nameof(AdditiveAttention)} is {width}; expected at least 1."), nameof(width));

    // [batch, queries, source]
    internal static Value Scores(NetworkBuilder network, Value query, Value keys)
    {
        var width = keys.Shape[2].Size;
        var mapped = Op.MatMul(query, network.Parameter("query_weight", [query.Shape[2].Size, width], Initializers.GlorotUniform));
        var v = Op.Unsqueeze(network.Parameter("v", [width], Initializers.Normal(1 / MathF.Sqrt(width))), 1);
        return Op.Squeeze(Op.MatMul(Op.Tanh(Op.Unsqueeze(mapped, 2) + Op.Unsqueeze(keys, 1)), v), 3);
    }
}
