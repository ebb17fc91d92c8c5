using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Adds columns that are computed from each row by itself: to a view, and to the single rows of a prediction engine.</summary>
/// <param name="inputSchema">The columns there are.</param>
/// <param name="reads">Those that the new ones are computed from.</param>
/// <param name="added">The new ones; one with the name of an existing column hides it.</param>
/// <param name="open">Given a row with the read columns active, and which new columns are asked for, gives their getters.</param>
internal sealed class RowMapping(DataViewSchema inputSchema, IReadOnlyList<string> reads, DataViewSchema added,
    Func<DataViewRow, bool[], OpenedRow> open) : IRowToRowMapper
{
    /// <param name="inputSchema">The columns there are.</param>
    /// <param name="reads">Those that the new ones are computed from.</param>
    /// <param name="added">The new ones; one of an earlier name hides it.</param>
    /// <param name="open">Given a row with the read columns active, gives the getter of each new column.</param>
    internal RowMapping(DataViewSchema inputSchema, IReadOnlyList<string> reads, DataViewSchema added,
        Func<DataViewRow, Func<DataViewSchema.Column, Delegate>> open)
        : this(inputSchema, reads, added, (row, _) => new OpenedRow(open(row)))
    {
    }

    /// <param name="inputSchema">The columns there are.</param>
    /// <param name="reads">Those that the new one is computed from.</param>
    /// <param name="name">The new one.</param>
    /// <param name="type">Its type.</param>
    /// <param name="open">Given a row with the read columns active, gives its getter.</param>
    internal RowMapping(DataViewSchema inputSchema, IReadOnlyList<string> reads, string name, DataViewType type,
        Func<DataViewRow, Delegate> open)
        : this(inputSchema, reads, Added(name, type), row => _ => open(row))
    {
    }

    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = AddTo(inputSchema, added);

    /// <summary>The schema with the new columns after the existing ones.</summary>
    internal static DataViewSchema AddTo(DataViewSchema schema, DataViewSchema added)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        builder.AddColumns(added);
        return builder.ToSchema();
    }

    /// <summary>A schema of one column.</summary>
    internal static DataViewSchema Added(string name, DataViewType type)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumn(name, type);
        return builder.ToSchema();
    }

    /// <summary>A view of the input's rows with the new columns.</summary>
    /// <param name="input">The view.</param>
    /// <param name="byPosition">Whether new columns are found by the rows' numbers, so that they can't be shuffled.</param>
    internal IDataView Map(IDataView input, bool byPosition = false) => new View(this, input, byPosition);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new SortedSet<int>();
        foreach (var column in dependingColumns)
            if (column.Index < inputSchema.Count)
                needed.Add(column.Index);
            else
                needed.UnionWith(reads.Select(name => inputSchema.Require(name).Index));
        return needed.Select(index => inputSchema[index]).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != inputSchema)
            throw new ArgumentException("The row has another schema than the one this mapper was made for.", nameof(input));
        var active = new bool[OutputSchema.Count];
        foreach (var column in activeColumns)
            active[column.Index] = true;
        return new Row(this, input, active);
    }

    private OpenedRow? Open(DataViewRow row, bool[] active) =>
        active.AsSpan(inputSchema.Count).Contains(true) ? open(row, active[inputSchema.Count..]) : null;

    private sealed class View(RowMapping mapping, IDataView input, bool byPosition) : SequentialDataView(mapping.OutputSchema)
    {
        public override bool CanShuffle => !byPosition && input.CanShuffle;

        public override long? GetRowCount() => input.GetRowCount();

        protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) =>
            new Cursor(mapping, active, input.GetRowCursor(mapping.GetDependencies(Schema.Where(column => active[column.Index])), rand));
    }

    private sealed class Cursor : SequentialCursor
    {
        private readonly RowMapping _mapping;
        private readonly DataViewRowCursor _inner;
        private readonly OpenedRow? _opened;

        internal Cursor(RowMapping mapping, bool[] active, DataViewRowCursor inner) : base(mapping.OutputSchema, active)
        {
            (_mapping, _inner) = (mapping, inner);
            _opened = mapping.Open(inner, active);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _inner.GetIdGetter();

        protected override bool MoveToNextRow() => _inner.MoveNextOrThrow();

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) =>
            column.Index < _mapping.InputSchema.Count ? _inner.GetGetter<TValue>(_mapping.InputSchema[column.Index])
                : (ValueGetter<TValue>)_opened!.Getter(column);

        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            _opened?.Close?.Invoke();
            _inner.Dispose();
        }
    }

    private sealed class Row : DataViewRow
    {
        private readonly RowMapping _mapping;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly OpenedRow? _opened;

        internal Row(RowMapping mapping, DataViewRow input, bool[] active)
        {
            (_mapping, _input, _active) = (mapping, input, active);
            _opened = mapping.Open(input, active);
        }

        public override DataViewSchema Schema => _mapping.OutputSchema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not among those this row was asked for.");
            if (column.Type.RawType != typeof(TValue))
                throw new InvalidOperationException($"Column '{column.Name}' is {column.Type}: its values are {column.Type.RawType}, not "
                    + $"{typeof(TValue)}.");
            return column.Index < _mapping.InputSchema.Count ? _input.GetGetter<TValue>(_mapping.InputSchema[column.Index])
                : (ValueGetter<TValue>)_opened!.Getter(column);
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            _opened?.Close?.Invoke();
            _input.Dispose();
        }
    }
}

/// <summary>The new columns of a row or cursor.</summary>
/// <param name="Getter">Gives the getter of a column, a delegate of the column's type.</param>
/// <param name="Close">Releases what the getters hold; null where they hold nothing.</param>
internal sealed record OpenedRow(Func<DataViewSchema.Column, Delegate> Getter, Action? Close = null);
