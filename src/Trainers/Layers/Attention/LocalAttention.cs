using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Attention within a window of 2D + 1 source steps around a position p (Luong et al. 2015, section 3.2): the decoder's own step, or p = S
/// · σ(v · tanh(q W)) for a source of S steps, where the weights fall off as exp(-(s - p)² / 2σ²) with σ = D / 2.
/// </summary>
/// <param name="IsPredicted">Whether p is predicted.</param>
/// <param name="Window">D.</param>
/// <remarks>
/// Parameters: <c>weight</c> [q, features] for the scores; <c>position_weight</c> [q, q] and <c>position_vector</c> [q] for the position.
/// </remarks>
internal sealed record LocalAttention(bool IsPredicted, int Window) : SourceAttention
{
    private static readonly MultiplicativeAttention General = new(MultiplicativeScore.General);

    public override Value Scores(NetworkBuilder network, Value query, Value keys) => General.Scores(network, query, keys);

    public override Value Weights(NetworkBuilder network, Value query, Value scores, Value lengths, Value positions)
    {
        if (Window < 1)
            throw new GraphException($"Local attention: expected a window that reaches at least 1 step; got {Window}.");
        var graph = network.Graph;
        var steps = Op.Cast(Op.Range(Op.SizeOf(scores, 2), scores.Shape[2]), ElementType.Float);        // [source]
        var lengthsF = Op.Unsqueeze(Op.Cast(lengths, ElementType.Float), 1, 2);                         // [batch, 1, 1]
        Value center;                                                                                  // [batch or 1, steps, 1]
        if (IsPredicted)
        {
            var size = query.Shape[2].Size;
            var hidden = Op.Tanh(Op.MatMul(query, network.Parameter("position_weight", [size, size], Initializers.GlorotUniform)));
            var v = Op.Unsqueeze(network.Parameter("position_vector", [size], Initializers.Uniform(1 / MathF.Sqrt(size))), 1);
            center = Op.Sigmoid(Op.MatMul(hidden, v)) * lengthsF;
        }
        else
        {
            // Past the source's end the window stays at its end.
            center = Op.Min(Op.Unsqueeze(Op.Cast(positions, ElementType.Float), 0, 2), lengthsF - 1);
        }
        var distance = steps - center;                                                                 // [batch, steps, source]
        var near = Op.LessOrEqual(Op.Abs(Op.StopGradient(distance)), graph.Scalar((float)Window));
        var weights = Softmax(scores, Op.And(near, Valid(scores, lengths)));
        return IsPredicted ? weights * Op.Exp(distance * distance * (-2.0 / ((double)Window * Window))) : weights;
    }
}
