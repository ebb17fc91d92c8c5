namespace MLSeqGraph.Onnx;

/// <summary>
/// L-BFGS (Nocedal 1980): the direction of a step comes from the last changes of parameters and gradients. Both gradients of a change are
/// of one batch (Schraudolph, Yu and Günter 2007), so batches may differ.
/// </summary>
public sealed class LimitedMemoryBfgs : InnerLoopOptimizer
{
    private readonly int _memory = 10;

    /// <summary>Number of changes that are remembered, 10 by default.</summary>
    public int Memory { get => _memory; init => Check(nameof(Memory), (_memory = value) is >= 1 and <= 100, value, "1 to 100"); }

    /// <inheritdoc/>
    public override IReadOnlyList<string> States =>
        [.. Enumerable.Range(0, Memory).SelectMany(i => (string[])[$"step_{i}", $"change_{i}"])];

    internal override bool NeedsCurvature => false;

    internal override void Take(InnerLoop loop)
    {
        var at = loop.Parameters();
        var (loss, gradient) = loop.Gradient(at);
        // The newest first; those not yet taken are 0.
        List<(float[] Step, float[] Change)> known = [.. Enumerable.Range(0, Memory)
            .Select(i => (loop.State($"step_{i}"), loop.State($"change_{i}")))
            .Where(pair => ConjugateGradients.Dot(pair.Item1, pair.Item2) > 0)];
        var direction = Direction(gradient, known);
        var slope = ConjugateGradients.Dot(gradient, direction);
        if (!(slope < 0))
        {
            known.Clear();
            direction = Direction(gradient, known);
            slope = ConjugateGradients.Dot(gradient, direction);
        }
        var length = LineSearch.Backtrack(length => loop.Loss(HessianFree.Plus(at, direction, length)), loss, slope);
        var there = HessianFree.Plus(at, direction, length);
        if (length > 0)
        {
            var (_, after) = loop.Gradient(there);
            var step = HessianFree.Plus(there, at, -1);
            var change = HessianFree.Plus(after, gradient, -1);
            // Curvature that isn't clearly positive is left out.
            if (ConjugateGradients.Dot(step, change) > 1e-8 * ConjugateGradients.Dot(change, change))
                known.Insert(0, (step, change));
        }
        else
            known.Clear();
        for (var i = 0; i < Memory; i++)
        {
            loop.Set($"step_{i}", i < known.Count ? known[i].Step : new float[at.Length]);
            loop.Set($"change_{i}", i < known.Count ? known[i].Change : new float[at.Length]);
        }
        loop.SetParameters(there);
    }

    // The two loops of Nocedal 1980; without a history a step of length 1 at most.
    private static float[] Direction(float[] gradient, List<(float[] Step, float[] Change)> known)
    {
        var direction = Array.ConvertAll(gradient, value => -value);
        if (known.Count == 0)
        {
            var norm = Math.Sqrt(ConjugateGradients.Dot(gradient, gradient));
            return norm > 1 ? Array.ConvertAll(direction, value => (float)(value / norm)) : direction;
        }
        var shares = new double[known.Count];
        for (var i = 0; i < known.Count; i++)
        {
            var (step, change) = known[i];
            shares[i] = ConjugateGradients.Dot(step, direction) / ConjugateGradients.Dot(step, change);
            direction = HessianFree.Plus(direction, change, -shares[i]);
        }
        var scale = ConjugateGradients.Dot(known[0].Step, known[0].Change) / ConjugateGradients.Dot(known[0].Change, known[0].Change);
        direction = Array.ConvertAll(direction, value => (float)(value * scale));
        for (var i = known.Count - 1; i >= 0; i--)
        {
            var (step, change) = known[i];
            direction = HessianFree.Plus(direction, step,
                shares[i] - ConjugateGradients.Dot(change, direction) / ConjugateGradients.Dot(step, change));
        }
        return direction;
    }
}
