using Microsoft.ML.Data;

namespace Microsoft.ML;

/// <summary>The names of the annotations ML.NET gives a meaning, and how to read and add them.</summary>
internal static class AnnotationKinds
{
    public const string KeyValues = "KeyValues";
    public const string SlotNames = "SlotNames";
    public const string IsNormalized = "IsNormalized";
    public const string ScoreColumnKind = "ScoreColumnKind";
    public const string ScoreValueKind = "ScoreValueKind";
    public const string ScoreColumnSetId = "ScoreColumnSetId";
    public const string TrainingLabelValues = "TrainingLabelValues";
    public const string CategoricalSlotRanges = "CategoricalSlotRanges";

    /// <summary>Adds a vector of known size that is handed out as it is.</summary>
    public static void AddVector<T>(
        this DataViewSchema.Annotations.Builder builder, string kind, PrimitiveDataViewType itemType, VBuffer<T> values) =>
        builder.Add(kind, new VectorDataViewType(itemType, values.Length), (ref VBuffer<T> destination) => values.CopyTo(ref destination));

    public static void AddSlotNames(this DataViewSchema.Annotations.Builder builder, VBuffer<ReadOnlyMemory<char>> names) =>
        builder.AddVector(SlotNames, TextDataViewType.Instance, names);

    /// <summary>The key values, whatever their type, as a delegate with their type; false where there are none.</summary>
    public static bool TryGetKeyValues(this DataViewSchema.Column column, out VectorDataViewType type)
    {
        type = column.Annotations.Schema.GetColumnOrNull(KeyValues)?.Type as VectorDataViewType;
        return type != null;
    }
}
