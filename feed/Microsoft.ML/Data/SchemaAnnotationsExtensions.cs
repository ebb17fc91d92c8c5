namespace Microsoft.ML.Data;

/// <summary>Reads the annotations that ML.NET gives a meaning.</summary>
public static class SchemaAnnotationsExtensions
{
    public static bool HasSlotNames(this DataViewSchema.Column column) =>
        column.Type is VectorDataViewType { Size: > 0 } vector
        && column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.SlotNames)?.Type is VectorDataViewType names
        && names.ItemType is TextDataViewType
        && names.Size == vector.Size;

    public static void GetSlotNames(this DataViewSchema.Column column, ref VBuffer<ReadOnlyMemory<char>> slotNames) =>
        column.Annotations.GetValue(AnnotationKinds.SlotNames, ref slotNames);

    /// <summary>Whether there are key values, as many as the key counts, of this type (by default text).</summary>
    public static bool HasKeyValues(this DataViewSchema.Column column, PrimitiveDataViewType keyValueItemType = null) =>
        column.Type.ItemType() is KeyDataViewType key
        && column.TryGetKeyValues(out VectorDataViewType values)
        && key.Count == (ulong)values.Size
        && (keyValueItemType ?? TextDataViewType.Instance).Equals(values.ItemType);

    public static void GetKeyValues<TValue>(this DataViewSchema.Column column, ref VBuffer<TValue> keyValues) =>
        column.Annotations.GetValue(AnnotationKinds.KeyValues, ref keyValues);

    public static bool IsNormalized(this DataViewSchema.Column column)
    {
        if (column.Annotations.Schema.GetColumnOrNull(AnnotationKinds.IsNormalized)?.Type is not BooleanDataViewType)
            return false;
        bool normalized = false;
        column.Annotations.GetValue(AnnotationKinds.IsNormalized, ref normalized);
        return normalized;
    }
}
