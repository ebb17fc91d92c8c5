using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One or more numbers for each node of a graph: the label is a vector of Single.</summary>
internal sealed class NodeTargetsTask(string labelColumnName, RegressionLoss loss, int targetsPerNode) : LabelTask
{
    private bool _hasUnits;
    private FeatureScaling? _scaling;

    /// <summary>Learns targets in the units that the network reads the features in, rather than each by its own moments.</summary>
    /// <param name="scaling">
    /// What the features' units are, of at least as many columns as targets; null where they stay as they are.
    /// </param>
    internal void UseUnitsOf(FeatureScaling? scaling) => (_hasUnits, _scaling) = (true, scaling);

    internal override ModelTask Task => ModelTask.StepRegression;

    internal override SequenceLabel Find(DataViewSchema schema) => SequenceLabel.StepTargets(schema, labelColumnName, targetsPerNode);

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireTargets();
        statistics.RequireWeight();
        if (_hasUnits)
        {
            var (mean, deviation) = _scaling?.First(targetsPerNode)
                ?? (new float[targetsPerNode], [.. Enumerable.Repeat(1f, targetsPerNode)]);
            return new RegressionHead(loss, mean, deviation);
        }
        return new RegressionHead(loss, statistics.Targets.Mean, statistics.Targets.Deviation)
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
