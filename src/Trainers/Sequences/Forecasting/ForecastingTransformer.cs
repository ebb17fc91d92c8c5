using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A trained forecaster, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class ForecastingTransformer : ForecastScoringTransformer, ITrained
{
    internal ForecastingTransformer(SequencePredictionTransformer windows, TrainingHistory history, float[]? offsets) : base(windows) =>
        (Trained, History, Offsets) = (windows, history, offsets);

    /// <summary>
    /// The training history, epoch by epoch; after <see cref="ForecastingTrainer.Options.Refit"/> that with rows held out.
    /// </summary>
    public TrainingHistory History { get; }

    internal SequencePredictionTransformer Trained { get; }

    /// <summary>What was added to quantiles (<see cref="ForecastCalibration.Offsets"/>).</summary>
    internal float[]? Offsets { get; }
}
