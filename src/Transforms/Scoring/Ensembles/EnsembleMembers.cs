namespace MLSeqGraph.Transforms;

/// <summary>Whether models can be averaged, and what differs otherwise.</summary>
internal static class EnsembleMembers
{
    /// <exception cref="ArgumentException">There is no model, or one differs from the first.</exception>
    /// <exception cref="NotSupportedException">Their scores have no mean.</exception>
    internal static void MustAgree(IReadOnlyList<ModelInfo> members)
    {
        if (members.Count == 0)
            throw new ArgumentException("There are no models to average; expected at least one.", nameof(members));
        var first = members[0];
        if (first.Task is not (ModelTask.Classification or ModelTask.Binary or ModelTask.Tagging or ModelTask.Regression
            or ModelTask.StepRegression) || first.Forecast is not null)
            throw new NotSupportedException($"Models for {(first.Forecast is null ? first.Task.ToString() : "forecasts")} aren't averaged; "
                + "expected models that predict classes, true or false, or numbers.");
        for (var i = 1; i < members.Count; i++)
            if (Difference(first, members[i]) is { } difference)
                throw new ArgumentException(FormattableString.Invariant($"Member {i + 1} {difference} as member 1 has; expected models of ")
                    + "the same columns and labels.", nameof(members));
    }

    private static string? Difference(ModelInfo first, ModelInfo other)
    {
        if (other.Task != first.Task || other.Forecast is not null)
            return $"is a model for {(other.Forecast is null ? other.Task.ToString() : "forecasts")}, not for {first.Task}";
        if (other.Inputs.Count != first.Inputs.Count)
            return $"reads {Columns(other)}, not {Columns(first)}";
        for (var i = 0; i < first.Inputs.Count; i++)
            if (Difference(first.Inputs[i], other.Inputs[i]) is { } difference)
                return difference;
        return Difference(first.Labels, other.Labels)
            ?? (first.Outputs != other.Outputs ? $"gives {other.Outputs} scores, not {first.Outputs}" : null);
    }

    private static string? Difference(ModelInput first, ModelInput other)
    {
        ModelInput Same(ModelInput input) => input with { Scaling = null, MaximumLength = null };
        if (Same(first) == Same(other))
            return null;
        return first.Column != other.Column ? $"reads column '{other.Column}', not '{first.Column}'"
            : first.Vocabulary != other.Vocabulary
                ? FormattableString.Invariant($"knows {other.Vocabulary - 1} tokens of column '{other.Column}', not {first.Vocabulary - 1}")
            : first.FeatureCount != other.FeatureCount
                ? FormattableString.Invariant($"reads {other.FeatureCount} features of column '{other.Column}', not {first.FeatureCount}")
            : $"reads column '{other.Column}' as {Same(other)}, not as {Same(first)}";
    }

    private static string? Difference(ModelLabels? first, ModelLabels? other)
    {
        if ((first?.Count ?? 0) != (other?.Count ?? 0))
            return FormattableString.Invariant($"knows {other?.Count ?? 0} labels, not {first?.Count ?? 0}");
        if (first?.Values is null != other?.Values is null || first?.Type != other?.Type)
            return $"has labels of type {other?.Type ?? "key"}, not {first?.Type ?? "key"}";
        var same = (first?.Values ?? []).Zip(other?.Values ?? []).TakeWhile(pair => pair.First == pair.Second).Count();
        return same == (first?.Values?.Count ?? 0) ? null
            : FormattableString.Invariant($"has '{other!.Values![same]}' for label {same + 1}, not '{first!.Values![same]}'");
    }

    private static string Columns(ModelInfo info) => string.Join(", ", info.Inputs.Select(input => $"'{input.Column}'"));
}
