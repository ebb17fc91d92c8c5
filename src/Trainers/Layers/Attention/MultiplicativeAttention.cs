using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>How multiplicative attention scores a query and a key.</summary>
public enum MultiplicativeScore
{
    /// <summary>q · k, both of the same size.</summary>
    Dot,
    /// <summary>q W · k.</summary>
    General,
    /// <summary>v · tanh([q; k] W).</summary>
    Concat,
}

/// <summary>Products of query and key (Luong et al. 2015, section 3.1).</summary>
/// <param name="Score">The kind of product.</param>
/// <remarks>
/// Parameters: for General <c>weight</c> [q, features]; for Concat those of <see cref="AdditiveAttention"/>, whose sum equals the
/// product with [q; k].
/// </remarks>
internal sealed record MultiplicativeAttention(MultiplicativeScore Score) : SourceAttention
{
    public override Value Keys(NetworkBuilder network, Value memory) =>
        Score == MultiplicativeScore.Concat ? Concat(memory).Keys(network, memory) : memory;

    public override Value Scores(NetworkBuilder network, Value query, Value keys)
    {
        if (Score == MultiplicativeScore.Concat)
            return Concat(keys).Scores(network, query, keys);
        if (Score == MultiplicativeScore.Dot && query.Shape[2] != keys.Shape[2])
            throw new GraphException($"Dot attention: expected queries and source of one size; got {query} and {keys}.");
        if (Score == MultiplicativeScore.General)
            query = Op.MatMul(query, network.Parameter("weight", [query.Shape[2].Size, keys.Shape[2].Size], Initializers.GlorotUniform));
        return Op.MatMul(query, Op.Transpose(keys, 0, 2, 1));
    }

    private static AdditiveAttention Concat(Value memory) => new((int)memory.Shape[2].Size);
}
