using Microsoft.ML;

namespace MLSeqGraph.Transforms;

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
