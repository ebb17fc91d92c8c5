using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How Luong et al. 2015 compare a query and a key.</summary>
public enum LuongScore
{
    /// <summary>q · k; both have the same size.</summary>
    Dot,
    /// <summary>q W k: <c>key_weight</c> [features, query].</summary>
    General,
    /// <summary>v · tanh(W [q; k]), the parameters as <see cref="AdditiveAttention"/> has them, of the query's size.</summary>
    Concat,
}

/// <summary>Global attention of Luong et al. 2015, over all steps of the source.</summary>
/// <param name="Score">How a query and a key are compared.</param>
public sealed record LuongAttention(LuongScore Score = LuongScore.General) : SourceAttention
{
    /// <inheritdoc/>
    public override string Name => $"{Score.ToString().ToLowerInvariant()} attention";

    private protected override Value Keys(NetworkBuilder network, Value values, int queryWidth) => Keys(network, Score, values, queryWidth);

    private protected override Value Weights(NetworkBuilder network, Value query, AttendedSource source, Value positions) =>
        MaskedSoftmax(Scores(network, Score, query, source.Keys), Op.Unsqueeze(source.Mask, 1));

    internal static Value Keys(NetworkBuilder network, LuongScore score, Value values, int queryWidth) => score switch
    {
        LuongScore.Dot when values.Shape[2].Size != queryWidth => throw new GraphException($"Dot attention: expected a source of as many features as the query's {queryWidth}; got {values}."),
        LuongScore.Dot => values,
        LuongScore.General => Op.MatMul(values, network.Parameter("key_weight", [values.Shape[2].Size, queryWidth], Initializers.GlorotUniform)),
        _ => AdditiveAttention.MapKeys(network, values, queryWidth),
    };

    // [batch, queries, source]
    internal static Value Scores(NetworkBuilder network, LuongScore score, Value query, Value keys) =>
        score == LuongScore.Concat ? AdditiveAttention.Scores(network, query, keys) : Op.MatMul(query, Op.Transpose(keys, 0, 2, 1));
}
