using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>An action for each step: one of several classes where the column holds keys, numbers where it holds Single.</summary>
internal sealed class DecisionTask(string actionColumnName, int? actionSize, IClassificationOptions options) : LabelTask
{
    private LabelTask? _chosen;

    /// <summary>Whether actions are classes, once the column was seen.</summary>
    internal bool IsDiscrete { get; private set; } = true;

    internal override ModelTask Task => IsDiscrete ? ModelTask.Tagging : ModelTask.StepRegression;

    internal override SequenceLabel Find(DataViewSchema schema)
    {
        var type = schema.Require(actionColumnName).Type;
        var item = (type as VectorDataViewType)?.ItemType;
        IsDiscrete = item is KeyDataViewType;
        if (!IsDiscrete && item?.RawType != typeof(float))
            throw NotActions($"{type}");
        var size = IsDiscrete ? 1 : SequenceColumn.FromSchema(schema, actionColumnName, actionSize).FeatureCount;
        return Chosen(size).Find(schema);
    }

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics) => _chosen!.MakeHead(label, statistics);

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        var column = inputSchema.Require(actionColumnName);
        IsDiscrete = column.IsKey;
        return column.Kind != SchemaShape.Column.VectorKind.Scalar && (column.IsKey || column.ItemType.RawType == typeof(float))
            ? Chosen(1).OutputColumns(inputSchema) : throw NotActions(column.Describe());
    }

    private LabelTask Chosen(int size) => _chosen = IsDiscrete ? new TaggingTask(actionColumnName, options)
        : new StepTargetsTask(actionColumnName, RegressionLoss.MeanSquaredError, size, isPerStep: true);

    private ArgumentException NotActions(string type) => new($"Column '{actionColumnName}' is {type}: expected the actions of a "
        + "trajectory, a vector of keys (map them with MapValueToKey) or of Single.");
}
