using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One of several classes for each node of a graph: the label is a vector of keys.</summary>
internal sealed class NodeClassesTask(string labelColumnName, IClassificationOptions options) : LabelTask
{
    internal override ModelTask Task => ModelTask.Tagging;

    internal override SequenceLabel Find(DataViewSchema schema) => options.Fitting(SequenceLabel.StepClasses(schema, labelColumnName));

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireLabels();
        statistics.RequireClasses(options.ClassWeights);
        return ClassificationHead.Of(statistics, options);
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema) =>
        PredictionColumns.StepClasses(inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.StepClasses));
}
