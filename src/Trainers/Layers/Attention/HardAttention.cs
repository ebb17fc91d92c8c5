using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Attention to one source step (Xu et al. 2015, section 4.1): in training one drawn from the softmax of the scores, otherwise the most
/// likely. The draw has no gradient: the scores learn from the score function, by <see cref="Surrogate"/>.
/// </summary>
/// <param name="Score">How query and key are scored.</param>
internal sealed record HardAttention(MultiplicativeScore Score) : SourceAttention
{
    private readonly MultiplicativeAttention _scores = new(Score);

    public override Value Keys(NetworkBuilder network, Value memory) => _scores.Keys(network, memory);

    public override Value Scores(NetworkBuilder network, Value query, Value keys) => _scores.Scores(network, query, keys);

    public override Value Weights(NetworkBuilder network, Value query, Value scores, Value lengths, Value positions)
    {
        var valid = Valid(scores, lengths);
        var hidden = Op.Where(valid, network.Graph.Scalar(0f), network.Graph.Scalar(-1e30f));
        var perturbed = scores + hidden;
        // The argmax of scores with Gumbel noise is a draw from their softmax (Gumbel 1954).
        if (network.Mode == NetworkMode.Training)
            perturbed += network.GumbelNoise(scores);
        var chosen = Op.ArgMax(Op.StopGradient(perturbed), -1);                                          // [batch, steps, 1]
        var sourceSteps = Op.Range(Op.SizeOf(scores, 2), scores.Shape[2]);
        return Op.Cast(Op.Equal(sourceSteps, chosen), ElementType.Float) * Op.Cast(valid, ElementType.Float);
    }

    /// <summary>The log-probability of the chosen steps, [batch, steps].</summary>
    internal static Value LogProbability(Value scores, Value weights, Value lengths)
    {
        var hidden = Op.Where(Valid(scores, lengths), scores.Graph.Scalar(0f), scores.Graph.Scalar(-1e30f));
        return Op.ReduceSum(Op.LogSoftmax(scores + hidden) * Op.StopGradient(weights), [2], keepDims: false);
    }

    /// <summary>
    /// A term to add to the loss whose gradient is the score function's: -(r - b) log p(choice), with the reward r the
    /// log-likelihood of the token and b a running mean of it.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="logProbability">The log-probability of the choices, [batch, steps].</param>
    /// <param name="reward">r, [batch, steps].</param>
    /// <param name="mask">1 for steps that count, otherwise 0, [batch, steps].</param>
    internal static Value Surrogate(NetworkBuilder network, Value logProbability, Value reward, Value mask)
    {
        reward = Op.StopGradient(reward);
        var total = Op.Max(Op.ReduceSum(mask, keepDims: false), network.Graph.Scalar(1f));
        var baseline = network.Statistic("hard_attention_baseline", [1], Initializers.Zeros);
        var mean = Op.ReduceSum(reward * mask, keepDims: false) / total;
        network.Update(baseline, baseline * 0.9 + Op.Unsqueeze(mean, 0) * 0.1);
        return -Op.ReduceSum((reward - baseline) * logProbability * mask, keepDims: false) / total;
    }
}
