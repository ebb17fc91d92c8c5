using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The classes of a deployed model.</summary>
/// <param name="Count">Their number.</param>
/// <param name="Type">
/// Type of the classes' values, by the name of ML.NET's <see cref="DataKind"/>: <c>String</c>, <c>Single</c>, <c>UInt32</c>,
/// …;
/// null where the label had none.
/// </param>
/// <param name="Values">
/// The classes' values as text in the invariant culture, in the order of the classes; null where the label had none.
/// </param>
public sealed record ModelLabels(int Count, string? Type = null, IReadOnlyList<string>? Values = null)
{
    /// <summary>The classes of a label column, a key or a vector of keys, with its KeyValues where it has them.</summary>
    /// <exception cref="ArgumentException">The column is of another type, or its key values are of a type that can't be stored.</exception>
    public static ModelLabels Of(DataViewSchema.Column column)
    {
        var item = column.Type is VectorDataViewType vector ? vector.ItemType : column.Type;
        if (item is not KeyDataViewType key)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}: expected a key or a vector of keys.");
        int count = KeyCounts.Of(column.Name, column.Type, key);
        if (column.Annotations.Schema.GetColumnOrNull(LabelType.KeyValues) is not { Type: VectorDataViewType values }
            || values.Size != count)
            return new ModelLabels(count);
        var type = LabelType.Find(values.ItemType)
            ?? throw new ArgumentException($"Column '{column.Name}' has key values of type {values.ItemType}, which a model can't hold.");
        return new ModelLabels(count, type.Name, type.Read(column));
    }

    internal string? Problem()
    {
        if (Count < 1)
            return $"has {Count} classes, expected at least 1";
        if (Type is null != Values is null)
            return "has a type without values or values without a type";
        if (Type is null || Values is null)
            return null;
        if (Values.Count != Count)
            return $"has {Values.Count} values for {Count} classes";
        return LabelType.Find(Type) is { } type ? type.Problem(Values) : $"has values of the unknown type '{Type}'";
    }
}
