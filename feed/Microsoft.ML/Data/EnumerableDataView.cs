using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>The objects of a sequence as rows. Each cursor enumerates it anew; none shuffles.</summary>
internal sealed class EnumerableDataView<TRow>(IEnumerable<TRow> data, MemberColumn[] columns) : IDataView where TRow : class
{
    public DataViewSchema Schema { get; } = MemberColumn.SchemaOf(columns);

    public bool CanShuffle => false;

    public long? GetRowCount() => (data as ICollection<TRow>)?.Count;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null) =>
        new Cursor(Schema, columnsNeeded, data.GetEnumerator(), columns);

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded)];

    private sealed class Cursor(
        DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed, IEnumerator<TRow> rows, MemberColumn[] columns)
        : RootCursor(schema, needed)
    {
        protected override bool MoveNextCore()
        {
            if (!rows.MoveNext())
                return false;
            Contracts.Check(rows.Current != null, "Encountered null when iterating over data, this is not supported.");
            return true;
        }

        protected override Delegate MakeGetter(DataViewSchema.Column column) => MemberGetters.Of(columns[column.Index], Current);

        private TRow Current()
        {
            Contracts.Check(Position >= 0, "Values can't be fetched before the first row or after the last.");
            return rows.Current;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                rows.Dispose();
        }
    }
}
