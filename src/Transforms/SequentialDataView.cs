using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>A data view whose rows come one after another from a single cursor, even if several are asked for.</summary>
/// <param name="schema">The columns.</param>
internal abstract class SequentialDataView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public virtual bool CanShuffle => false;

    public virtual long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
        {
            if (column.Index >= Schema.Count || Schema[column.Index].Name != column.Name)
                throw new ArgumentException($"Column '{column.Name}' is not of this data view.", nameof(columnsNeeded));
            active[column.Index] = true;
        }

        return CreateCursor(active, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Starts before the first row.</summary>
    /// <param name="active">For every column whether it will be read.</param>
    /// <param name="rand">Source of a shuffled order, where <see cref="CanShuffle"/>; null for the data's order.</param>
    protected abstract DataViewRowCursor CreateCursor(bool[] active, Random? rand);
}

/// <summary>The cursor of a <see cref="SequentialDataView"/>: keeps the position and hands out each column's getter, checked.</summary>
/// <param name="schema">The view's schema.</param>
/// <param name="active">For every column whether it can be read.</param>
internal abstract class SequentialCursor(DataViewSchema schema, bool[] active) : DataViewRowCursor
{
    private readonly Delegate?[] _getters = new Delegate?[schema.Count];
    private long _position = -1;
    private bool _ended;

    public sealed override DataViewSchema Schema => schema;

    public sealed override long Position => _position;

    public override long Batch => 0;

    public sealed override bool IsColumnActive(DataViewSchema.Column column) => column.Index < active.Length && active[column.Index];

    public sealed override bool MoveNext()
    {
        if (_ended)
            return false;
        if (MoveToNextRow())
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
            throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not among those this cursor was asked for.");
        if (column.Type.RawType != typeof(TValue))
        {
            throw new InvalidOperationException(
                $"Column '{column.Name}' is {column.Type}: its values are {column.Type.RawType}, not {typeof(TValue)}.");
        }

        return (ValueGetter<TValue>)(_getters[column.Index] ??= CreateGetter<TValue>(schema[column.Index]));
    }

    protected abstract bool MoveToNextRow();

    /// <summary>The getter of an active column; <typeparamref name="TValue"/> is its raw type.</summary>
    protected abstract ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column);
}
