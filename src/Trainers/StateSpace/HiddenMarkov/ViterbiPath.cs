namespace MLSeqGraph.Trainers;

/// <summary>The most probable states of a sequence (Viterbi 1967), in logarithms.</summary>
internal static class ViterbiPath
{
    internal static (int[] Path, double LogProbability) Of(HiddenMarkovModel model, ObservedSequence x)
    {
        var (n, densities) = (model.States, model.LogDensities(x));
        var logs = Array.ConvertAll(DenseMatrix.Transposed(model.TransitionArray, n, n), Math.Log);      // [to, from]
        var (best, next) = (new double[n], new double[n]);
        var origins = new int[x.Steps * n];
        for (var state = 0; state < n; state++)
            best[state] = Math.Log(model.InitialArray[state]) + densities[state];
        for (var step = 1; step < x.Steps; step++)
        {
            for (var to = 0; to < n; to++)
            {
                var (most, origin) = (double.NegativeInfinity, 0);
                var row = logs.AsSpan(to * n, n);
                for (var from = 0; from < n; from++)
                    if (best[from] + row[from] is var sum && sum > most)
                        (most, origin) = (sum, from);
                next[to] = most + densities[step * n + to];
                origins[step * n + to] = origin;
            }
            (best, next) = (next, best);
        }
        var path = new int[x.Steps];
        path[^1] = Array.IndexOf(best, best.Max());
        for (var step = x.Steps - 1; step > 0; step--)
            path[step - 1] = origins[step * n + path[step]];
        return (path, best[path[^1]]);
    }
}
