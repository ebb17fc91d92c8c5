using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Adds columns that a model predicts: to a view, whose rows are read ahead and predicted many at a time; or to single rows, for
/// prediction engines.
/// </summary>
/// <param name="inputSchema">The columns there are.</param>
/// <param name="reads">Those that the model reads.</param>
/// <param name="added">The new ones.</param>
/// <param name="open">
/// Given a row or cursor with the read columns active, and which new columns are asked for, gives a function that makes windows.
/// </param>
/// <param name="getter">Gives the getter of a column, a delegate of its type, for the current row of a window.</param>
/// <param name="options">How far to read ahead.</param>
internal sealed class WindowMapping(
    DataViewSchema inputSchema, IReadOnlyList<string> reads, DataViewSchema added, Func<DataViewRow, bool[], Func<IRowWindow>> open,
    Func<DataViewSchema.Column, Func<IRowWindow>, Delegate> getter, ReadAheadOptions options)
{
    internal DataViewSchema InputSchema => inputSchema;

    internal ReadAheadOptions Options => options;

    /// <summary>The columns that the model reads.</summary>
    internal IEnumerable<DataViewSchema.Column> Reads => reads.Select(name => inputSchema.Require(name));

    /// <inheritdoc cref="WindowMapping" path="/param[@name='open']"/>
    internal Func<IRowWindow> Open(DataViewRow row, bool[] active) => open(row, active);

    /// <inheritdoc cref="WindowMapping" path="/param[@name='getter']"/>
    internal Delegate Getter(DataViewSchema.Column column, Func<IRowWindow> current) => getter(column, current);

    /// <summary>A view of the input's rows with the new columns.</summary>
    internal IDataView Map(IDataView input) => new ReadAheadView(this, Rows(), input);

    /// <summary>One row at a time.</summary>
    internal RowMapping Rows() => new(inputSchema, reads, added, OpenRow);

    private OpenedRow OpenRow(DataViewRow row, bool[] active)
    {
        var window = open(row, active)();
        var (at, isClosed) = (-1L, false);
        return new(column => getter(column, Current), () =>
        {
            if (!isClosed)
                window.Dispose();
            isClosed = true;
        });

        // All columns of a row are asked for one after another: the model runs for the first of them.
        IRowWindow Current()
        {
            ObjectDisposedException.ThrowIf(isClosed, typeof(DataViewRow));
            if (at >= 0 && at == row.Position)
                return window;
            at = -1;
            window.Clear();
            var added = window.Add(new());
            if (added >= 0)
                window.Run();
            (window.Current, at) = (added, row.Position);
            return window;
        }
    }
}

/// <summary>How far to read ahead.</summary>
/// <param name="FirstRows">Rows of the first window: few, for callers that need no more.</param>
/// <param name="Rows">Rows of a window.</param>
/// <param name="Overlaps">Whether a window is handed out while the next is predicted and the one after it is read.</param>
/// <param name="CancellationToken">Ends reading.</param>
/// <param name="Log">Is told of rows without prediction, once their view was read; null for nobody.</param>
internal sealed record ReadAheadOptions(int FirstRows, int Rows, bool Overlaps = false, CancellationToken CancellationToken = default,
    Action<string>? Log = null);
