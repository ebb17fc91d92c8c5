namespace Microsoft.ML.Data;

/// <summary>
/// The rows in an order that is random within a pool: each row handed out is drawn from it, and the next of the source takes its place.
/// </summary>
/// <param name="source">The rows.</param>
/// <param name="seed">Gives the order where a cursor is asked for without a generator: the same each time.</param>
/// <param name="poolSize">The rows held at a time.</param>
/// <param name="shuffleSource">Whether the source is asked to shuffle too.</param>
internal sealed class ShuffledDataView(IDataView source, int seed, int poolSize, bool shuffleSource) : IDataView
{
    public DataViewSchema Schema => source.Schema;

    public bool CanShuffle => true;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        rand ??= new Random(seed);
        Random sourceRand = shuffleSource ? new Random(rand.Next()) : null;
        return new Cursor(source.GetRowCursor(needed, sourceRand), needed, poolSize, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    private sealed class Cursor : RootCursor
    {
        private readonly DataViewRowCursor _source;
        private readonly Random _rand;
        private readonly int _poolSize;
        private readonly Dictionary<int, ColumnStore> _columns;
        private readonly List<DataViewRowId> _ids = [];
        private readonly ValueGetter<DataViewRowId> _idGetter;

        // The slots of rows not handed out yet; the one handed out last is refilled on the next move.
        private readonly List<int> _waiting = [];
        private int _current = -1;

        public Cursor(DataViewRowCursor source, DataViewSchema.Column[] needed, int poolSize, Random rand) : base(source.Schema, needed)
        {
            _source = source;
            _rand = rand;
            _poolSize = poolSize;
            _idGetter = source.GetIdGetter();
            _columns = needed.DistinctBy(column => column.Index)
                .ToDictionary(column => column.Index, column => ColumnStore.Of(source, column));
        }

        protected override bool MoveNextCore()
        {
            if (_current < 0)
            {
                while (_ids.Count < _poolSize && TryFill(_ids.Count)) { }
            }
            else
            {
                TryFill(_current);
            }

            if (_waiting.Count == 0)
                return false;
            int drawn = _rand.Next(_waiting.Count);
            _current = _waiting[drawn];
            _waiting[drawn] = _waiting[^1];
            _waiting.RemoveAt(_waiting.Count - 1);
            return true;
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = _ids[_current];

        protected override Delegate MakeGetter(DataViewSchema.Column column) => _columns[column.Index].MakeGetter(() => _current);

        private bool TryFill(int slot)
        {
            if (!_source.MoveNext())
                return false;
            foreach (ColumnStore column in _columns.Values)
                column.Put(slot);
            DataViewRowId id = default;
            _idGetter(ref id);
            if (slot == _ids.Count)
                _ids.Add(id);
            else
                _ids[slot] = id;
            _waiting.Add(slot);
            return true;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _source.Dispose();
        }
    }
}
