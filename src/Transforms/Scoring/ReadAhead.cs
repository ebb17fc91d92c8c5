using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads rows ahead of another cursor over the same data and predicts them many at a time.</summary>
internal sealed class ReadAhead : IDisposable
{
    private readonly ReadAheadOptions _options;
    private readonly DataViewRowCursor _cursor;
    private readonly ValueGetter<DataViewRowId> _id;
    private readonly Func<IRowWindow> _newWindow;
    private readonly Queue<Part> _spare = new();
    private readonly SkippedRows _skipped = new();
    private Part _current;
    private Part? _scoring;
    private int _filled, _at = -1;
    private bool _isAtEnd;
    private ExceptionDispatchInfo? _error;

    public ReadAhead(WindowMapping mapping, IDataView input, bool[] wanted, Random? rand)
    {
        _options = mapping.Options;
        _cursor = input.GetRowCursor(mapping.Reads, rand);
        try
        {
            _newWindow = mapping.Open(_cursor, wanted);
            _id = _cursor.GetIdGetter();
            _current = new(_newWindow());
        }
        catch
        {
            _cursor.Dispose();
            throw;
        }
    }

    /// <summary>Holds the results of the current row.</summary>
    public IRowWindow Window => _current.Window;

    /// <summary>Goes to the results of the next row.</summary>
    /// <param name="isRow">Whether the other cursor has a next row.</param>
    /// <param name="id">That row's id.</param>
    /// <param name="position">That row's position.</param>
    /// <exception cref="InvalidDataException">This row is bad.</exception>
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
        // A bad row becomes an error only after the rows before it were handed out.
        if (!isRowHere && isRow)
            _error?.Throw();
        if (isRowHere != isRow || (isRow && !_current.Rows[_at].Id.Equals(id)))
        {
            throw new InvalidOperationException($"The data gave {(isRow ? $"row {position}" : "its end")} in another place when it was "
                + "read a second time, to score it ahead: it has to come in the same order each time. ml.Data.Cache keeps it.");
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

        if (_skipped.Count > 0)
            _options.Log?.Invoke(_skipped.ToString());
        _cursor.Dispose();
        foreach (var part in _spare.Append(_current))
            part.Window.Dispose();
        _scoring?.Window.Dispose();
    }

    // Few rows at first, for callers that need no more. After that one window is handed out while the next is scored and
    // the one after it is read, if the model leaves threads for that.
    private void Fill()
    {
        if (_filled++ == 0 || !_options.Overlaps)
        {
            Read(_current, _filled == 1 ? _options.FirstRows : _options.Rows);
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
        var part = _spare.TryDequeue(out var spare) ? spare : new(_newWindow());
        Read(part, _options.Rows);
        return part;
    }

    private static Part Start(Part part)
    {
        part.Scored = part.Readable == 0 ? Task.CompletedTask : Task.Run(() => Score(part));
        return part;
    }

    private static void Score(Part part)
    {
        if (part.Readable > 0)
            part.Window.Run();
    }

    private void Read(Part part, int mostRows)
    {
        part.Clear();
        while (!_isAtEnd && !part.Window.IsFull && part.Rows.Count < mostRows)
            ReadRow(part);
    }

    private void ReadRow(Part part)
    {
        try
        {
            _options.CancellationToken.ThrowIfCancellationRequested();
            if (!_cursor.MoveNextOrThrow())
            {
                _isAtEnd = true;
                return;
            }

            int row = part.Window.Add(_skipped);
            DataViewRowId id = default;
            _id(ref id);
            part.Add(id, row);
        }
        catch (InvalidDataException exception)
        {
            _isAtEnd = true;
            _error = ExceptionDispatchInfo.Capture(exception);
        }
    }

    /// <summary>Rows read together, and the scoring of them.</summary>
    private sealed class Part(IRowWindow window)
    {
        public IRowWindow Window => window;

        /// <summary>The rows' ids, and their indices in the window; -1 for a row that can't be read.</summary>
        public List<(DataViewRowId Id, int Index)> Rows { get; } = [];

        /// <summary>How many of them can be read.</summary>
        public int Readable { get; private set; }

        public Task Scored { get; set; } = Task.CompletedTask;

        public void Add(DataViewRowId id, int index)
        {
            Rows.Add((id, index));
            Readable += index < 0 ? 0 : 1;
        }

        public void Clear()
        {
            window.Clear();
            Rows.Clear();
            Readable = 0;
        }
    }
}
