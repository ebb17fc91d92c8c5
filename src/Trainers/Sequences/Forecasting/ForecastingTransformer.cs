using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A trained forecaster, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class ForecastingTransformer : ForecastScoringTransformer
{
    internal ForecastingTransformer(SequencePredictionTransformer windows) : base(windows) => History = windows.History;

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }
}
