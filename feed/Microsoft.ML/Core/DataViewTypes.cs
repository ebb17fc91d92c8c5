namespace Microsoft.ML.Data;

/// <summary>Questions about column types.</summary>
internal static class DataViewTypes
{
    private static readonly PrimitiveDataViewType[] Standard =
    [
        NumberDataViewType.SByte, NumberDataViewType.Byte, NumberDataViewType.Int16, NumberDataViewType.UInt16,
        NumberDataViewType.Int32, NumberDataViewType.UInt32, NumberDataViewType.Int64, NumberDataViewType.UInt64,
        NumberDataViewType.Single, NumberDataViewType.Double, TextDataViewType.Instance, BooleanDataViewType.Instance,
        TimeSpanDataViewType.Instance, DateTimeDataViewType.Instance, DateTimeOffsetDataViewType.Instance, RowIdDataViewType.Instance,
    ];

    /// <summary>The standard type whose values are of this CLR type (text also for strings), null where there is none.</summary>
    public static PrimitiveDataViewType PrimitiveOf(Type type) =>
        type == typeof(string) ? TextDataViewType.Instance : Standard.FirstOrDefault(standard => standard.RawType == type);

    public static PrimitiveDataViewType PrimitiveOf(DataKind kind) => Standard[(int)kind - 1];

    /// <summary>Neither a vector nor a key nor anything of a user's own.</summary>
    public static bool IsStandardScalar(this DataViewType type) => Standard.Contains(type);

    public static DataViewType ItemType(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    /// <summary>The number of values: 1 for a scalar, 0 for a vector of unknown size.</summary>
    public static int ValueCount(this DataViewType type) => type is VectorDataViewType vector ? vector.Size : 1;

    /// <summary>The same but for how a vector's size is factored into dimensions.</summary>
    public static bool SameSizeAndItemType(this DataViewType type, DataViewType other) =>
        type.Equals(other)
        || (type is VectorDataViewType a && other is VectorDataViewType b && a.ItemType.Equals(b.ItemType) && a.Size == b.Size);

    /// <summary>This type with another item type: a vector of the same dimensions, or the item itself.</summary>
    public static DataViewType WithItemType(this DataViewType type, PrimitiveDataViewType item) =>
        type is VectorDataViewType vector ? new VectorDataViewType(item, vector.Dimensions) : item;
}
