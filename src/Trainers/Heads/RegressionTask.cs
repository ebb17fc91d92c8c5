using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One or more numbers for each row: the label is a Single or a vector of Single.</summary>
internal sealed class RegressionTask(string labelColumnName, RegressionLoss loss, int? targetCount = null) : LabelTask
{
    internal override ModelTask Task => ModelTask.Regression;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.Targets(schema, labelColumnName, targetCount);

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireWeight();
        return new RegressionHead(loss, statistics.Targets.Mean, statistics.Targets.Deviation)
        {
            // the loss of predicting the mean, for targets of variance 1, or an upper bound; weights of rows change the variance
            ConstantLoss = statistics.IsWeighted ? null : loss == RegressionLoss.Huber ? 0.5 : 1,
        };
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        var label = inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.Targets);
        // A vector of one target gives a Single too, but a shape doesn't contain sizes.
        return PredictionColumns.Numbers(several: label.Kind != SchemaShape.Column.VectorKind.Scalar);
    }
}
