using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>What an exported file in another precision costs and saves, on given rows.</summary>
/// <param name="Precision">The precision of its weights.</param>
/// <param name="Bytes">Size of the files that were written, in bytes.</param>
/// <param name="BytesInSingle">Size of the same files in single precision.</param>
/// <param name="Rows">Rows that both models scored.</param>
/// <param name="LargestDifference">Largest difference of a value of <c>Score</c>, relative to max(1, |value|).</param>
/// <param name="SameLabels">Share of the rows whose <c>PredictedLabel</c> is the same; null where the model has none.</param>
/// <param name="Metric">The metric that was asked for, of the written model; null where none was.</param>
/// <param name="MetricInSingle">The metric in single precision.</param>
public sealed record PrecisionReport(Precision Precision, long Bytes, long BytesInSingle, long Rows, double LargestDifference,
    double? SameLabels, double? Metric, double? MetricInSingle)
{
    /// <summary>
    /// The largest difference allowed by default: 0.005 for <see cref="Precision.Half"/>, 0.1 for <see cref="Precision.Int8"/>,
    /// 0.25 for <see cref="Precision.DynamicInt8"/>, 0 for <see cref="Precision.Single"/>.
    /// </summary>
    public static double ToleranceOf(Precision precision) => precision switch
    {
        Precision.Single => 0,
        Precision.Half => 0.005,
        Precision.Int8 => 0.1,
        Precision.DynamicInt8 => 0.25,
        _ => throw new ArgumentOutOfRangeException(nameof(precision), precision, "There is no such precision."),
    };
}
