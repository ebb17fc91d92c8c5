namespace MLSeqGraph.Trainers;

/// <summary>
/// How well numbers, or vectors of numbers, were predicted: <see cref="EvaluationExtensions.EvaluateRegression(SequencesCatalog,
/// Microsoft.ML.IDataView, string, string, CancellationToken)"/>. The averages give every output the same weight (as
/// <c>uniform_average</c> of scikit-learn does); where outputs have different units, look at <see cref="PerOutput"/>.
/// </summary>
public sealed class VectorRegressionMetrics
{
    internal VectorRegressionMetrics(IReadOnlyList<OutputRegressionMetrics> perOutput, long rows, long missing)
    {
        PerOutput = perOutput;
        (RowCount, MissingLabelCount) = (rows, missing);
        MeanAbsoluteError = MetricsText.Mean(perOutput.Select(output => output.MeanAbsoluteError));
        MeanSquaredError = MetricsText.Mean(perOutput.Select(output => output.MeanSquaredError));
        RootMeanSquaredError = MetricsText.Mean(perOutput.Select(output => output.RootMeanSquaredError));
        RSquared = MetricsText.Mean(perOutput.Select(output => output.RSquared));
    }

    /// <summary>The mean of the outputs' <see cref="OutputRegressionMetrics.MeanAbsoluteError"/>.</summary>
    public double MeanAbsoluteError { get; }

    /// <summary>The mean of the outputs' <see cref="OutputRegressionMetrics.MeanSquaredError"/>.</summary>
    public double MeanSquaredError { get; }

    /// <summary>The mean of the outputs' <see cref="OutputRegressionMetrics.RootMeanSquaredError"/>.</summary>
    public double RootMeanSquaredError { get; }

    /// <summary>The mean of the outputs' <see cref="OutputRegressionMetrics.RSquared"/> where they have one; NaN where none has.</summary>
    public double RSquared { get; }

    /// <summary>Each output, in the order of the slots.</summary>
    public IReadOnlyList<OutputRegressionMetrics> PerOutput { get; }

    /// <summary>The number of rows.</summary>
    public long RowCount { get; }

    /// <summary>The number of labels that are NaN, which don't count.</summary>
    public long MissingLabelCount { get; }

    /// <summary>A table: a line per output, and the averages.</summary>
    public override string ToString() => MetricsText.Table(["output", "count", "MAE", "RMSE", "R²"],
    [
        .. PerOutput.Select(output => Line(output.Name, MetricsText.Format(output.Count),
            output.MeanAbsoluteError, output.RootMeanSquaredError, output.RSquared)),
        Line("average", "", MeanAbsoluteError, RootMeanSquaredError, RSquared),
    ]) + $"{RowCount} rows; {MissingLabelCount} labels missing\n";

    private static IReadOnlyList<string> Line(string name, string count, params double[] metrics) =>
        [name, count, .. metrics.Select(MetricsText.Format)];
}
