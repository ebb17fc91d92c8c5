using System.Collections.Concurrent;
using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>The part that all cursors and prediction engines of one transformer share.</summary>
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

    /// <summary>Adds the columns to data of this schema.</summary>
    /// <exception cref="ArgumentException">The column is missing or not what the model reads.</exception>
    public WindowMapping Map(DataViewSchema schema)
    {
        var columns = Bind(schema);
        return new(schema, [.. columns.Of(schema).Select(column => column.Name)], Columns.Added, (row, active) =>
        {
            var reader = new SequenceReader(row, columns);
            var wanted = new bool[ScoreColumns.Count];
            for (int i = 0; i < active.Length; i++)
                wanted[Columns.Kinds[i]] = active[i];
            return () => new Window(
                this, reader, _windows.TryTake(out var kept) ? kept : new ScoringWindow(model, columns, options), wanted);
        }, (column, current) => Columns.Getter(column.Index - schema.Count, () => ((Window)current()).Rows),
            new(Math.Min(options.BatchRows, options.ReadAheadRows), options.ReadAheadRows, model.Threads > 1, options.CancellationToken,
                options.Log));
    }

    // The index of the row; -1 where it can't be read and its prediction is to be missing.
    private int Read(SequenceReader reader, SequenceRows rows, SkippedRows skipped)
    {
        if (!reader.TryAddTo(rows, options.BadRows, skipped))
            return -1;
        int row = rows.Count - 1;
        if (model.FixedTime is not { } time || rows.Length(row) == time)
            return row;
        var error =
            new InvalidDataException($"Column '{input.Column}', row {rows.Position(row)}: the sequence has {rows.Length(row)} steps, "
            + $"but the model reads sequences of {time} steps.");
        rows.Truncate(row);
        if (options.BadRows == BadRows.Error)
            throw error;
        skipped.Add(error);
        return -1;
    }

    /// <summary>Buffers to score with, reused or new, which are returned at the end.</summary>
    private sealed class Window(SequenceScorer scorer, SequenceReader reader, ScoringWindow rows, bool[] wanted) : IRowWindow
    {
        // Attention takes memory by the square of the length: 64 MB, or one row.
        private const long MostPairs = 1 << 24;

        private long _pairs;

        internal ScoringWindow Rows => rows;

        public bool IsFull => rows.IsFull || (wanted[ScoreColumns.Attention] && _pairs >= MostPairs);

        public int Current
        {
            set => rows.Current = value;
        }

        public void Clear()
        {
            rows.Rows.Clear();
            _pairs = 0;
        }

        public int Add(SkippedRows skipped)
        {
            int row = scorer.Read(reader, rows.Rows, skipped);
            long length = row < 0 ? 0 : rows.Rows.Length(row);
            _pairs += length * length;
            return row;
        }

        public void Run() => rows.Run(wanted);

        public void Dispose()
        {
            rows.Rows.Clear();
            scorer._windows.Add(rows);
        }
    }

    public void Dispose()
    {
        model.Dispose();
        _windows.Clear();
    }
}
