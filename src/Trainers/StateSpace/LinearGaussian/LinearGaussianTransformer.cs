using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A fitted linear dynamical system in a pipeline.</summary>
/// <inheritdoc/>
public sealed class LinearGaussianTransformer : SequenceScoringTransformer
{
    internal LinearGaussianTransformer(ModelFile file, SequenceScoringOptions options, LinearGaussianFit fit, int horizon)
        : base(file, options) => (Fit, Horizon) = (fit, horizon);

    /// <summary>The model and how it was reached.</summary>
    public LinearGaussianFit Fit { get; }

    /// <summary>The model.</summary>
    public LinearGaussianModel Model => Fit.Model;

    /// <summary>Steps that it forecasts.</summary>
    public int Horizon { get; }
}
