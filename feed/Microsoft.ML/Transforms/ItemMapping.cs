using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms;

/// <summary>
/// Getters that map each value of a column, a scalar or the items of a vector. As in ML.NET, a vector with few values that differ from
/// the default is stored as a sparse one.
/// </summary>
internal static class ItemMapping
{
    /// <summary>A getter of the mapped column. Vectors stay dense, or sparse where the default maps to the default.</summary>
    public static Delegate Getter<TSource, TResult>(DataViewRow row, DataViewSchema.Column column, Func<TSource, TResult> map)
    {
        if (column.Type is not VectorDataViewType)
            return Scalar(row, column, map);
        bool keepsDefault = IsDefault(map(default));
        return Vector<TSource, TResult>(row, column, (in VBuffer<TSource> source, ref VBuffer<TResult> destination) =>
        {
            if (!source.IsDense && keepsDefault)
                MapStored(in source, map, ref destination);
            else
                MapAll(in source, map, ref destination);
        });
    }

    /// <summary>The same, but vectors are sparse if at most half of the values differ from the default.</summary>
    public static Delegate SparseGetter<TSource, TResult>(DataViewRow row, DataViewSchema.Column column, Func<TSource, TResult> map)
    {
        if (column.Type is not VectorDataViewType)
            return Scalar(row, column, map);
        var results = new List<TResult>();
        return Vector<TSource, TResult>(row, column, (in VBuffer<TSource> source, ref VBuffer<TResult> destination) =>
        {
            results.Clear();
            if (source.IsDense)
            {
                foreach (var value in source.GetValues())
                    results.Add(map(value));
            }
            else
            {
                results.AddRange(source.DenseValues().Select(map));
            }
            Sparsify(results, ref destination);
        });
    }

    /// <summary>Stores values as a sparse vector if at most half of them differ from the default, else as a dense one.</summary>
    public static void Sparsify<T>(List<T> values, ref VBuffer<T> destination)
    {
        int count = 0;
        foreach (var value in values)
            count += IsDefault(value) ? 0 : 1;
        bool sparse = count <= values.Count / 2;
        var editor = VBufferEditor.Create(ref destination, values.Count, sparse ? count : values.Count);
        int stored = 0;
        for (int i = 0; i < values.Count; i++)
        {
            if (sparse && IsDefault(values[i]))
                continue;
            if (sparse)
                editor.Indices[stored] = i;
            editor.Values[stored++] = values[i];
        }
        destination = editor.Commit();
    }

    private static bool IsDefault<T>(T value) => EqualityComparer<T>.Default.Equals(value, default);

    private delegate void VectorMap<TSource, TResult>(in VBuffer<TSource> source, ref VBuffer<TResult> destination);

    private static ValueGetter<TResult> Scalar<TSource, TResult>(DataViewRow row, DataViewSchema.Column column, Func<TSource, TResult> map)
    {
        var getter = row.GetGetter<TSource>(column);
        return (ref TResult destination) =>
        {
            TSource source = default;
            getter(ref source);
            destination = map(source);
        };
    }

    private static ValueGetter<VBuffer<TResult>> Vector<TSource, TResult>(DataViewRow row, DataViewSchema.Column column,
        VectorMap<TSource, TResult> map)
    {
        var getter = row.GetGetter<VBuffer<TSource>>(column);
        int size = column.Type.ValueCount();
        VBuffer<TSource> source = default;
        return (ref VBuffer<TResult> destination) =>
        {
            getter(ref source);
            if (size != 0 && source.Length != size)
                throw new InvalidOperationException($"Column '{column.Name}': expected {size} slots, but got {source.Length}");
            map(in source, ref destination);
        };
    }

    private static void MapStored<TSource, TResult>(in VBuffer<TSource> source, Func<TSource, TResult> map, ref VBuffer<TResult> destination)
    {
        var values = source.GetValues();
        var editor = VBufferEditor.Create(ref destination, source.Length, values.Length);
        for (int i = 0; i < values.Length; i++)
            editor.Values[i] = map(values[i]);
        source.GetIndices().CopyTo(editor.Indices);
        destination = editor.Commit();
    }

    private static void MapAll<TSource, TResult>(in VBuffer<TSource> source, Func<TSource, TResult> map, ref VBuffer<TResult> destination)
    {
        var editor = VBufferEditor.Create(ref destination, source.Length);
        int i = 0;
        foreach (var value in source.DenseValues())
            editor.Values[i++] = map(value);
        destination = editor.Commit();
    }
}
