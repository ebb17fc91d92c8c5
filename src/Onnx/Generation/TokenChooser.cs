namespace MLSeqGraph.Onnx.Generation;

/// <summary>Chooses tokens from logits. Not for several threads at once; keeps its memory from token to token.</summary>
internal sealed class TokenChooser(GenerationOptions options, int vocabulary, int seed)
{
    private readonly Random _random = new(seed);
    private readonly double[] _probabilities = new double[vocabulary];
    private readonly double[] _keys = new double[vocabulary];
    private readonly int[] _order = new int[vocabulary];

    /// <summary>The logarithm of the sum of the logits' exponentials: what a token's logit lacks to its log probability.</summary>
    internal static double LogSum(ReadOnlySpan<float> logits)
    {
        double largest = float.NegativeInfinity, sum = 0;
        foreach (var logit in logits)
            largest = float.IsNaN(logit) ? throw new InvalidOperationException("The decoder's logits hold NaN.") : Math.Max(largest, logit);
        foreach (var logit in logits)
            sum += Math.Exp(logit - largest);
        return double.IsFinite(largest) ? largest + Math.Log(sum) : throw new InvalidOperationException($"The decoder's largest logit is {largest}; expected a finite number.");
    }

    /// <summary>The next token, those forbidden left out.</summary>
    /// <exception cref="InvalidOperationException">No token is left.</exception>
    internal int Choose(ReadOnlySpan<float> logits, HashSet<long>? forbidden)
    {
        var (best, largest) = (-1, float.NegativeInfinity);
        for (var token = 0; token < logits.Length; token++)
            if (logits[token] > largest && forbidden?.Contains(token) != true)
                (best, largest) = (token, logits[token]);
        if (best < 0)
            throw new InvalidOperationException("No token is left to choose from: all may only follow later, or have probability 0.");
        return options.Sampling is { } sampling ? Draw(logits, forbidden, sampling, largest) : best;
    }

    private int Draw(ReadOnlySpan<float> logits, HashSet<long>? forbidden, SamplingOptions sampling, float largest)
    {
        var sum = 0.0;
        for (var token = 0; token < logits.Length; token++)
            sum += _probabilities[token] = forbidden?.Contains(token) == true ? 0 : Math.Exp((logits[token] - largest) / sampling.Temperature);
        var count = logits.Length;
        for (var token = 0; token < count; token++)
            _order[token] = token;
        if (sampling.TopK is not null || sampling.TopP < 1)
        {
            for (var token = 0; token < count; token++)
                _keys[token] = -_probabilities[token];
            Array.Sort(_keys, _order);
            if (sampling.TopK is { } k && k < count)
            {
                count = k;
                sum = Sum(count);
            }
            if (sampling.TopP < 1)
            {
                var (kept, mass) = (0, 0.0);
                while (kept < count && mass < sampling.TopP * sum)
                    mass += _probabilities[_order[kept++]];
                (count, sum) = (kept, mass);
            }
        }
        var at = _random.NextDouble() * sum;
        var chosen = _order[0];
        for (var i = 0; i < count && at >= 0; i++)
            if (_probabilities[_order[i]] > 0)
                at -= _probabilities[chosen = _order[i]];
        return chosen;
    }

    private double Sum(int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
            sum += _probabilities[_order[i]];
        return sum;
    }
}
