using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Fetches a value, reusing the buffers of the one handed in where it can.</summary>
public delegate void ValueGetter<TValue>(ref TValue value);

/// <summary>Rows of typed columns that are computed when asked for.</summary>
public interface IDataView
{
    /// <summary>Whether a cursor honours a random generator.</summary>
    bool CanShuffle { get; }

    DataViewSchema Schema { get; }

    /// <summary>The number of rows where it is known at once, otherwise <see langword="null"/>.</summary>
    long? GetRowCount();

    DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null);

    /// <summary>Up to <paramref name="n"/> cursors that together give every row once; one alone is allowed.</summary>
    DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null);
}

/// <summary>One row, through whose getters values are read.</summary>
public abstract class DataViewRow : IDisposable
{
    private bool _disposed;

    protected DataViewRow() { }

    /// <summary>The row's number in its cursor, −1 before the first and after the last.</summary>
    public abstract long Position { get; }

    /// <summary>Orders the rows of several cursors of one set.</summary>
    public abstract long Batch { get; }

    public abstract DataViewSchema Schema { get; }

    public abstract bool IsColumnActive(DataViewSchema.Column column);

    public abstract ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column);

    public abstract ValueGetter<DataViewRowId> GetIdGetter();

    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) { }
}

/// <summary>A row that moves over a data view.</summary>
public abstract class DataViewRowCursor : DataViewRow
{
    protected DataViewRowCursor() { }

    /// <summary>Goes to the next row; false after the last.</summary>
    public abstract bool MoveNext();
}
