using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>The columns that are read from each row.</summary>
/// <param name="Sequence">The sequence.</param>
/// <param name="Label">The label; null, as for scoring, reads none.</param>
/// <param name="WeightColumnName">A column of Single, finite and not negative: how much a row counts; null where all count 1.</param>
public sealed record SequenceColumns(SequenceColumn Sequence, SequenceLabel? Label = null, string? WeightColumnName = null)
{
    /// <summary>Further columns that the network reads.</summary>
    internal IReadOnlyList<SequenceColumn> Sides { get; init; } = [];

    /// <summary>These columns in other data.</summary>
    /// <exception cref="ArgumentException">A column there is missing or doesn't fit.</exception>
    internal SequenceColumns BindTo(DataViewSchema schema)
    {
        if (WeightColumnName is not null)
            RowWeight.Find(schema, WeightColumnName, "ExampleWeightColumnName");
        return new(Sequence.BindTo(schema), Label?.BindTo(schema),
            WeightColumnName) { Sides = [.. Sides.Select(side => side.BindTo(schema))] };
    }

    /// <summary>These columns of a schema, to open a cursor with.</summary>
    internal IEnumerable<DataViewSchema.Column> Of(DataViewSchema schema) =>
        new[] { Sequence.Name, Label?.Name, WeightColumnName }.Concat(Sides.Select(side => side.Name)).OfType<string>().Distinct()
            .Select(name => schema.Require(name));
}
