namespace Microsoft.ML.Data;

/// <summary>How well a classifier into several classes did.</summary>
public sealed class MulticlassClassificationMetrics
{
    /// <summary>The mean of −ln(score of the actual class), scores clamped to [1e-15, 1].</summary>
    public double LogLoss { get; internal init; }

    /// <summary>1 − log-loss / entropy of the labels: 1 is perfect, 0 no better than the class frequencies.</summary>
    public double LogLossReduction { get; internal init; }

    /// <summary>The mean over the classes that occur of their recall.</summary>
    public double MacroAccuracy { get; internal init; }

    /// <summary>The part of the examples predicted right.</summary>
    public double MicroAccuracy { get; internal init; }

    /// <summary>The accuracy where being among the <see cref="TopKPredictionCount"/> best scores counts as right; 0 when not asked for.</summary>
    public double TopKAccuracy => TopKAccuracyForAllK?.LastOrDefault() ?? 0;

    /// <summary>The K asked for, 0 for none.</summary>
    public int TopKPredictionCount { get; internal init; }

    /// <summary>The top-k accuracies for k from 1 to <see cref="TopKPredictionCount"/>; null when not asked for.</summary>
    public IReadOnlyList<double> TopKAccuracyForAllK { get; internal init; }

    /// <summary>The log-loss over each class's examples; 0 for a class without any.</summary>
    public IReadOnlyList<double> PerClassLogLoss { get; internal init; }

    /// <summary>Counts by actual and predicted class.</summary>
    public ConfusionMatrix ConfusionMatrix { get; internal init; }

    internal MulticlassClassificationMetrics()
    {
    }
}
