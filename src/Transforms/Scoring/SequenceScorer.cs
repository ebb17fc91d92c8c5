using System.Collections.Concurrent;
using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>What all cursors and prediction engines of one transformer share.</summary>
internal sealed class SequenceScorer(SequenceModel model, ModelInput input, SequenceScoringOptions options) : IDisposable
{
    private readonly ConcurrentBag<ScoringWindow> _windows = [];
    private readonly IReadOnlyList<ModelInput> _sides = model.Info.Sides;

    public SequenceModel Model => model;

    /// <summary>The column that is read.</summary>
    public ModelInput Input => input;

    public SequenceScoringOptions Options => options;

    public ScoreColumns Columns { get; } = model.Info.Columns(model.Width);

    /// <summary>The sequence in data of this schema.</summary>
    /// <exception cref="ArgumentException">The column is missing or not what the model reads.</exception>
    public SequenceColumns Bind(DataViewSchema schema)
    {
        var column = ScoringInput.Bind(schema, input);
        if (model.FixedTime is { } time && column.Steps is { } steps && steps != time)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}, {steps} steps, but the model reads sequences of "
                + $"{time} steps.");
        return new(column) { Sides = [.. _sides.Select(side => ScoringInput.Bind(schema, side))] };
    }

    /// <summary>Which columns of <see cref="ScoreColumns"/> are active, by their kind.</summary>
    /// <param name="active">For each added column whether it is active.</param>
    /// <param name="any">Whether one is.</param>
    public bool[] Wanted(ReadOnlySpan<bool> active, out bool any)
    {
        var wanted = new bool[ScoreColumns.Count];
        for (int i = 0; i < active.Length; i++)
            wanted[Columns.Kinds[i]] = active[i];
        any = active.Contains(true);
        return wanted;
    }

    /// <summary>Reads the row that a reader stands on.</summary>
    /// <returns>Its index; -1 where it can't be read and its prediction is to be missing.</returns>
    /// <exception cref="InvalidDataException">The row can't be read, or the model reads sequences of another length only.</exception>
    public int Read(SequenceReader reader, SequenceRows rows)
    {
        if (!reader.TryAddTo(rows, options.BadRows))
            return -1;
        int row = rows.Count - 1;
        if (model.FixedTime is not { } time || rows.Length(row) == time)
            return row;
        var error =
            new InvalidDataException($"Column '{input.Column}', row {rows.Position(row)}: the sequence has {rows.Length(row)} steps, "
            + $"but the model reads sequences of {time} steps.");
        rows.Truncate(row);
        return options.BadRows == BadRows.Skip ? -1 : throw error;
    }

    /// <summary>Buffers to score with, used before or new. To be given back.</summary>
    public ScoringWindow RentWindow(SequenceColumns columns) =>
        _windows.TryTake(out var window) ? window : new ScoringWindow(model, columns, options);

    public void ReturnWindow(ScoringWindow window)
    {
        window.Rows.Clear();
        _windows.Add(window);
    }

    public void Dispose()
    {
        model.Dispose();
        _windows.Clear();
    }
}
