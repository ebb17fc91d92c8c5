using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// How a recurrent decoder attends to its source: scores of the source steps for a query, weights from the scores, and the weighted mean
/// of the source.
/// </summary>
public abstract record SourceAttention
{
    /// <summary>The keys, computed from the source once and compared with each query, [batch, source, features].</summary>
    /// <param name="network">The network.</param>
    /// <param name="memory">The source, [batch, source, features].</param>
    public virtual Value Keys(NetworkBuilder network, Value memory) => memory;

    /// <summary>How well each source step fits each query, [batch, steps, source].</summary>
    /// <param name="network">The network.</param>
    /// <param name="query">[batch, steps, q].</param>
    /// <param name="keys">The result of <see cref="Keys"/>.</param>
    public abstract Value Scores(NetworkBuilder network, Value query, Value keys);

    /// <summary>
    /// The weights of the source steps, [batch, steps, source]: the softmax of the scores, 0 for padding and other masked steps.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="query">[batch, steps, q].</param>
    /// <param name="scores">The result of <see cref="Scores"/>.</param>
    /// <param name="lengths">Valid source steps, [batch] Int64.</param>
    /// <param name="positions">The decoder's steps, [steps] Int64.</param>
    public virtual Value Weights(NetworkBuilder network, Value query, Value scores, Value lengths, Value positions) =>
        Softmax(scores, Valid(scores, lengths));

    /// <summary>The weighted mean of the source for each query.</summary>
    /// <param name="network">The network.</param>
    /// <param name="query">[batch, steps, q].</param>
    /// <param name="keys">The result of <see cref="Keys"/>.</param>
    /// <param name="memory">The source, [batch, source, features].</param>
    /// <param name="lengths">Valid source steps, [batch] Int64; where it is 0 the result is 0.</param>
    /// <param name="positions">The decoder's steps, [steps] Int64.</param>
    /// <returns>[batch, steps, features], and the weights [batch, steps, source].</returns>
    public (Value Context, Value Weights) Attend(NetworkBuilder network, Value query, Value keys, Value memory, Value lengths,
        Value positions)
    {
        var weights = Weights(network, query, Scores(network, query, keys), lengths, positions);
        return (Op.MatMul(weights, memory), weights);
    }

    /// <summary>True for source steps within the length, [batch, 1, source].</summary>
    private protected static Value Valid(Value scores, Value lengths) =>
        Op.Less(Op.Range(Op.SizeOf(scores, 2), scores.Shape[2]), Op.Unsqueeze(lengths, 1, 2));

    /// <summary>The softmax over the steps that count; 0 where none does.</summary>
    private protected static Value Softmax(Value scores, Value counts)
    {
        var hidden = Op.Where(counts, scores.Graph.Scalar(0f), scores.Graph.Scalar(-1e30f));
        return Op.Softmax(scores + hidden) * Op.Cast(counts, ElementType.Float);
    }

    /// <summary>Additive attention (Bahdanau et al. 2015).</summary>
    /// <param name="hidden">Size of the scoring network's hidden layer.</param>
    public static SourceAttention Additive(int hidden = 128) => new AdditiveAttention(hidden);

    /// <summary>Multiplicative attention (Luong et al. 2015).</summary>
    public static SourceAttention Multiplicative(MultiplicativeScore score = MultiplicativeScore.General) =>
        new MultiplicativeAttention(score);

    /// <summary>Attention within a window around a position (Luong et al. 2015).</summary>
    /// <param name="isPredicted">Whether the position is predicted from the query; otherwise it is the decoder's own step.</param>
    /// <param name="window">Steps attended to on either side of the position: a window of 2 · <paramref name="window"/> + 1.</param>
    public static SourceAttention Local(bool isPredicted = true, int window = 10) => new LocalAttention(isPredicted, window);

    /// <summary>Attention to one source step, drawn at random in training (Xu et al. 2015).</summary>
    public static SourceAttention Hard(MultiplicativeScore score = MultiplicativeScore.General) => new HardAttention(score);
}
