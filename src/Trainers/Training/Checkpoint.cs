using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Everything needed to go on with a training run as if it had not been interrupted.</summary>
/// <param name="Run">What makes the run the same one.</param>
/// <param name="Epochs">The epochs done.</param>
/// <param name="BestEpoch">The best of them.</param>
/// <param name="State">Parameters and optimizer states after the last of them.</param>
/// <param name="Best">The best epoch's parameters; null where the last ones are the best, or the best ones aren't asked for.</param>
internal sealed record Checkpoint(
    RunIdentity Run, IReadOnlyList<EpochRecord> Epochs, int BestEpoch, TrainingState State, IReadOnlyDictionary<string, float[]>? Best);

/// <summary>
/// What has to stay the same for a run to be resumed: the network, and all that decides its steps or which of them was
/// best.
/// </summary>
internal sealed record RunIdentity(
    IReadOnlyList<ParameterSizes> Parameters, string Optimizer, int Seed, int BatchSize, string MonitoredMetric, bool RestoreBestWeights,
        string? Sampling = null)
{
    internal static RunIdentity Of(TrainingModel model, TrainingOptions options) => new(
        [.. model.Parameters.All.Select(parameter => new ParameterSizes(parameter.Name, [.. parameter.Value.Sizes]))],
        model.Optimizer.GetType().Name, options.Seed, options.BatchSize,
        (options.MonitoredMetric.HigherIsBetter ? "highest " : "lowest ") + options.MonitoredMetric.Name, options.RestoreBestWeights,
            options.Sampling);

    /// <summary>What another run has else, a sentence each.</summary>
    internal IEnumerable<string> DifferencesFrom(RunIdentity saved)
    {
        foreach (var parameter in Parameters)
        {
            var there = saved.Parameters.FirstOrDefault(other => other.Name == parameter.Name);
            if (there is null)
                yield return $"it has no parameter '{parameter.Name}' {parameter}";
            else if (!there.Sizes.SequenceEqual(parameter.Sizes))
                yield return $"its parameter '{parameter.Name}' has shape {there}, this network's {parameter}";
        }
        foreach (var parameter in saved.Parameters)
            if (!Parameters.Any(other => other.Name == parameter.Name))
                yield return $"it has a parameter '{parameter.Name}' {parameter}, which this network lacks";
        if (Optimizer != saved.Optimizer)
            yield return $"its {nameof(TrainingOptions.Optimizer)} is {saved.Optimizer}, not {Optimizer}";
        if (Seed != saved.Seed)
            yield return $"its {nameof(TrainingOptions.Seed)} is {saved.Seed}, not {Seed}";
        if (BatchSize != saved.BatchSize)
            yield return $"its {nameof(TrainingOptions.BatchSize)} is {saved.BatchSize}, not {BatchSize}";
        if (MonitoredMetric != saved.MonitoredMetric)
            yield return $"its {nameof(TrainingOptions.MonitoredMetric)} is the {saved.MonitoredMetric}, not the {MonitoredMetric}";
        if (Sampling != saved.Sampling)
            yield return $"it samples {saved.Sampling ?? "nothing"}, not {Sampling ?? "nothing"}";
        if (RestoreBestWeights != saved.RestoreBestWeights)
            yield return $"its {nameof(TrainingOptions.RestoreBestWeights)} is {saved.RestoreBestWeights}, not {RestoreBestWeights}";
    }
}

/// <summary>A parameter of a saved network.</summary>
internal sealed record ParameterSizes(string Name, long[] Sizes)
{
    public override string ToString() => $"[{string.Join(", ", Sizes)}]";
}
