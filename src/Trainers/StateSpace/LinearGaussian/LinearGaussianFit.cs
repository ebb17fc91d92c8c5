namespace MLSeqGraph.Trainers;

/// <summary>A fitted linear dynamical system and how it was reached.</summary>
/// <param name="Model">The model.</param>
/// <param name="LogLikelihoods">The log likelihood before each step and after the last one: it never falls.</param>
/// <param name="HasConverged">Whether the last step added less than the tolerance.</param>
public sealed record LinearGaussianFit(LinearGaussianModel Model, IReadOnlyList<double> LogLikelihoods, bool HasConverged)
{
    /// <summary>The log likelihood of the sequences, natural logarithm.</summary>
    public double LogLikelihood => LogLikelihoods[^1];
}
