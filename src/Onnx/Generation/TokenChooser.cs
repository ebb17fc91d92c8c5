namespace MLSeqGraph.Onnx;

/// <summary>Probabilities from logits, and the choice of a token by them. Buffers are reused, so nothing is allocated per token.</summary>
internal sealed class TokenChooser(int vocabulary, IReadOnlyList<long> suppressed)
{
    private readonly double[] _logProbabilities = new double[vocabulary];
    private readonly double[] _weights = new double[vocabulary];
    private readonly int[] _order = new int[vocabulary];

    /// <summary>
    /// Natural logarithms of the softmax; negative infinity for tokens that must not be written. It is the model's own distribution: tokens
    /// that are left out keep their share.
    /// </summary>
    /// <param name="logits">[vocabulary].</param>
    /// <param name="forbidden">Tokens forbidden now, besides those that always are.</param>
    internal ReadOnlySpan<double> LogProbabilities(ReadOnlySpan<float> logits, IReadOnlyList<long> forbidden)
    {
        double largest = double.NegativeInfinity, sum = 0;
        foreach (var logit in logits)
            largest = Math.Max(largest, logit);
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        var shift = largest + Math.Log(sum);
        if (!double.IsFinite(shift))
            throw new InvalidOperationException($"The decoder's logits are no numbers: their log-sum is {shift}.");
        for (var i = 0; i < logits.Length; i++)
            _logProbabilities[i] = logits[i] - shift;
        for (var i = 0; i < suppressed.Count; i++)
            _logProbabilities[suppressed[i]] = double.NegativeInfinity;
        for (var i = 0; i < forbidden.Count; i++)
            _logProbabilities[forbidden[i]] = double.NegativeInfinity;
        return _logProbabilities;
    }

    /// <summary>The most likely token, the first one of ties.</summary>
    internal static int Greedy(ReadOnlySpan<double> logProbabilities)
    {
        var best = 0;
        for (var i = 1; i < logProbabilities.Length; i++)
            if (logProbabilities[i] > logProbabilities[best])
                best = i;
        return best;
    }

    /// <summary>A token drawn from the most likely ones, at a temperature.</summary>
    /// <param name="logProbabilities">From <see cref="LogProbabilities"/>.</param>
    /// <param name="options">Temperature and which tokens can be drawn.</param>
    /// <param name="draw">A random number from 0 to below 1.</param>
    internal int Sample(ReadOnlySpan<double> logProbabilities, SamplingOptions options, double draw)
    {
        var best = logProbabilities[Greedy(logProbabilities)];
        for (var i = 0; i < _order.Length; i++)
        {
            _order[i] = i;
            _weights[i] = -Math.Exp((logProbabilities[i] - best) / options.Temperature); // negative, so that the likeliest sort first
        }
        var kept = _order.Length;
        if (options.TopK is not null || options.TopP < 1)
        {
            Array.Sort(_weights, _order);
            kept = Math.Min(kept, options.TopK ?? kept);
        }
        double total = 0;
        for (var i = 0; i < kept; i++)
            total -= _weights[i];
        if (options.TopP < 1)
        {
            double sum = 0;
            var enough = 0;
            while (enough < kept && sum < options.TopP * total)
                sum -= _weights[enough++];
            (kept, total) = (Math.Max(1, enough), sum);
        }
        var left = draw * total;
        for (var i = 0; i < kept; i++)
        {
            left += _weights[i];
            if (left < 0)
                return _order[i];
        }
        return _order[Array.FindLastIndex(_weights, kept - 1, weight => weight < 0)];
    }
}
