using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>What an experiment is about: a number of scored rows, and what an epoch says of it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsMaximize">Whether more is better.</param>
/// <param name="Evaluate">Its value for scored rows.</param>
/// <param name="Epoch">The metric of an epoch that stands for it; null for the loss.</param>
internal sealed record ExperimentMetric(string Name, bool IsMaximize, Func<IDataView, double>? Evaluate, string? Epoch = null)
{
    /// <summary>What an epoch reports, so that more or less is better as of the metric; null where it has no validation rows.</summary>
    internal double? Of(EpochRecord epoch)
    {
        if (epoch.ValidationLoss is not { } loss)
            return null;
        return Epoch is not null && epoch.ValidationMetrics.TryGetValue(Epoch, out var value) ? value : IsMaximize ? -loss : loss;
    }

    internal static ExperimentMetric Of(MLContext ml, BinaryClassificationMetric metric, string label, string predicted, string score)
    {
        double Evaluate(IDataView scored)
        {
            var metrics = ml.BinaryClassification.EvaluateNonCalibrated(scored, label, score, predicted);
            return metric switch
            {
                BinaryClassificationMetric.Accuracy => metrics.Accuracy,
                BinaryClassificationMetric.AreaUnderRocCurve => metrics.AreaUnderRocCurve,
                BinaryClassificationMetric.AreaUnderPrecisionRecallCurve => metrics.AreaUnderPrecisionRecallCurve,
                BinaryClassificationMetric.PositivePrecision => metrics.PositivePrecision,
                BinaryClassificationMetric.PositiveRecall => metrics.PositiveRecall,
                _ => metrics.F1Score,
            };
        }
        return new(metric.ToString(), true, Evaluate, metric == BinaryClassificationMetric.Accuracy ? "accuracy" : null);
    }

    internal static ExperimentMetric Of(MLContext ml, MulticlassClassificationMetric metric, string label, string predicted, string score)
    {
        double Evaluate(IDataView scored)
        {
            var metrics = ml.Sequences().EvaluateClassification(scored, label, predicted, score);
            return metric switch
            {
                MulticlassClassificationMetric.MicroAccuracy => metrics.MicroAccuracy,
                MulticlassClassificationMetric.MacroAccuracy => metrics.MacroAccuracy,
                MulticlassClassificationMetric.MacroF1Score => metrics.MacroF1Score,
                _ => metrics.LogLoss,
            };
        }
        var maximize = metric != MulticlassClassificationMetric.LogLoss;
        return new(metric.ToString(), maximize, Evaluate, maximize ? "accuracy" : null);
    }

    internal static ExperimentMetric Of(MLContext ml, RegressionMetric metric, string label, string score)
    {
        var isSaid = 0;
        double Evaluate(IDataView scored)
        {
            var metrics = ml.Sequences().EvaluateRegression(scored, label, score);
            if (metrics.MissingLabelCount > 0 && Interlocked.Exchange(ref isSaid, 1) == 0)
            {
                using var channel = ((IHostEnvironment)ml).Register("Experiment").Start("Experiment");
                channel.Warning(MessageSensitivity.None, "{0}", FormattableString.Invariant(
                    $"{metrics.MissingLabelCount} labels in column '{label}' of {metrics.RowCount} validation rows are missing (NaN): ")
                    + "they don't count in the metric.");
            }
            return metric switch
            {
                RegressionMetric.MeanAbsoluteError => metrics.MeanAbsoluteError,
                RegressionMetric.MeanSquaredError => metrics.MeanSquaredError,
                RegressionMetric.RootMeanSquaredError => metrics.RootMeanSquaredError,
                _ => metrics.RSquared,
            };
        }
        return new(metric.ToString(), metric == RegressionMetric.RSquared, Evaluate);
    }
}
