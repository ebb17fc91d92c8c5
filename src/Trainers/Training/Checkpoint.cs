using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Everything needed to continue a training run as if it had not been interrupted.</summary>
/// <param name="Run">Identifies the run.</param>
/// <param name="Epochs">The finished epochs.</param>
/// <param name="BestEpoch">The best of them.</param>
/// <param name="State">Parameters and optimizer states after the last of them.</param>
/// <param name="Best">The best epoch's parameters; null where the last ones are the best, or the best ones aren't to be restored.</param>
/// <param name="RanOn">Where its steps ran, with the number of threads; null where the file doesn't say.</param>
internal sealed record Checkpoint(
    RunIdentity Run, IReadOnlyList<EpochRecord> Epochs, int BestEpoch, TrainingState State, IReadOnlyDictionary<string, float[]>? Best,
    string? RanOn = null)
{
    /// <summary>Puts a session where this one was, and sets the parameters to those of the best epoch.</summary>
    /// <exception cref="InvalidDataException">It has none of a parameter, or weights that aren't finite.</exception>
    /// <exception cref="ArgumentException">Its state is of another network or optimizer.</exception>
    internal void LoadInto(TrainingSession session, ParameterSet parameters)
    {
        session.LoadState(State);
        session.SaveParameters();
        foreach (var (name, elements) in Best ?? new Dictionary<string, float[]>())
            if (parameters.All.FirstOrDefault(parameter => parameter.Name == name) is { } known && known.Value.Count == elements.Length)
                elements.CopyTo(known.Value.As<float>(), 0);
            else
                throw new InvalidDataException($"its best weights have {elements.Length} of '{name}'");
        if (parameters.All.FirstOrDefault(parameter => !Array.TrueForAll(parameter.Value.As<float>(), float.IsFinite)) is { } broken)
            throw new InvalidDataException($"its weights '{broken.Name}' aren't all finite numbers");
    }

    /// <summary>Where steps run, with the number of threads.</summary>
    internal static string PlaceOf(ExecutionTarget target) => target.Kind != TargetKind.Cpu ? target.ToString()
        : (target.Threads == 0 ? Environment.ProcessorCount : target.Threads) is var threads && threads == 1 ? "one thread"
        : $"{threads} threads";

    /// <summary>A warning where a run goes on in another place; else null.</summary>
    internal string? OtherPlace(ExecutionTarget target) => RanOn is null || RanOn == PlaceOf(target) ? null
        : $"The checkpoint was made on {RanOn}, this run goes on with {PlaceOf(target)}: sums may be rounded otherwise, so that the "
            + "weights needn't be those of an uninterrupted run to the last bit.";
}
