namespace MLSeqGraph.Trainers;

/// <summary>How well one output was predicted.</summary>
/// <param name="Name">The name of its slot, or its index where slots have no names.</param>
/// <param name="Count">Rows with a label: those that count.</param>
/// <param name="MeanAbsoluteError">Σ |label − score| / n, in the label's unit; NaN without labels.</param>
/// <param name="MeanSquaredError">Σ (label − score)² / n; NaN without labels.</param>
/// <param name="RSquared">
/// 1 − Σ (label − score)² / Σ (label − mean label)²: 1 is perfect, 0 as good as predicting the labels' mean. It has no unit:
/// scaling labels and scores doesn't change it. NaN where all labels are equal.
/// </param>
public sealed record OutputRegressionMetrics(string Name, long Count, double MeanAbsoluteError, double MeanSquaredError, double RSquared)
{
    /// <summary>The root of <see cref="MeanSquaredError"/>, in the label's unit.</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);
}
