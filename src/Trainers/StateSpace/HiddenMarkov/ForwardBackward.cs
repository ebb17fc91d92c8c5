namespace MLSeqGraph.Trainers;

/// <summary>
/// The forward and backward recursions of a hidden Markov model (Rabiner 1989), scaled in each step; its arrays are reused from one
/// sequence to the next.
/// </summary>
internal sealed class ForwardBackward(HiddenMarkovModel model)
{
    private const double Vanishing = 1e-200;

    private readonly int _states = model.States;
    private readonly double[] _transposed = DenseMatrix.Transposed(model.TransitionArray, model.States, model.States);
    private double[] _densities = [], _forward = [], _scales = [];
    private int _steps;

    /// <summary>p(state | the whole sequence) of the latest run, [steps, states].</summary>
    internal Span<double> Posterior => _forward.AsSpan(0, _steps * _states);

    /// <summary>Runs over a sequence.</summary>
    /// <param name="x">The sequence.</param>
    /// <param name="wantsPosterior">Whether to run backward too.</param>
    /// <param name="transitions">Gets Σ p(state i, next j | x) added, [states, states]; null to leave them out.</param>
    /// <param name="weight">How much the sequence counts in these.</param>
    /// <returns>log p(x), -∞ where it can't be emitted; then there is no posterior.</returns>
    internal double Run(ObservedSequence x, bool wantsPosterior, double[]? transitions = null, double weight = 1)
    {
        model.Emission.Check(x);
        _steps = x.Steps;
        if (_densities.Length < x.Steps * _states)
            (_densities, _forward, _scales) = (new double[x.Steps * _states], new double[x.Steps * _states], new double[x.Steps]);
        var densities = _densities.AsSpan(0, x.Steps * _states);
        model.Emission.LogDensities(x, densities);
        var shift = ToRelative(densities);
        if (Forward(out var logLikelihood))
        {
            if (wantsPosterior)
                Backward(transitions, weight);
            return logLikelihood + shift;
        }
        model.Emission.LogDensities(x, densities);
        return LogDomain.Run(model, densities, wantsPosterior ? Posterior : [], transitions, weight);
    }

    // Densities as shares of the largest in their step.
    private double ToRelative(Span<double> densities)
    {
        var shift = 0.0;
        for (var step = 0; step < _steps; step++)
        {
            var row = densities.Slice(step * _states, _states);
            var most = VectorMath.Max(row);
            for (var state = 0; state < _states; state++)
                row[state] = Math.Exp(row[state] - most);
            shift += most;
        }
        return shift;
    }

    // forward[t] = p(state | x up to t), scales[t] = p(x[t] | x before t) but for the shift
    private bool Forward(out double logLikelihood)
    {
        logLikelihood = 0;
        var next = new double[_states];
        for (var step = 0; step < _steps; step++)
        {
            if (step == 0)
                model.InitialArray.CopyTo(next, 0);
            else
            {
                Array.Clear(next);
                var before = _forward.AsSpan((step - 1) * _states, _states);
                for (var state = 0; state < _states; state++)
                    VectorMath.AddScaled(before[state], model.TransitionArray.AsSpan(state * _states, _states), next);
            }
            var row = _forward.AsSpan(step * _states, _states);
            var density = _densities.AsSpan(step * _states, _states);
            for (var state = 0; state < _states; state++)
                row[state] = next[state] * density[state];
            var scale = VectorMath.Sum(row);
            if (!(scale > Vanishing) || !double.IsFinite(scale))
                return false;
            VectorMath.Scale(1 / scale, row);
            _scales[step] = scale;
            logLikelihood += Math.Log(scale);
        }
        return true;
    }

    private void Backward(double[]? transitions, double weight)
    {
        var (backward, message, sums) = (new double[_states], new double[_states],
            transitions is null ? [] : new double[transitions.Length]);
        Array.Fill(backward, 1);
        for (var step = _steps - 1; step > 0; step--)
        {
            var density = _densities.AsSpan(step * _states, _states);
            for (var state = 0; state < _states; state++)
                message[state] = backward[state] * density[state] / _scales[step];
            Multiply(_forward.AsSpan(step * _states, _states), backward);
            Array.Clear(backward);
            var before = _forward.AsSpan((step - 1) * _states, _states);
            for (var state = 0; state < _states; state++)
            {
                VectorMath.AddScaled(message[state], _transposed.AsSpan(state * _states, _states), backward);
                if (transitions is not null)
                    VectorMath.AddScaled(before[state], message, sums.AsSpan(state * _states, _states));
            }
        }
        Multiply(_forward.AsSpan(0, _states), backward);
        for (var i = 0; i < sums.Length; i++)
            transitions![i] += weight * sums[i] * model.TransitionArray[i];
    }

    private static void Multiply(Span<double> row, double[] by)
    {
        for (var i = 0; i < row.Length; i++)
            row[i] *= by[i];
        VectorMath.Normalize(row);
    }
}
