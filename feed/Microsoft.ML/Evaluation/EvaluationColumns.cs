using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>Finds and checks the columns an evaluator reads, and reads labels as numbers.</summary>
internal static class EvaluationColumns
{
    /// <summary>The column with a name, or the error an evaluator gives for a missing one.</summary>
    public static DataViewSchema.Column Find(IDataView data, string role, string name, string parameter)
    {
        if (string.IsNullOrEmpty(name))
            throw new ArgumentOutOfRangeException(parameter, $"{parameter} cannot be null or empty");
        return data.Schema.GetColumnOrNull(name)
            ?? throw new ArgumentOutOfRangeException("schema", $"{role} column '{name}' not found");
    }

    /// <summary>The error for a column of the wrong type.</summary>
    public static Exception Mismatch(string role, DataViewSchema.Column column, string expected) =>
        new ArgumentOutOfRangeException("schema",
            $"Schema mismatch for {role} column '{column.Name}': expected {expected}, got {column.Type}");

    /// <summary>The number of values of a key type, 0 for any other type.</summary>
    public static ulong KeyCount(DataViewType type) => type is KeyDataViewType key ? key.Count : 0;

    /// <summary>Reads a label as a number: keys become their zero-based value, a missing key NaN, true 1.</summary>
    public static ValueGetter<float> LabelGetter(DataViewRow row, DataViewSchema.Column label)
    {
        if (label.Type is KeyDataViewType key)
            return KeyLabelGetter(row, label, key);
        if (label.Type is BooleanDataViewType)
            return Convert<bool>(row, label, value => value ? 1 : 0);
        return label.Type == NumberDataViewType.Double
            ? Convert<double>(row, label, value => (float)value)
            : row.GetGetter<float>(label);
    }

    private static ValueGetter<float> KeyLabelGetter(DataViewRow row, DataViewSchema.Column label, KeyDataViewType key)
    {
        float ZeroBased(ulong value) => value == 0 || value > key.Count ? float.NaN : value - 1;
        if (key.RawType == typeof(byte))
            return Convert<byte>(row, label, value => ZeroBased(value));
        if (key.RawType == typeof(ushort))
            return Convert<ushort>(row, label, value => ZeroBased(value));
        return key.RawType == typeof(uint)
            ? Convert<uint>(row, label, value => ZeroBased(value))
            : Convert<ulong>(row, label, ZeroBased);
    }

    private static ValueGetter<float> Convert<T>(DataViewRow row, DataViewSchema.Column column, Func<T, float> convert)
    {
        var getter = row.GetGetter<T>(column);
        return (ref float destination) =>
        {
            T value = default;
            getter(ref value);
            destination = convert(value);
        };
    }

    /// <summary>The text values of an annotation that is a vector of text of a known size, or null.</summary>
    public static string[] TextAnnotation(DataViewSchema.Column column, string kind)
    {
        var annotation = column.Annotations.Schema.GetColumnOrNull(kind);
        if (annotation?.Type is not VectorDataViewType { IsKnownSize: true, ItemType: TextDataViewType })
            return null;
        VBuffer<ReadOnlyMemory<char>> values = default;
        column.Annotations.GetValue(kind, ref values);
        return values.DenseValues().Select(value => value.ToString()).ToArray();
    }
}
