using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>v · tanh(q Wq + k Wk): a small network scores query and key (Bahdanau et al. 2015, appendix A.1.2).</summary>
/// <param name="Hidden">Size of its hidden layer.</param>
/// <remarks>Parameters: <c>key_weight</c> [features, hidden], <c>query_weight</c> [q, hidden], <c>score_weight</c> [hidden].</remarks>
internal sealed record AdditiveAttention(int Hidden) : SourceAttention
{
    public override Value Keys(NetworkBuilder network, Value memory) =>
        Op.MatMul(memory, network.Parameter("key_weight", [memory.Shape[2].Size, Hidden], Initializers.GlorotUniform));

    public override Value Scores(NetworkBuilder network, Value query, Value keys)
    {
        var queries = Op.MatMul(query, network.Parameter("query_weight", [query.Shape[2].Size, Hidden], Initializers.GlorotUniform));
        var layer = Op.Tanh(Op.Unsqueeze(queries, 2) + Op.Unsqueeze(keys, 1));                      // [batch, steps, source, hidden]
        var v = Op.Unsqueeze(network.Parameter("score_weight", [Hidden], Initializers.Uniform(1 / MathF.Sqrt(Hidden))), 1);
        return Op.Squeeze(Op.MatMul(layer, v), 3);
    }
}
