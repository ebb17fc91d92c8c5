using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class MulticlassClassificationCatalog
{
    /// <summary>Compares scores with labels.</summary>
    /// <param name="data">The scored data.</param>
    /// <param name="labelColumnName">The label: a key or a single.</param>
    /// <param name="scoreColumnName">The scores, a vector of singles with a slot a class.</param>
    /// <param name="predictedLabelColumnName">The predicted label; it must be there.</param>
    /// <param name="topKPredictionCount">The largest k to give top-k accuracies for, 0 for none.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public MulticlassClassificationMetrics Evaluate(IDataView data, string labelColumnName = "Label",
        string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel", int topKPredictionCount = 0)
    {
        ArgumentNullException.ThrowIfNull(data);
        return MulticlassEvaluator.Evaluate(data, labelColumnName, scoreColumnName, predictedLabelColumnName, topKPredictionCount);
    }
}

public sealed partial class BinaryClassificationCatalog
{
    /// <summary>Compares scores and probabilities with labels.</summary>
    /// <param name="data">The scored data.</param>
    /// <param name="labelColumnName">The label: a boolean, a single, a double or a key of two values.</param>
    /// <param name="scoreColumnName">The raw score, a single; positive ones predict the positive class.</param>
    /// <param name="probabilityColumnName">The probability of the positive class, a single.</param>
    /// <param name="predictedLabelColumnName">The predicted label; it must be there.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or one of the classes does not occur.
    /// </exception>
    public CalibratedBinaryClassificationMetrics Evaluate(IDataView data, string labelColumnName = "Label",
        string scoreColumnName = "Score", string probabilityColumnName = "Probability",
        string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        return BinaryEvaluator.Read(data, labelColumnName, scoreColumnName, probabilityColumnName ?? "",
            predictedLabelColumnName, out var names).CalibratedMetrics(names);
    }

    /// <summary>Compares raw scores with labels.</summary>
    /// <param name="data">The scored data.</param>
    /// <param name="labelColumnName">The label: a boolean, a single, a double or a key of two values.</param>
    /// <param name="scoreColumnName">The raw score, a single; positive ones predict the positive class.</param>
    /// <param name="predictedLabelColumnName">The predicted label; it must be there.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A column is missing or of the wrong type, or one of the classes does not occur.
    /// </exception>
    public BinaryClassificationMetrics EvaluateNonCalibrated(IDataView data, string labelColumnName = "Label",
        string scoreColumnName = "Score", string predictedLabelColumnName = "PredictedLabel")
    {
        ArgumentNullException.ThrowIfNull(data);
        return BinaryEvaluator.Read(data, labelColumnName, scoreColumnName, null, predictedLabelColumnName, out var names)
            .Metrics(names);
    }
}

public sealed partial class RegressionCatalog
{
    /// <summary>Compares scores with labels, both singles.</summary>
    /// <param name="data">The scored data.</param>
    /// <param name="labelColumnName">The label.</param>
    /// <param name="scoreColumnName">The score.</param>
    /// <exception cref="ArgumentOutOfRangeException">A column is missing or of the wrong type.</exception>
    public RegressionMetrics Evaluate(IDataView data, string labelColumnName = "Label", string scoreColumnName = "Score")
    {
        ArgumentNullException.ThrowIfNull(data);
        return RegressionEvaluator.Evaluate(data, labelColumnName, scoreColumnName);
    }
}
