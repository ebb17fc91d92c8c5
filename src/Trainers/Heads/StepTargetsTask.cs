using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One or more numbers for each step of a sequence, or each node of a graph: the label is a vector of Single.</summary>
/// <param name="labelColumnName">The label.</param>
/// <param name="loss">The loss.</param>
/// <param name="targets">Numbers of a step or node.</param>
/// <param name="isPerStep">Whether rows of labels are padded sequences; otherwise the nodes of all graphs lie behind one another.</param>
internal sealed class StepTargetsTask(string labelColumnName, RegressionLoss loss, int targets, bool isPerStep = false) : LabelTask
{
    internal override ModelTask Task => ModelTask.StepRegression;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.StepTargets(schema, labelColumnName, targets);

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
