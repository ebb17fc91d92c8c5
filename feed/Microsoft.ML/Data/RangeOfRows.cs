namespace Microsoft.ML.Data;

/// <summary>The rows of a data view from one on, up to a number of them.</summary>
internal sealed class RangeOfRows(IDataView source, long skipped, long taken) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => false;

    public long? GetRowCount() => source.GetRowCount() is long count ? Math.Min(Math.Max(count - skipped, 0), taken) : null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        return new Cursor(source.GetRowCursor(needed), needed, skipped, taken);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(DataViewRowCursor input, IEnumerable<DataViewSchema.Column> needed, long skipped, long taken)
        : RootCursor(input.Schema, needed)
    {
        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter() => input.GetIdGetter();

        protected override bool MoveNextCore()
        {
            for (; skipped > 0; skipped--)
            {
                if (!input.MoveNext())
                    return false;
            }

            return Position + 1 < taken && input.MoveNext();
        }

        protected override Delegate MakeGetter(DataViewSchema.Column column) => input.GetGetter(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
        }
    }
}
