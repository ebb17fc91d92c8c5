namespace Microsoft.ML.Data;

/// <summary>Values of one column of several rows, copied from a cursor and handed out again.</summary>
internal abstract class ColumnStore
{
    public static ColumnStore Of(DataViewRow source, DataViewSchema.Column column) =>
        (ColumnStore)Generic.Call(typeof(ColumnStore), nameof(Make), column.Type.RawType, source, column);

    /// <summary>Copies the value of the row where the source stands into a slot: one that exists, or the next.</summary>
    public abstract void Put(int slot);

    /// <summary>A getter of the value in the slot that <paramref name="slot"/> gives.</summary>
    public abstract Delegate MakeGetter(Func<int> slot);

    private static ColumnStore Make<T>(DataViewRow source, DataViewSchema.Column column)
    {
        ValueGetter<T> getter = source.GetGetter<T>(column);
        if (column.Type is not VectorDataViewType vector)
            return new ColumnStore<T>(getter, (T from, ref T to) => to = from);
        return (ColumnStore)Generic.Call(typeof(ColumnStore), nameof(MakeVector), vector.ItemType.RawType, getter);
    }

    private static ColumnStore MakeVector<T>(ValueGetter<VBuffer<T>> getter) =>
        new ColumnStore<VBuffer<T>>(getter, (VBuffer<T> from, ref VBuffer<T> to) => from.CopyTo(ref to));
}

internal delegate void ValueCopier<T>(T from, ref T to);

/// <inheritdoc/>
internal sealed class ColumnStore<T>(ValueGetter<T> source, ValueCopier<T> copy) : ColumnStore
{
    private T[] _values = new T[16];

    public override void Put(int slot)
    {
        if (slot == _values.Length)
            Array.Resize(ref _values, 2 * slot);
        source(ref _values[slot]);
    }

    public override Delegate MakeGetter(Func<int> slot) => (ValueGetter<T>)((ref T value) => copy(_values[slot()], ref value));
}
