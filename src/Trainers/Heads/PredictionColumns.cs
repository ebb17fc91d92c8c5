using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The columns that trained models add, for an estimator's schema shape, where kinds and annotations matter but sizes
/// don't.
/// </summary>
internal static class PredictionColumns
{
    /// <summary>A class per sequence.</summary>
    internal static DataViewSchema Classes(SchemaShape.Column label)
    {
        var keyValues = label.AnnotationsLike(LabelType.KeyValues);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.PredictedLabel, new KeyDataViewType(typeof(uint), 2), keyValues);
        schema.AddColumn(ModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single, 2),
            keyValues.Schema.Count > 0 ? SlotNames() : null);
        return schema.ToSchema();
    }

    /// <summary>A class per step.</summary>
    internal static DataViewSchema StepClasses(SchemaShape.Column label)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), 2)),
            label.AnnotationsLike(LabelType.KeyValues));
        schema.AddColumn(ModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single));
        return schema.ToSchema();
    }

    /// <summary>True or false.</summary>
    internal static DataViewSchema Binary()
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.PredictedLabel, BooleanDataViewType.Instance);
        schema.AddColumn(ModelFormat.Score, NumberDataViewType.Single);
        schema.AddColumn(ModelFormat.Probability, NumberDataViewType.Single);
        return schema.ToSchema();
    }

    /// <summary>One or more numbers.</summary>
    internal static DataViewSchema Numbers(bool several)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.Score, several ? new VectorDataViewType(NumberDataViewType.Single, 2)
            : NumberDataViewType.Single);
        return schema.ToSchema();
    }

    /// <summary>A shape with the columns of predictions and, if asked for, <c>Vector</c>.</summary>
    internal static SchemaShape With(this SchemaShape shape, DataViewSchema predictions, bool hasVector)
    {
        var vector = new DataViewSchema.Builder();
        vector.AddColumn(ModelFormat.Vector, new VectorDataViewType(NumberDataViewType.Single, 2));
        return hasVector ? shape.With(predictions).With(vector.ToSchema()) : shape.With(predictions);
    }

    private static DataViewSchema.Annotations SlotNames()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, 2), (ref VBuffer<ReadOnlyMemory<char>> names) =>
            names = new(2, new ReadOnlyMemory<char>[2]));
        return annotations.ToAnnotations();
    }
}
