using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The columns that trained models add, for an estimator's schema shape: kinds and annotations matter there, sizes don't.</summary>
internal static class PredictionColumns
{
    internal static DataViewSchema Classes(SchemaShape.Column label, bool vector)
    {
        if (!label.IsKey)
            throw new ArgumentException($"Label column '{label.Name}' is {label.ItemType}: expected a key; map other labels with MapValueToKey.");
        if (vector != (label.Kind != SchemaShape.Column.VectorKind.Scalar))
            throw new ArgumentException($"Label column '{label.Name}' is {(vector ? "a single key: expected a vector of keys, one a step" : "a vector of keys: expected a single key")}.");
        var key = new KeyDataViewType(typeof(uint), 2);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(SequenceModelFormat.PredictedLabel, vector ? new VectorDataViewType(key) : key, KeyValues(label));
        schema.AddColumn(SequenceModelFormat.Score, vector ? new VectorDataViewType(NumberDataViewType.Single) : new VectorDataViewType(NumberDataViewType.Single, 2));
        return schema.ToSchema();
    }

    internal static DataViewSchema Binary()
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(SequenceModelFormat.PredictedLabel, BooleanDataViewType.Instance);
        schema.AddColumn(SequenceModelFormat.Score, NumberDataViewType.Single);
        schema.AddColumn(SequenceModelFormat.Probability, NumberDataViewType.Single);
        return schema.ToSchema();
    }

    internal static DataViewSchema Numbers(SchemaShape.Column label)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(SequenceModelFormat.Score, label.Kind == SchemaShape.Column.VectorKind.Scalar ? NumberDataViewType.Single : new VectorDataViewType(NumberDataViewType.Single, 2));
        return schema.ToSchema();
    }

    // A key's values are of the type that the label's are; text where the label has none.
    private static DataViewSchema.Annotations KeyValues(SchemaShape.Column label)
    {
        var known = label.Annotations.Where(annotation => annotation.Name == "KeyValues").Select(annotation => annotation.ItemType).OfType<PrimitiveDataViewType>();
        var type = new VectorDataViewType(known.FirstOrDefault(TextDataViewType.Instance), 2);
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("KeyValues", type, Delegate.CreateDelegate(
            typeof(ValueGetter<>).MakeGenericType(typeof(VBuffer<>).MakeGenericType(type.ItemType.RawType)),
            typeof(PredictionColumns).GetMethod(nameof(NoValues), System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.MakeGenericMethod(type.ItemType.RawType)));
        return annotations.ToAnnotations();
    }

    private static void NoValues<T>(ref VBuffer<T> values) => values = new(2, 0, [], []);
}
