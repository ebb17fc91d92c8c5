using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One of several classes for each step of a sequence: the label is a vector of keys.</summary>
internal sealed class TaggingTask(string labelColumnName, IClassificationOptions options) : LabelTask
{
    internal override ModelTask Task => ModelTask.Tagging;

    internal override SequenceLabel Find(DataViewSchema schema) => options.Fitting(SequenceLabel.StepClasses(schema, labelColumnName));

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireTwoClasses();
        return new ClassificationHead(label.Count, options.Weights(statistics), options.LabelSmoothing, isPerStep: true);
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema) =>
        PredictionColumns.StepClasses(inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.StepClasses));
}
