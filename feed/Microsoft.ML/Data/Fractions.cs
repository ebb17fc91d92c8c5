using System.Globalization;

namespace Microsoft.ML.Data;

/// <summary>Values as numbers for filtering: real numbers as they are, a key as its place among its values, from 0 to 1.</summary>
internal static class Fractions
{
    /// <summary>The value where the row stands; NaN where it is missing.</summary>
    public static Func<double> Of(DataViewRow row, DataViewSchema.Column column) =>
        (Func<double>)Generic.Call(typeof(Fractions), nameof(Typed), column.Type.RawType, row, column);

    private static Func<double> Typed<T>(DataViewRow row, DataViewSchema.Column column)
    {
        ValueGetter<T> get = row.GetGetter<T>(column);
        ulong keys = (column.Type as KeyDataViewType)?.Count ?? 0;
        T value = default;
        return () =>
        {
            get(ref value);
            double number = Convert.ToDouble(value, CultureInfo.InvariantCulture);
            if (keys == 0)
                return number;
            return number == 0 ? double.NaN : (number - 0.5) / keys;
        };
    }
}
