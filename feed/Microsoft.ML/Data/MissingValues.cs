using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Which values are missing: NaN of real numbers and 0 of keys. Other types have no such value.</summary>
internal static class MissingValues
{
    public static void CheckCanMiss(DataViewSchema.Column column)
    {
        DataViewType item = column.Type.ItemType();
        Contracts.CheckParam(item is KeyDataViewType || item == NumberDataViewType.Single || item == NumberDataViewType.Double, "Columns",
            $"Column '{column.Name}' has type {column.Type} which does not support missing values, so we cannot filter on them");
    }

    /// <summary>Tells whether the column has a missing value where the row stands.</summary>
    public static Func<bool> Of(DataViewRow row, DataViewSchema.Column column)
    {
        string method = column.Type is VectorDataViewType ? nameof(InVector) : nameof(InScalar);
        return (Func<bool>)Generic.Call(typeof(MissingValues), method, column.Type.ItemType().RawType, row, column);
    }

    private static Func<bool> InScalar<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        Func<T, bool> isMissing = Test<T>();
        T value = default;
        return () =>
        {
            get(ref value);
            return isMissing(value);
        };
    }

    private static Func<bool> InVector<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<VBuffer<T>> get = row.GetGetter<VBuffer<T>>(column);
        Func<T, bool> isMissing = Test<T>();
        bool isKey = column.Type.ItemType() is KeyDataViewType;
        VBuffer<T> value = default;
        return () =>
        {
            get(ref value);
            if (isKey && !value.IsDense)
                return true; // what a sparse vector leaves out is 0
            foreach (T item in value.GetValues())
            {
                if (isMissing(item))
                    return true;
            }

            return false;
        };
    }

    private static Func<T, bool> Test<T>() =>
        typeof(T) == typeof(float) ? (Func<T, bool>)(object)(Func<float, bool>)float.IsNaN
        : typeof(T) == typeof(double) ? (Func<T, bool>)(object)(Func<double, bool>)double.IsNaN
        : value => EqualityComparer<T>.Default.Equals(value, default);
}
