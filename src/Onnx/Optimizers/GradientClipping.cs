namespace MLSeqGraph.Onnx;

/// <summary>Clipping by the global norm (Pascanu et al. 2013).</summary>
internal static class GradientClipping
{
    /// <summary>The norm of all gradients together, a scalar.</summary>
    internal static Value GlobalNorm(IEnumerable<Value> gradients) =>
        Op.Sqrt(gradients.Select(gradient => Op.ReduceSumSquare(gradient, keepDims: false)).Aggregate((sum, square) => sum + square));

    /// <summary>The factor of all gradients that makes their norm at most <paramref name="limit"/>: min(1, limit / norm).</summary>
    internal static Value Factor(Value norm, float limit) => (double)limit / Op.Max(norm, norm.Number(limit));
}
