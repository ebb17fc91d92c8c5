using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A number, or several, for each row: the label is a Single or a vector of Single.</summary>
internal sealed class RegressionTask(string labelColumnName, RegressionLoss loss, int? targetCount = null) : LabelTask
{
    internal override ModelTask Task => ModelTask.Regression;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.Targets(schema, labelColumnName, targetCount);

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics) =>
        new RegressionHead(loss, statistics.Targets.Mean, statistics.Targets.Deviation);

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        var label = inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.Targets);
        // A vector of one target gives a Single as a Single does, but a shape doesn't tell sizes.
        return PredictionColumns.Numbers(several: label.Kind != SchemaShape.Column.VectorKind.Scalar);
    }
}
