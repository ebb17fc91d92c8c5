using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The columns of the windows cut from sequences of one schema.</summary>
internal sealed class WindowLayout
{
    public WindowLayout(DataViewSchema input, WindowCuttingEstimator.Options options)
    {
        Options = options;
        Source = input.Require(options.Input);
        var column = SequenceColumn.FromSchema(input, options.Input, options.FeatureCount, AnyVocabulary(Source));
        Width = Math.Max(1, column.FeatureCount);
        if (options.TargetFeatures is { } targets)
            CheckTargets(column, targets);
        AddedColumns = Added(column.Type.ItemType, Source.Annotations, Width, options);
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(input);
        schema.AddColumns(AddedColumns);
        Schema = schema.ToSchema();
        WindowIndex = input.Count;
        TargetIndex = options.HasTarget ? input.Count + 1 : -1;
        StartIndex = options.StartColumnName is null ? -1 : Schema.Count - 1;
    }

    public WindowCuttingEstimator.Options Options { get; }

    /// <summary>The column of sequences.</summary>
    public DataViewSchema.Column Source { get; }

    /// <summary>Items per step: the features, or one token.</summary>
    public int Width { get; }

    /// <summary>The input's columns, then the new ones.</summary>
    public DataViewSchema Schema { get; }

    /// <summary>The new columns.</summary>
    public DataViewSchema AddedColumns { get; }

    public int WindowIndex { get; }

    /// <summary>The index of the target column; −1 without targets.</summary>
    public int TargetIndex { get; }

    /// <summary>The index of the start column; −1 without one.</summary>
    public int StartIndex { get; }

    /// <summary>The new columns.</summary>
    /// <param name="item">The type of a sequence's items.</param>
    /// <param name="annotations">The sequence's annotations, of which those about keys also apply to its windows.</param>
    /// <param name="width">Items per step.</param>
    /// <param name="options">The options.</param>
    public static DataViewSchema Added(
        PrimitiveDataViewType item, DataViewSchema.Annotations annotations, int width, WindowCuttingEstimator.Options options)
    {
        bool isReal = item is not KeyDataViewType && item.RawType == typeof(float);
        var ofItems = new DataViewSchema.Annotations.Builder();
        ofItems.Add(annotations, name => name == "KeyValues");
        var kept = ofItems.ToAnnotations();
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(options.OutputColumnName, Vector(item, options.WindowSteps, width, isReal), kept);
        if (options.HasTarget)
        {
            bool isScalar = options.Horizon == 1 && (!isReal || (options.TargetFeatures?.Length ?? width) == 1);
            DataViewType type = isScalar ? item : Vector(item, options.Horizon, options.TargetFeatures?.Length ?? width, isReal);
            schema.AddColumn(options.TargetColumnName, type, kept);
        }

        if (options.StartColumnName is not null)
            schema.AddColumn(options.StartColumnName, NumberDataViewType.Int32);
        return schema.ToSchema();
    }

    private static VectorDataViewType Vector(PrimitiveDataViewType item, int steps, int width, bool isReal) =>
        isReal ? new VectorDataViewType(item, steps, width) : new VectorDataViewType(item, steps);

    // Windows of integers need no vocabulary size.
    private static int? AnyVocabulary(DataViewSchema.Column source) =>
        source.Type is VectorDataViewType { ItemType: NumberDataViewType item } && item.RawType != typeof(float) ? 1 : null;

    private static void CheckTargets(SequenceColumn column, int[] targets)
    {
        if (column.Kind == SequenceKind.Tokens)
            throw new ArgumentException($"Column '{column.Name}' holds tokens: target features are for vectors of Single.");
        foreach (int feature in targets)
        {
            if (feature >= column.FeatureCount)
            {
                throw new ArgumentException(
                    $"Column '{column.Name}' has {column.FeatureCount} features per step: there is no target feature {feature}.");
            }
        }
    }
}
