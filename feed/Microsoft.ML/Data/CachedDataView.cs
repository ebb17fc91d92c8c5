namespace Microsoft.ML.Data;

/// <summary>A data view whose columns are read once, when first needed, and kept.</summary>
internal sealed class CachedDataView : IDataView
{
    private readonly IDataView _source;
    private readonly Dictionary<int, ColumnStore> _columns = [];
    private readonly object _filling = new();
    private int? _rowCount;

    /// <param name="source">The rows.</param>
    /// <param name="prefetched">Columns read together with the first ones asked for.</param>
    public CachedDataView(IDataView source, IReadOnlyList<DataViewSchema.Column> prefetched)
    {
        _source = source;
        Prefetched = prefetched;
    }

    public DataViewSchema Schema => _source.Schema;

    public bool CanShuffle => true;

    private IReadOnlyList<DataViewSchema.Column> Prefetched { get; }

    public long? GetRowCount() => _rowCount ?? _source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        int rows = Fill(needed);
        int[] order = null;
        if (rand != null)
        {
            order = Enumerable.Range(0, rows).ToArray();
            rand.Shuffle(order);
        }

        return new Cursor(this, needed, rows, order);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Reads the columns that aren't there yet and gives the number of rows.</summary>
    private int Fill(DataViewSchema.Column[] needed)
    {
        lock (_filling)
        {
            DataViewSchema.Column[] missing = needed.Concat(_rowCount == null ? Prefetched : [])
                .DistinctBy(column => column.Index).Where(column => !_columns.ContainsKey(column.Index)).ToArray();
            if (missing.Length == 0 && _rowCount is int known)
                return known;

            using DataViewRowCursor cursor = _source.GetRowCursor(missing);
            ColumnStore[] stores = Array.ConvertAll(missing, column => ColumnStore.Of(cursor, column));
            int rows = 0;
            for (; cursor.MoveNext(); rows++)
            {
                foreach (ColumnStore store in stores)
                    store.Put(rows);
            }

            for (int i = 0; i < missing.Length; i++)
                _columns.Add(missing[i].Index, stores[i]);
            _rowCount = rows;
            return rows;
        }
    }

    private sealed class Cursor(CachedDataView view, DataViewSchema.Column[] needed, int rows, int[] order)
        : RootCursor(view.Schema, needed)
    {
        private int Row => order == null ? (int)Position : order[Position];

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)Row, 0);

        protected override bool MoveNextCore() => Position + 1 < rows;

        protected override Delegate MakeGetter(DataViewSchema.Column column)
        {
            lock (view._filling)
                return view._columns[column.Index].MakeGetter(() => Row);
        }
    }
}
