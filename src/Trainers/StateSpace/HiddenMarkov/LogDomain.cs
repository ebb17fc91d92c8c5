namespace MLSeqGraph.Trainers;

/// <summary>Forward and backward in logarithms, for sequences on which scaled probabilities vanish.</summary>
internal static class LogDomain
{
    /// <param name="model">The model.</param>
    /// <param name="densities">The log densities, [steps, states].</param>
    /// <param name="posterior">Gets p(state | sequence), [steps, states]; empty to leave it out.</param>
    /// <param name="transitions">Gets Σ p(state i, next j | x) added, [states, states]; null to leave them out.</param>
    /// <param name="weight">How much the sequence counts in these.</param>
    /// <returns>log p(x); -∞ where it can't be emitted.</returns>
    internal static double Run(HiddenMarkovModel model, ReadOnlySpan<double> densities, Span<double> posterior,
        double[]? transitions = null,
        double weight = 1)
    {
        var (n, steps) = (model.States, densities.Length / model.States);
        var logs = Array.ConvertAll(model.TransitionArray, Math.Log);
        var (forward, parts) = (new double[steps * n], new double[n]);
        for (var step = 0; step < steps; step++)
            for (var state = 0; state < n; state++)
            {
                for (var from = 0; from < n && step > 0; from++)
                    parts[from] = forward[(step - 1) * n + from] + logs[from * n + state];
                forward[step * n + state] = densities[step * n + state]
                    + (step == 0 ? Math.Log(model.InitialArray[state]) : VectorMath.LogSumExp(parts));
            }
        var logLikelihood = VectorMath.LogSumExp(forward.AsSpan((steps - 1) * n));
        if (posterior.IsEmpty || double.IsNegativeInfinity(logLikelihood))
            return logLikelihood;
        var (backward, before) = (new double[n], new double[n]);
        for (var step = steps - 1; step >= 0; step--)
        {
            for (var state = 0; state < n; state++)
                posterior[step * n + state] = Math.Exp(forward[step * n + state] + backward[state] - logLikelihood);
            if (step == 0)
                break;
            for (var from = 0; from < n; from++)
            {
                for (var to = 0; to < n; to++)
                {
                    parts[to] = logs[from * n + to] + densities[step * n + to] + backward[to];
                    if (transitions is not null)
                        transitions[from * n + to] += weight * Math.Exp(forward[(step - 1) * n + from] + parts[to] - logLikelihood);
                }
                before[from] = VectorMath.LogSumExp(parts);
            }
            (backward, before) = (before, backward);
        }
        return logLikelihood;
    }
}
