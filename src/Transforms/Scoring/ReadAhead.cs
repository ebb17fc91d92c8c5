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
    private readonly List<DataViewRowId> _ids = [];
    private int _mostRows;
    private bool _isAtEnd;
    private ExceptionDispatchInfo? _error;

    public ReadAhead(SequenceScorer scorer, IDataView input, bool[] wanted, Random? rand)
    {
        _scorer = scorer;
        _wanted = wanted;
        var columns = scorer.Bind(input.Schema);
        // Few rows at first, for callers that want no more.
        _mostRows = Math.Min(scorer.Options.BatchRows, scorer.Options.ReadAheadRows);
        _cursor = input.GetRowCursor(columns.Of(input.Schema), rand);
        try
        {
            _reader = new SequenceReader(_cursor, columns);
            _id = _cursor.GetIdGetter();
            Window = scorer.RentWindow(columns);
            Window.Current = -1;
        }
        catch
        {
            _cursor.Dispose();
            throw;
        }
    }

    /// <summary>Holds the results of the current row.</summary>
    public ScoringWindow Window { get; }

    /// <summary>Goes to the results of the next row.</summary>
    /// <param name="isRow">Whether the other cursor has a next row.</param>
    /// <param name="id">That row's id.</param>
    /// <param name="position">That row's position.</param>
    /// <exception cref="InvalidDataException">The sequence of this row is bad.</exception>
    /// <exception cref="InvalidOperationException">This is another row than the other cursor's.</exception>
    public void MoveNext(bool isRow, DataViewRowId id, long position)
    {
        if (++Window.Current == Window.Rows.Count)
            Fill();
        bool isRowHere = Window.Current < Window.Rows.Count;
        // A bad row is an error once the rows before it were handed out.
        if (!isRowHere && isRow)
            _error?.Throw();
        if (isRowHere != isRow || (isRow && !_ids[Window.Current].Equals(id)))
        {
            throw new InvalidOperationException($"The data gave {(isRow ? $"row {position}" : "its end")} in another place when it was read "
                + "a second time, to score it ahead: it has to come in the same order each time. ml.Data.Cache keeps it.");
        }
    }

    public void Dispose()
    {
        _cursor.Dispose();
        _scorer.ReturnWindow(Window);
    }

    private void Fill()
    {
        Window.Rows.Clear();
        Window.Current = 0;
        _ids.Clear();
        while (!_isAtEnd && !Window.IsFull(_mostRows))
            Read();
        _mostRows = _scorer.Options.ReadAheadRows;
        if (Window.Rows.Count > 0)
            Window.Run(_wanted);
    }

    private void Read()
    {
        try
        {
            _scorer.Options.CancellationToken.ThrowIfCancellationRequested();
            if (!_cursor.MoveNext())
            {
                _isAtEnd = true;
                return;
            }

            int row = _reader.AddTo(Window.Rows);
            _scorer.CheckLength(Window.Rows, row);
            DataViewRowId id = default;
            _id(ref id);
            _ids.Add(id);
        }
        catch (InvalidDataException exception)
        {
            _isAtEnd = true;
            _error = ExceptionDispatchInfo.Capture(exception);
            // The bad row may have been added already.
            Window.Rows.Keep(Enumerable.Range(0, _ids.Count).ToArray());
        }
    }
}
