using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Reads one column of a data view.</summary>
public static class ColumnCursorExtensions
{
    public static IEnumerable<T> GetColumn<T>(this IDataView data, string columnName) => GetColumn<T>(data, data.Schema[columnName]);

    public static IEnumerable<T> GetColumn<T>(this IDataView data, DataViewSchema.Column column)
    {
        Contracts.CheckValue(data, nameof(data));
        Contracts.CheckNonEmpty(column.Name, nameof(column));
        bool belongs = column.Index < data.Schema.Count && data.Schema[column.Index].Name == column.Name
            && data.Schema[column.Index].Type.Equals(column.Type);
        Contracts.CheckParam(belongs, nameof(column),
            $"column with name {column.Name}, type {column.Type}, and index {column.Index} cannot be found in {nameof(data)}");

        Type wanted = typeof(T), raw = column.Type.RawType;
        if (wanted == raw)
            return Read<T, T>(data, column, value => value);
        if (wanted == typeof(string) && column.Type is TextDataViewType)
            return (IEnumerable<T>)Read(data, column, (ReadOnlyMemory<char> text) => text.ToString());
        if (wanted == typeof(string[]) && column.Type.ItemType() is TextDataViewType && column.Type is VectorDataViewType)
        {
            return (IEnumerable<T>)Read(data, column,
                (VBuffer<ReadOnlyMemory<char>> texts) => texts.DenseValues().Select(text => text.ToString()).ToArray());
        }

        if (wanted.IsArray && column.Type is VectorDataViewType vector && wanted.GetElementType() == vector.ItemType.RawType)
        {
            return (IEnumerable<T>)Generic.Call(
                typeof(ColumnCursorExtensions), nameof(ReadArrays), vector.ItemType.RawType, data, column);
        }

        throw Contracts.ExceptParam(nameof(column),
            $"Cannot map column (name: {column.Name}, type: {column.Type}) in {nameof(data)} to the user-defined type, {typeof(T)}.");
    }

    private static IEnumerable<T[]> ReadArrays<T>(IDataView data, DataViewSchema.Column column) =>
        Read(data, column, (VBuffer<T> vector) =>
        {
            var values = new T[vector.Length];
            vector.CopyTo(values);
            return values;
        });

    private static IEnumerable<T> Read<TStored, T>(IDataView data, DataViewSchema.Column column, Func<TStored, T> convert)
    {
        using DataViewRowCursor cursor = data.GetRowCursor([column]);
        ValueGetter<TStored> get = cursor.GetGetter<TStored>(column);
        TStored value = default;
        while (cursor.MoveNext())
        {
            get(ref value);
            yield return convert(value);
        }
    }
}
