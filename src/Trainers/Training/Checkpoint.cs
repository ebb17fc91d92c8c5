using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Everything needed to continue a training run as if it had not been interrupted.</summary>
/// <param name="Run">Identifies the run.</param>
/// <param name="Epochs">The finished epochs.</param>
/// <param name="BestEpoch">The best of them.</param>
/// <param name="State">Parameters and optimizer states after the last of them.</param>
/// <param name="Best">The best epoch's parameters; null where the last ones are the best, or the best ones aren't to be restored.</param>
internal sealed record Checkpoint(
    RunIdentity Run, IReadOnlyList<EpochRecord> Epochs, int BestEpoch, TrainingState State, IReadOnlyDictionary<string, float[]>? Best);
