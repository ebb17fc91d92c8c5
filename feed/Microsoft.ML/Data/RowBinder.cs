using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Fills the members of objects of a class from the columns of rows.</summary>
internal sealed class RowBinder<TRow> where TRow : class
{
    private readonly (MemberColumn Member, DataViewSchema.Column Column)[] _bound;

    /// <exception cref="ArgumentOutOfRangeException">A column is not there and may not be missing.</exception>
    /// <exception cref="InvalidOperationException">A column and its member differ in type.</exception>
    public RowBinder(DataViewSchema schema, bool ignoreMissingColumns, SchemaDefinition definition)
    {
        var bound = new List<(MemberColumn, DataViewSchema.Column)>();
        foreach (MemberColumn member in MemberColumn.Of(typeof(TRow), definition, SchemaDefinition.Direction.Write))
        {
            if (schema.GetColumnOrNull(member.Name) is not DataViewSchema.Column column)
            {
                if (ignoreMissingColumns)
                    continue;
                throw Contracts.ExceptSchemaMismatch("Schema", "", member.Name);
            }

            Contracts.Check(member.Holds(column.Type), $"Can't bind the IDataView column '{column.Name}' of type '{column.Type}' " +
                $"to field or property '{member.MemberName}' of type '{member.MemberType.FullName}'.");
            bound.Add((member, column));
        }

        _bound = [.. bound];
    }

    public IEnumerable<DataViewSchema.Column> Columns => _bound.Select(pair => pair.Column);

    /// <summary>An action that fills an object from where the row stands.</summary>
    public Action<TRow> Bind(DataViewRow row)
    {
        Action<TRow>[] setters = Array.ConvertAll(_bound, pair => (Action<TRow>)Generic.Call(
            typeof(RowBinder<TRow>), nameof(Setter), pair.Member.MemberType, pair.Member, row, pair.Column));
        return target =>
        {
            foreach (Action<TRow> set in setters)
                set(target);
        };
    }

    private static Action<TRow> Setter<TMember>(MemberColumn member, DataViewRow row, DataViewSchema.Column column)
    {
        Action<TRow, TMember> write = member.Writer<TRow, TMember>();
        Func<TRow, TMember> read = member.Reader<TRow, TMember>();
        if (typeof(TMember) == typeof(string))
            return TextSetter((Action<TRow, string>)(object)write, row.GetGetter<ReadOnlyMemory<char>>(column));
        if (typeof(TMember) == typeof(string[]))
        {
            return ArraySetter((Action<TRow, string[]>)(object)write, (Func<TRow, string[]>)(object)read,
                row.GetGetter<VBuffer<ReadOnlyMemory<char>>>(column), text => text.ToString());
        }

        if (typeof(TMember).IsArray)
        {
            return (Action<TRow>)Generic.Call(typeof(RowBinder<TRow>), nameof(DirectArraySetter),
                typeof(TMember).GetElementType(), write, read, row, column);
        }

        ValueGetter<TMember> get = row.GetGetter<TMember>(column);
        bool isBuffer = column.Type is VectorDataViewType;
        return target =>
        {
            // A vector's own buffers are filled anew, so that no two objects share them.
            TMember value = isBuffer && read != null ? read(target) : default;
            get(ref value);
            write(target, value);
        };
    }

    private static Action<TRow> TextSetter(Action<TRow, string> write, ValueGetter<ReadOnlyMemory<char>> get) =>
        target =>
        {
            ReadOnlyMemory<char> value = default;
            get(ref value);
            write(target, value.ToString());
        };

    private static Action<TRow> DirectArraySetter<TItem>(
        Action<TRow, TItem[]> write, Func<TRow, TItem[]> read, DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<TItem>> get = row.GetGetter<VBuffer<TItem>>(column);
        VBuffer<TItem> value = default;
        return target =>
        {
            get(ref value);
            TItem[] items = Reused(read?.Invoke(target), value.Length);
            value.CopyTo(items);
            write(target, items);
        };
    }

    private static Action<TRow> ArraySetter<TItem, TStored>(
        Action<TRow, TItem[]> write, Func<TRow, TItem[]> read, ValueGetter<VBuffer<TStored>> get, Func<TStored, TItem> convert)
    {
        VBuffer<TStored> value = default;
        return target =>
        {
            get(ref value);
            TItem[] items = Reused(read?.Invoke(target), value.Length);
            foreach ((int index, TStored item) in value.Items(all: true))
                items[index] = convert(item);
            write(target, items);
        };
    }

    private static TItem[] Reused<TItem>(TItem[] old, int length) => old?.Length == length ? old : new TItem[length];
}
