namespace Microsoft.ML.Data;

/// <summary>The rows of a data view that a predicate accepts.</summary>
/// <param name="source">The rows.</param>
/// <param name="inputs">The columns that the predicate reads.</param>
/// <param name="makePredicate">Given the row of a cursor, tells whether it is accepted where the cursor stands.</param>
/// <param name="inOrder">The predicate depends on the order of the rows, so they are never shuffled nor spread over cursors.</param>
internal sealed class FilteredDataView(
    IDataView source, IReadOnlyList<DataViewSchema.Column> inputs, Func<DataViewRow, Func<bool>> makePredicate, bool inOrder = false)
    : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => !inOrder && source.CanShuffle;

    public long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        return Wrap(source.GetRowCursor(WithInputs(needed), inOrder ? null : rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        DataViewRowCursor[] inputs = source.GetRowCursorSet(WithInputs(needed), inOrder ? 1 : n, inOrder ? null : rand);
        return Array.ConvertAll(inputs, input => Wrap(input, needed));
    }

    private IEnumerable<DataViewSchema.Column> WithInputs(DataViewSchema.Column[] needed) =>
        needed.Concat(inputs).DistinctBy(column => column.Index);

    private FilterCursor Wrap(DataViewRowCursor input, DataViewSchema.Column[] needed) => new(input, needed, makePredicate(input));
}

/// <summary>A cursor that skips the rows a predicate rejects.</summary>
internal sealed class FilterCursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> columnsNeeded, Func<bool> accepts)
    : DataViewRowCursor
{
    private readonly bool[] _active = input.Schema.Flags(columnsNeeded);
    private long _position = -1;

    public override DataViewSchema Schema => input.Schema;

    public override long Position => _position;

    public override long Batch => input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        IsColumnActive(column) ? input.GetGetter<TValue>(column) : throw RowGetters.NotActive(column);

    public override bool MoveNext()
    {
        while (input.MoveNext())
        {
            if (!accepts())
                continue;
            _position++;
            return true;
        }

        _position = -1;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            input.Dispose();
    }
}
