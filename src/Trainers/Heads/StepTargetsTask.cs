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
    private bool _hasUnits;
    private FeatureScaling? _scaling;

    /// <summary>Learns targets in the units that the network reads the features in, rather than each by its own moments.</summary>
    /// <param name="scaling">
    /// What the features' units are, of at least as many columns as targets; null where they stay as they are.
    /// </param>
    internal void UseUnitsOf(FeatureScaling? scaling) => (_hasUnits, _scaling) = (true, scaling);

    internal override ModelTask Task => ModelTask.StepRegression;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.StepTargets(schema, labelColumnName, targets);

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireTargets();
        statistics.RequireWeight();
        if (_hasUnits)
        {
            var (mean, deviation) = _scaling?.First(targets)
                ?? (new float[targets], [.. Enumerable.Repeat(1f, targets)]);
            return new RegressionHead(loss, mean, deviation, isPerStep);
        }
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
