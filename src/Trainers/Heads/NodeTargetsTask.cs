using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One or more numbers for each node of a graph, or each step of a sequence: the label is a vector of Single.</summary>
internal sealed class NodeTargetsTask(string labelColumnName, RegressionLoss loss, int targetsPerNode, bool isPerStep = false)
    : LabelTask
{
    internal override ModelTask Task => ModelTask.StepRegression;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.StepTargets(schema, labelColumnName, targetsPerNode);

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireTargets();
        statistics.RequireWeight();
        return new RegressionHead(loss, statistics.Targets.Mean, statistics.Targets.Deviation, isPerStep)
        {
            // as for whole rows: see RegressionTask
            ConstantLoss = statistics.IsWeighted ? null : loss == RegressionLoss.Huber ? 0.5 : 1,
        };
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.RequireLabel(labelColumnName, SequenceLabelKind.StepTargets);
        return PredictionColumns.StepNumbers();
    }
}
