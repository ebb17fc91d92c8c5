namespace Microsoft.ML.Data;

/// <summary>How well a classifier into two classes did.</summary>
public class BinaryClassificationMetrics
{
    /// <summary>The area under the receiver operating characteristic curve; a tie counts half.</summary>
    public double AreaUnderRocCurve { get; internal init; }

    /// <summary>The part of the examples predicted right.</summary>
    public double Accuracy { get; internal init; }

    /// <summary>The part of the examples predicted positive that are.</summary>
    public double PositivePrecision { get; internal init; }

    /// <summary>The part of the positive examples predicted so.</summary>
    public double PositiveRecall { get; internal init; }

    /// <summary>The part of the examples predicted negative that are.</summary>
    public double NegativePrecision { get; internal init; }

    /// <summary>The part of the negative examples predicted so.</summary>
    public double NegativeRecall { get; internal init; }

    /// <summary>The harmonic mean of positive precision and positive recall.</summary>
    public double F1Score { get; internal init; }

    /// <summary>The area under the curve of precision over recall.</summary>
    public double AreaUnderPrecisionRecallCurve { get; internal init; }

    /// <summary>Counts by actual and predicted class; class 0 is the positive one.</summary>
    public ConfusionMatrix ConfusionMatrix { get; internal init; }

    internal BinaryClassificationMetrics()
    {
    }
}

/// <summary>How well a classifier into two classes did whose scores come with probabilities.</summary>
public sealed class CalibratedBinaryClassificationMetrics : BinaryClassificationMetrics
{
    /// <summary>The mean of −log₂ of the probability given to the actual class.</summary>
    public double LogLoss { get; internal init; }

    /// <summary>1 − log-loss / entropy of the labels.</summary>
    public double LogLossReduction { get; internal init; }

    /// <summary>The entropy of the labels in bits.</summary>
    public double Entropy { get; internal init; }

    internal CalibratedBinaryClassificationMetrics()
    {
    }
}
