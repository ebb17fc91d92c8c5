using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>The numbers of a series themselves, each step from the others.</summary>
internal sealed class ImputationTask(string seriesColumnName, RegressionLoss loss, int? featureCount) : LabelTask
{
    internal override ModelTask Task => ModelTask.StepRegression;

    internal override SequenceLabel Find(DataViewSchema schema) =>
        SequenceColumn.FromSchema(schema, seriesColumnName, featureCount) is { Kind: SequenceKind.Real } series
            ? SequenceLabel.StepTargets(schema, seriesColumnName, series.FeatureCount)
            : throw new ArgumentException($"Column '{seriesColumnName}' is {schema[seriesColumnName].Type}: expected a series, a vector of "
                + "Single; missing tokens are predicted by a language model.");

    internal override Head MakeHead(SequenceLabel label, LabelStatistics statistics)
    {
        statistics.RequireTargets();
        statistics.RequireWeight();
        return new ImputationHead(loss, statistics.Targets.Mean, statistics.Targets.Deviation);
    }

    internal override DataViewSchema OutputColumns(SchemaShape inputSchema)
    {
        inputSchema.RequireLabel(seriesColumnName, SequenceLabelKind.StepTargets);
        return PredictionColumns.StepNumbers();
    }

    /// <summary>Gives numbers that are there as they are, and estimates those that are missing.</summary>
    private sealed class ImputationHead(RegressionLoss loss, float[] mean, float[] deviation)
        : RegressionHead(loss, mean, deviation, isPerStep: true)
    {
        private Value _given = null!;

        internal override Sequence Enter(Sequence x)
        {
            _given = x.Given!;
            return x;
        }

        internal override IReadOnlyList<(string, Value)> Predictions(NetworkBuilder network, Value logits) =>
            [.. base.Predictions(network, logits).Select(of => (of.Item1, Op.Where(Op.Equal(_given, _given), _given, of.Item2)))];
    }
}
