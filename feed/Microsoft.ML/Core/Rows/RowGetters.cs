namespace Microsoft.ML.Data;

/// <summary>Getters whose type is known only at run time.</summary>
internal static class RowGetters
{
    /// <summary>The getter as the caller's type wants it.</summary>
    /// <exception cref="InvalidOperationException">The column holds another type.</exception>
    public static ValueGetter<TValue> Cast<TValue>(Delegate getter, DataViewSchema.Column column) =>
        getter as ValueGetter<TValue> ?? throw new InvalidOperationException(
            $"Invalid TValue in GetGetter for column '{column.Name}' of type {column.Type}: '{typeof(TValue)}', " +
            $"expected type: '{column.Type.RawType}'");

    /// <summary>The getter of a column as a <see cref="ValueGetter{TValue}"/> of its raw type.</summary>
    public static Delegate GetGetter(this DataViewRow row, DataViewSchema.Column column) =>
        (Delegate)Generic.Call(typeof(RowGetters), nameof(Typed), column.Type.RawType, row, column);

    private static Delegate Typed<T>(DataViewRow row, DataViewSchema.Column column) => row.GetGetter<T>(column);

    /// <summary>Which columns of the schema are among those needed.</summary>
    public static bool[] Flags(this DataViewSchema schema, IEnumerable<DataViewSchema.Column> needed)
    {
        var flags = new bool[schema.Count];
        foreach (DataViewSchema.Column column in needed)
            flags[column.Index] = true;
        return flags;
    }

    public static Exception NotActive(DataViewSchema.Column column) =>
        new ArgumentOutOfRangeException(nameof(column), $"Requested column '{column.Name}' is not active.");
}
