namespace MLSeqGraph.Onnx;

/// <summary>How beam search runs.</summary>
public sealed record BeamOptions
{
    /// <summary>
    /// Sequences kept at every step, 5 by default. If it is more than the vocabulary has tokens, there are fewer at first.
    /// </summary>
    public int Width { get; init; } = 5;

    /// <summary>
    /// α of the length penalty ((5 + length) / 6)^α that log-probabilities are divided by (Wu et al. 2016, equation 14), 0.6 by
    /// default; 0 for none.
    /// </summary>
    public double LengthPenalty { get; init; } = 0.6;

    /// <summary>Sequences to return for each row, best first. 1 by default.</summary>
    public int Best { get; init; } = 1;

    internal void Check()
    {
        GenerationOptions.Require(Width >= 1, nameof(Width), Width, "at least 1");
        GenerationOptions.Require(LengthPenalty >= 0
            && double.IsFinite(LengthPenalty), nameof(LengthPenalty), LengthPenalty, "a finite number of at least 0");
        GenerationOptions.Require(Best >= 1 && Best <= Width, nameof(Best), Best, $"1 to {Width}, the beam's width");
    }

    /// <summary>The value that a sequence is ranked by.</summary>
    internal double Score(double logProbability, int length) => logProbability / Math.Pow((5.0 + length) / 6, LengthPenalty);
}
