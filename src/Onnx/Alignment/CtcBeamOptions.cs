namespace MLSeqGraph.Onnx;

/// <summary>How <see cref="CtcFrames.BeamSearch"/> searches.</summary>
public sealed record CtcBeamOptions
{
    /// <summary>Prefixes kept in each frame, 16 by default.</summary>
    public int Width { get; init; } = 16;

    /// <summary>What labels follow one another, such as an <see cref="NgramModel"/>; null, the default, for none.</summary>
    public ILabelModel? Model { get; init; }

    /// <summary>By how much the model's log-probabilities are multiplied; 1 by default.</summary>
    public double ModelWeight { get; init; } = 1;

    /// <summary>What each label adds to the score, as models prefer short sequences; 0 by default.</summary>
    public double LabelBonus { get; init; }

    internal void Validate()
    {
        if (Width < 1)
            throw new ArgumentException($"{nameof(Width)} is {Width}; expected at least 1.");
        if (!double.IsFinite(ModelWeight) || ModelWeight < 0)
            throw new ArgumentException($"{nameof(ModelWeight)} is {ModelWeight}; expected a finite number of at least 0.");
        if (!double.IsFinite(LabelBonus))
            throw new ArgumentException($"{nameof(LabelBonus)} is {LabelBonus}; expected a finite number.");
    }
}

/// <summary>A model of which label follows others: a language model of characters, say.</summary>
public interface ILabelModel
{
    /// <summary>Labels it knows: classes from 0. The blank is none of them.</summary>
    int Labels { get; }

    /// <summary>
    /// The natural logarithms of the probability of each label after others, and last that of the end: <see cref="Labels"/> + 1 numbers.
    /// </summary>
    /// <param name="prefix">The labels so far.</param>
    IReadOnlyList<double> LogProbabilities(IReadOnlyList<int> prefix);
}

/// <summary>Labels that were found.</summary>
/// <param name="Labels">The labels: classes without blanks.</param>
/// <param name="LogProbability">The natural logarithm of the sum over their paths, as far as the search went.</param>
/// <param name="Score">The same with the model's part and the bonus, by which results are ordered.</param>
public sealed record CtcHypothesis(IReadOnlyList<int> Labels, double LogProbability, double Score);
