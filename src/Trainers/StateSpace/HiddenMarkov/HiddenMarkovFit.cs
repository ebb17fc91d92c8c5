namespace MLSeqGraph.Trainers;

/// <summary>A fitted hidden Markov model and how it was reached.</summary>
/// <param name="Model">The model.</param>
/// <param name="LogLikelihoods">
/// The log likelihood of the sequences before each step of the start that was kept, and after the last one: it never falls.
/// </param>
/// <param name="HasConverged">Whether the last step added less than the tolerance.</param>
public sealed record HiddenMarkovFit(HiddenMarkovModel Model, IReadOnlyList<double> LogLikelihoods, bool HasConverged)
{
    /// <summary>The log likelihood of the sequences, natural logarithm.</summary>
    public double LogLikelihood => LogLikelihoods[^1];
}
