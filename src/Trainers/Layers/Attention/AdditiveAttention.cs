using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>v · tanh(q Wq + k Wk): a small network scores query and key (Bahdanau et al. 2015, appendix A.1.2).</summary>
/// <param name="Width">Size of its hidden layer.</param>
/// <remarks>Parameters: <c>key_weight</c> [features, width], <c>query_weight</c> [q, width], <c>score_weight</c> [width].</remarks>
internal sealed record AdditiveAttention(int Width) : SourceAttention
{
    public override Value Keys(NetworkBuilder network, Value memory) =>
        Op.MatMul(memory, network.Parameter("key_weight", [memory.Shape[2].Size, Width], Initializers.GlorotUniform));

    public override Value Scores(NetworkBuilder network, Value query, Value keys)
    {
        var queries = Op.MatMul(query, network.Parameter("query_weight", [query.Shape[2].Size, Width], Initializers.GlorotUniform));
        var hidden = Op.Tanh(Op.Unsqueeze(queries, 2) + Op.Unsqueeze(keys, 1));                      // [batch, steps, source, width]
        var v = Op.Unsqueeze(network.Parameter("score_weight", [Width], Initializers.Uniform(1 / MathF.Sqrt(Width))), 1);
        return Op.Squeeze(Op.MatMul(hidden, v), 3);
    }
}
