using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Token sequences of a data view in memory, four bytes per token: one column, or a source beside it; and further inputs.
/// </summary>
internal sealed class TokenTable
{
    private readonly SequenceRows _rows;
    private readonly int _sources;

    private TokenTable(SequenceRows rows, int sources) => (_rows, _sources) = (rows, sources);

    internal int Count => _rows.Count;

    /// <summary>The rows that were left out because they can't be read.</summary>
    internal SkippedRows Skipped { get; } = new();

    /// <summary>The sources, a row for each; null where there are none.</summary>
    internal SequenceRows? Sources => _sources > 0 ? _rows.Sides[0] : null;

    /// <summary>The further inputs.</summary>
    internal IReadOnlyList<SequenceRows> Sides => _rows.Sides[_sources..];

    internal ReadOnlySpan<int> Tokens(int row) => _rows.Tokens(row);

    internal bool HasWeights => _rows.Labels.IsWeighted;

    internal float Weight(int row) => _rows.Labels.Weight(row);

    internal int Length(int row) => _rows.Length(row);

    internal int SourceLength(int row) => Sources?.Length(row) ?? 0;

    /// <summary>Reads all rows.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="name">The data's name in errors.</param>
    /// <param name="tokens">The column to write.</param>
    /// <param name="source">The column to read beside it; null for none.</param>
    /// <param name="sides">Further columns.</param>
    /// <param name="options">The column of weights, what happens to rows that can't be read, and what stops the reading.</param>
    /// <exception cref="ArgumentException">A column is missing or differs from the training data.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a sequence is empty or too long: the message names column and
    /// row.</exception>
    internal static TokenTable Read(
        IDataView data, string name, SequenceColumn tokens, SequenceColumn? source, IReadOnlyList<SequenceColumn> sides,
        GenerativeTrainerOptions options)
    {
        SequenceColumn[] sources = source is null ? [] : [source];
        var columns = new SequenceColumns(tokens, WeightColumnName: options.ExampleWeightColumnName)
        {
            Sides = [.. sources, .. sides],
        }.BindTo(data.Schema);
        var table = new TokenTable(new(columns), sources.Length);
        using var cursor = data.GetRowCursor(columns.Of(data.Schema));
        var reader = new SequenceReader(cursor, columns);
        while (cursor.MoveNextOrThrow())
        {
            options.CancellationToken.ThrowIfCancellationRequested();
            reader.TryAddTo(table._rows, options.BadRows, table.Skipped);
        }
        return table.Count > 0 ? table : throw new InvalidDataException($"The {name} data has no rows"
            + (table.Skipped.First is { } first ? $" but {table.Skipped.Count} that can't be read. The first: {first}" : "."));
    }
}
