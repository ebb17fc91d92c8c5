namespace MLSeqGraph.Transforms;

/// <summary>The columns read from a view of nodes.</summary>
/// <param name="Features">A vector of Single of known size.</param>
/// <param name="Id">What edges name a node by; null for its row number.</param>
/// <param name="Label">The label, bound to the view's schema; null for none.</param>
/// <param name="Weight">How much a node counts, Single; null for all the same.</param>
/// <param name="Split">Text: train, validation, test or none; null for no such column.</param>
internal sealed record NodeColumns(
    string Features, string? Id = null, SequenceLabel? Label = null, string? Weight = null, string? Split = null)
{
    /// <summary>Columns beside the features, bound to the view's schema.</summary>
    internal IReadOnlyList<SequenceColumn> Sides { get; init; } = [];

    /// <summary>The option that names <see cref="Id"/>, for errors.</summary>
    internal string IdOption { get; init; } = "NodeIdColumnName";

    /// <summary>Whether NaN stands for a missing feature, rather than being an error.</summary>
    internal bool AllowsMissing { get; init; }
}
