using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

// Losses of regression: means over all elements.
public static partial class Loss
{
    /// <summary>Mean of (p - y)².</summary>
    /// <param name="predictions">Of any shape.</param>
    /// <param name="targets">Of the same shape.</param>
    public static Value MeanSquaredError(Value predictions, Value targets)
    {
        Same("MeanSquaredError", predictions, targets);
        var difference = predictions - targets;
        return Op.ReduceMean(difference * difference, keepDims: false);
    }

    /// <summary>Mean of |p - y|.</summary>
    /// <param name="predictions">Of any shape.</param>
    /// <param name="targets">Of the same shape.</param>
    public static Value MeanAbsoluteError(Value predictions, Value targets)
    {
        Same("MeanAbsoluteError", predictions, targets);
        return Op.ReduceMean(Op.Abs(predictions - targets), keepDims: false);
    }

    /// <summary>Mean of ½ d² where |d| ≤ δ, δ (|d| - ½ δ) beyond (Huber 1964).</summary>
    /// <param name="predictions">Of any shape.</param>
    /// <param name="targets">Of the same shape.</param>
    /// <param name="delta">Where the square ends.</param>
    public static Value Huber(Value predictions, Value targets, float delta = 1)
    {
        Same("Huber", predictions, targets);
        // With m = min(|d|, δ) both branches are m · (|d| - ½ m).
        var distance = Op.Abs(predictions - targets);
        var near = Op.Min(distance, distance.Graph.Scalar(delta));
        return Op.ReduceMean(near * (distance - near * 0.5), keepDims: false);
    }
}
