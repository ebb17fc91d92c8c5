using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Losses of regression: means over all elements.
public static partial class Loss
{
    /// <summary>Mean of (p - y)².</summary>
    /// <param name="predictions">Of any shape.</param>
    /// <param name="targets">Of the same shape.</param>
    /// <param name="weights">A weight for each element, of a shape that broadcasts; null for equal ones.</param>
    public static Value MeanSquaredError(Value predictions, Value targets, Value? weights = null)
    {
        Same("MeanSquaredError", predictions, targets);
        var difference = predictions - targets;
        return Mean(difference * difference, weights);
    }

    /// <summary>Mean of |p - y|.</summary>
    /// <param name="predictions">Of any shape.</param>
    /// <param name="targets">Of the same shape.</param>
    /// <param name="weights">A weight for each element, of a shape that broadcasts; null for equal ones.</param>
    public static Value MeanAbsoluteError(Value predictions, Value targets, Value? weights = null)
    {
        Same("MeanAbsoluteError", predictions, targets);
        return Mean(Op.Abs(predictions - targets), weights);
    }

    /// <summary>Mean of ½ d² where |d| ≤ δ, δ (|d| - ½ δ) beyond (Huber 1964).</summary>
    /// <param name="predictions">Of any shape.</param>
    /// <param name="targets">Of the same shape.</param>
    /// <param name="delta">δ, the distance where the loss becomes linear.</param>
    /// <param name="weights">A weight for each element, of a shape that broadcasts; null for equal ones.</param>
    public static Value Huber(Value predictions, Value targets, float delta = 1, Value? weights = null)
    {
        Same("Huber", predictions, targets);
        // With m = min(|d|, δ) both branches are m · (|d| - ½ m).
        var distance = Op.Abs(predictions - targets);
        var near = Op.Min(distance, distance.Graph.Scalar(delta));
        return Mean(near * (distance - near * 0.5), weights);
    }
}
