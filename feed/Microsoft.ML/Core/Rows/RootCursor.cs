namespace Microsoft.ML.Data;

/// <summary>A cursor over rows that come from nowhere else: a list, a file.</summary>
internal abstract class RootCursor : DataViewRowCursor
{
    private readonly bool[] _active;
    private readonly Delegate[] _getters;
    private long _position = -1;
    private bool _ended;

    protected RootCursor(DataViewSchema schema, IEnumerable<DataViewSchema.Column> columnsNeeded)
    {
        Schema = schema;
        _active = schema.Flags(columnsNeeded);
        _getters = new Delegate[schema.Count];
    }

    public sealed override DataViewSchema Schema { get; }

    public sealed override long Position => _position;

    public override long Batch => 0;

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public sealed override bool MoveNext()
    {
        if (_ended)
            return false;
        if (MoveNextCore())
        {
            _position++;
            return true;
        }

        _ended = true;
        _position = -1;
        return false;
    }

    public sealed override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw RowGetters.NotActive(column);
        return RowGetters.Cast<TValue>(_getters[column.Index] ??= MakeGetter(column), column);
    }

    public override ValueGetter<DataViewRowId> GetIdGetter() =>
        (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    protected abstract bool MoveNextCore();

    /// <summary>A <see cref="ValueGetter{TValue}"/> of the column's raw type.</summary>
    protected abstract Delegate MakeGetter(DataViewSchema.Column column);
}
