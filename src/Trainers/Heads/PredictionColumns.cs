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
    /// <summary>A class per sequence; without a label it has no values.</summary>
    internal static DataViewSchema Classes(SchemaShape.Column? label)
    {
        var keyValues = Annotations(label);
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.PredictedLabel, new KeyDataViewType(typeof(uint), 2), keyValues);
        schema.AddColumn(ModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single, 2),
            keyValues.Schema.Count > 0 ? SlotNames() : null);
        return schema.ToSchema();
    }

    /// <summary>A class per step; without a label it has no values.</summary>
    internal static DataViewSchema StepClasses(SchemaShape.Column? label)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), 2)),
            Annotations(label));
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

    /// <summary>Numbers for each step of a sequence or node of a graph.</summary>
    internal static DataViewSchema StepNumbers()
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single));
        return schema.ToSchema();
    }

    /// <summary>Several numbers with names, and perhaps a vector beside them.</summary>
    internal static DataViewSchema NamedNumbers(bool hasVector = false)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single, 2), SlotNames());
        if (hasVector)
            schema.AddColumn(ModelFormat.Vector, new VectorDataViewType(NumberDataViewType.Single, 2));
        return schema.ToSchema();
    }

    /// <summary>A shape with the columns of predictions and those that options ask for beside them.</summary>
    /// <param name="shape">The columns there are.</param>
    /// <param name="predictions">Those of predictions.</param>
    /// <param name="options">The options.</param>
    /// <param name="hasPooling">
    /// Whether rows are pooled by attention. Whether the network has attention of its own shows when it is written: it is taken for
    /// granted here.
    /// </param>
    /// <param name="isPerNode">Whether a row is a graph with a vector for each of its nodes.</param>
    internal static SchemaShape With(this SchemaShape shape, DataViewSchema predictions, NetworkTrainerOptions options, bool hasPooling,
        bool isPerNode = false)
    {
        var added = new DataViewSchema.Builder();
        added.AddColumns(predictions);
        if (options.OutputVector)
            added.AddColumn(ModelFormat.Vector, isPerNode ? new VectorDataViewType(NumberDataViewType.Single)
                : new VectorDataViewType(NumberDataViewType.Single, 2));
        if (options.OutputAttention)
            added.AddColumn(ModelFormat.Attention, ScoreColumns.AttentionType);
        if (options.OutputAttention && hasPooling)
            added.AddColumn(ModelFormat.PoolingAttention, ScoreColumns.AttentionType);
        return shape.With(added.ToSchema());
    }

    private static DataViewSchema.Annotations Annotations(SchemaShape.Column? label) =>
        label?.AnnotationsLike(LabelType.KeyValues) ?? new DataViewSchema.Annotations.Builder().ToAnnotations();

    private static DataViewSchema.Annotations SlotNames()
    {
        var annotations = new DataViewSchema.Annotations.Builder();
        annotations.Add("SlotNames", new VectorDataViewType(TextDataViewType.Instance, 2), (ref VBuffer<ReadOnlyMemory<char>> names) =>
            names = new(2, new ReadOnlyMemory<char>[2]));
        return annotations.ToAnnotations();
    }
}
