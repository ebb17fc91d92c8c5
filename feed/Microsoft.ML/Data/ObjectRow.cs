using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>A row whose values are those of an object that is handed in, one after the other.</summary>
internal sealed class ObjectRow<TRow> : DataViewRow where TRow : class
{
    private readonly Delegate[] _getters;
    private TRow _current;
    private long _position = -1;

    public ObjectRow(MemberColumn[] columns)
    {
        Schema = MemberColumn.SchemaOf(columns);
        _getters = Array.ConvertAll(columns, column => MemberGetters.Of(column, Current));
    }

    public override DataViewSchema Schema { get; }

    public override long Position => _position;

    public override long Batch => 0;

    /// <summary>Makes this the row's object, at the next position.</summary>
    public void Show(TRow row)
    {
        Contracts.CheckValue(row, nameof(row));
        _current = row;
        _position++;
    }

    public override bool IsColumnActive(DataViewSchema.Column column) => true;

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column) =>
        RowGetters.Cast<TValue>(_getters[column.Index], column);

    public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_position, 0);

    private TRow Current()
    {
        Contracts.Check(_current != null, "Values can't be fetched before the first row.");
        return _current;
    }
}
