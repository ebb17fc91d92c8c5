using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Everything that must stay the same for a run to be resumed: what decides its steps or which epoch is best.</summary>
/// <param name="Parameters">The network's parameters.</param>
/// <param name="Options">Options and columns by name (<see cref="OptionTexts"/>).</param>
/// <param name="Network">A hash of the training step.</param>
/// <param name="Rows">A hash of the training rows.</param>
/// <param name="ValidationRows">A hash of the first validation rows; null without validation.</param>
internal sealed record RunIdentity(
    IReadOnlyList<ParameterSizes> Parameters, IReadOnlyDictionary<string, string> Options, string Network, string Rows,
    string? ValidationRows)
{
    internal static RunIdentity Of(TrainingModel model, TrainingOptions options, IReadOnlyDictionary<string, string> columns, string rows,
        string? validationRows) => new(
            [.. model.Parameters.All.Select(parameter => new ParameterSizes(parameter.Name, [.. parameter.Value.Sizes]))],
            OptionTexts.Of(options).Concat(columns).ToDictionary(), model.Fingerprint(), rows, validationRows);

    /// <summary>Describes the differences from a saved run, a sentence for each.</summary>
    internal IEnumerable<string> DifferencesFrom(RunIdentity saved)
    {
        string[] named = [.. ParameterDifferences(saved), .. OptionDifferences(saved)];
        // Other options may put the same rows into other batches.
        if (named.Length > 0)
            return named;
        if (AreOther(Rows, saved.Rows))
            return ["it was trained on other rows (each run, and each fold of a cross-validation, needs a "
                + $"{nameof(TrainingOptions.CheckpointFolder)} of its own)"];
        if (AreOther(ValidationRows, saved.ValidationRows))
            return [$"it was validated on {(saved.ValidationRows is null ? "no rows" : "other rows")}"];
        // a difference that has no name, such as a layer's activation in the user's own function
        return Network != saved.Network ? ["its network computes something else, or features and labels have other means and deviations"]
            : [];
    }

    // Hashes of the first of several ranks begin with its share. Those of other shares can't be compared.
    private static bool AreOther(string? found, string? saved) =>
        (found is null) != (saved is null) || (Share(found) == Share(saved) && found != saved);

    private static string Share(string? hash) => hash?.Split(' ') is [var share, _] ? share : "";

    private IEnumerable<string> ParameterDifferences(RunIdentity saved)
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
    }

    private IEnumerable<string> OptionDifferences(RunIdentity saved)
    {
        foreach (var (name, found) in Options)
            if (saved.Options.TryGetValue(name, out var expected) ? expected != found : !name.Contains('.', StringComparison.Ordinal))
                yield return $"its {name} is {expected ?? "not given"}, not {found}";
    }
}

/// <summary>A parameter of a saved network.</summary>
internal sealed record ParameterSizes(string Name, long[] Sizes)
{
    public override string ToString() => $"[{string.Join(", ", Sizes)}]";
}
