using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Labels of a sequence whose places in it aren't known: the label is a vector of keys, of any length per row.</summary>
internal sealed class AlignmentTask(string labelColumnName) : LabelTask
{
    internal override ModelTask Task => ModelTask.Alignment;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.Labels(schema, labelColumnName);

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireLabels();
        return new AlignmentHead(label.Count);
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema) =>
        PredictionColumns.StepClasses(inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.Labels));
}
