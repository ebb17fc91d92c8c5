using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads sequences ahead of another cursor over the same data and scores them many at a time.</summary>
internal sealed class ReadAhead : IDisposable
{
    private readonly SequenceScorer _scorer;
    private readonly bool[] _wanted;
    private readonly DataViewRowCursor _cursor;
    private readonly SequenceReader _reader;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly SequenceColumns _columns;
    private readonly Queue<Part> _spare = new();
    private Part _current;
    private Part? _scoring;
    private int _filled, _at = -1;
    private bool _isAtEnd;
    private ExceptionDispatchInfo? _error;

    public ReadAhead(SequenceScorer scorer, IDataView input, bool[] wanted, Random? rand)
    {
        _scorer = scorer;
        _wanted = wanted;
        _columns = scorer.Bind(input.Schema);
        _cursor = input.GetRowCursor(_columns.Of(input.Schema), rand);
        try
        {
            _reader = new SequenceReader(_cursor, _columns);
            _id = _cursor.GetIdGetter();
            _current = Rent();
        }
        catch
        {
            _cursor.Dispose();
            throw;
        }
    }

    /// <summary>Holds the results of the current row.</summary>
    public ScoringWindow Window => _current.Window;

    /// <summary>Goes to the results of the next row.</summary>
    /// <param name="isRow">Whether the other cursor has a next row.</param>
    /// <param name="id">That row's id.</param>
    /// <param name="position">That row's position.</param>
    /// <exception cref="InvalidDataException">The sequence of this row is bad.</exception>
    /// <exception cref="InvalidOperationException">This is another row than the other cursor's.</exception>
    public void MoveNext(bool isRow, DataViewRowId id, long position)
    {
        if (++_at == _current.Rows.Count)
        {
            Fill();
            _at = 0;
        }

        bool isRowHere = _at < _current.Rows.Count;
        Window.Current = isRowHere ? _current.Rows[_at].Index : -1;
        // A bad row is an error once the rows before it were handed out.
        if (!isRowHere && isRow)
            _error?.Throw();
        if (isRowHere != isRow || (isRow && !_current.Rows[_at].Id.Equals(id)))
        {
            throw new InvalidOperationException($"The data gave {(isRow ? $"row {position}" : "its end")} in another place when it was "
                + $"read "
                + "a second time, to score it ahead: it has to come in the same order each time. ml.Data.Cache keeps it.");
        }
    }

    public void Dispose()
    {
        try
        {
            _scoring?.Scored.Wait();
        }
        catch (AggregateException)
        {
            // nobody asked for these rows
        }

        _cursor.Dispose();
        foreach (var part in _spare.Append(_current))
            _scorer.ReturnWindow(part.Window);
        if (_scoring is not null)
            _scorer.ReturnWindow(_scoring.Window);
    }

    // Few rows at first, for callers that want no more. From then on one window is handed out while the next is scored and
    // the one after it is read, where the model leaves threads for that.
    private void Fill()
    {
        if (_filled++ == 0 || _scorer.Model.Threads == 1)
        {
            Read(_current, _filled == 1 ? Math.Min(_scorer.Options.BatchRows, _scorer.Options.ReadAheadRows)
                : _scorer.Options.ReadAheadRows);
            Score(_current);
            return;
        }

        var next = _scoring ?? Start(ReadNext());
        _scoring = null;
        var following = ReadNext();
        _spare.Enqueue(_current);
        _current = next;
        _scoring = Start(following);
        next.Scored.GetAwaiter().GetResult();
    }

    private Part ReadNext()
    {
        var part = _spare.TryDequeue(out var spare) ? spare : Rent();
        Read(part, _scorer.Options.ReadAheadRows);
        return part;
    }

    private Part Start(Part part)
    {
        part.Scored = part.Window.Rows.Count == 0 ? Task.CompletedTask : Task.Run(() => Score(part));
        return part;
    }

    private void Score(Part part)
    {
        if (part.Window.Rows.Count > 0)
            part.Window.Run(_wanted);
    }

    private Part Rent() => new(_scorer.RentWindow(_columns));

    private void Read(Part part, int mostRows)
    {
        part.Window.Rows.Clear();
        part.Rows.Clear();
        while (!_isAtEnd && !part.Window.IsFull(mostRows) && part.Rows.Count < mostRows)
            ReadRow(part);
    }

    private void ReadRow(Part part)
    {
        try
        {
            _scorer.Options.CancellationToken.ThrowIfCancellationRequested();
            if (!_cursor.MoveNextOrThrow())
            {
                _isAtEnd = true;
                return;
            }

            int row = _scorer.Read(_reader, part.Window.Rows);
            DataViewRowId id = default;
            _id(ref id);
            part.Rows.Add((id, row));
        }
        catch (InvalidDataException exception)
        {
            _isAtEnd = true;
            _error = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Rows read together, and the scoring of them.</summary>
    private sealed class Part(ScoringWindow window)
    {
        public ScoringWindow Window => window;

        /// <summary>The rows' ids, and their indices in the window; -1 for a row that can't be read.</summary>
        public List<(DataViewRowId Id, int Index)> Rows { get; } = [];

        public Task Scored { get; set; } = Task.CompletedTask;
    }
}
