using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Groups a panel in long form, one row for each step, into one row for each series: its features in the order of time, Single [steps,
    /// features].
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of sequences, variable vectors of Single [steps, features].</param>
    /// <param name="seriesColumnName">The column that says which series a row belongs to: text, a key or a whole number.</param>
    /// <param name="timeColumnName">
    /// The column that orders the rows of a series: a number, a date or a time span, different in all rows of a series.
    /// </param>
    /// <param name="featureColumnNames">The features of a step, Single or vectors of Single of known size.</param>
    /// <param name="carriedColumnNames">
    /// Columns with one value for each series, such as its label, that go into the output; null for none.
    /// </param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or there is no feature.</exception>
    /// <example>
    /// <code>
    /// var flights = ml.Transforms.GroupIntoSequences("Signals", "Flight", "Second", ["Altitude", "Speed"], ["Outcome"])
    ///     .Fit(rows).Transform(rows);
    /// </code>
    /// </example>
    public static SequenceGroupingEstimator GroupIntoSequences(this TransformsCatalog catalog, string outputColumnName,
        string seriesColumnName, string timeColumnName, string[] featureColumnNames, string[]? carriedColumnNames = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new SequenceGroupingEstimator(new SequenceGroupingEstimator.Options
        {
            OutputColumnName = outputColumnName,
            SeriesColumnName = seriesColumnName,
            TimeColumnName = timeColumnName,
            FeatureColumnNames = featureColumnNames,
            CarriedColumnNames = carriedColumnNames ?? [],
        });
    }

    /// <summary>
    /// Cuts sequences into windows of equal length, one row for each window, and with a <paramref name="horizon"/> the steps after each
    /// window as its target. Sequences are vectors of Single [steps, features], or of keys, Int32 or Int64 [steps].
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">
    /// The column of windows, [<paramref name="windowSteps"/>, features], or [<paramref name="windowSteps"/>].
    /// </param>
    /// <param name="windowSteps">Steps per window.</param>
    /// <param name="inputColumnName">The column of sequences; null for <paramref name="outputColumnName"/>.</param>
    /// <param name="stride">Steps from the start of one window to that of the next.</param>
    /// <param name="horizon">Steps after the window that become its target; 0 makes no target column.</param>
    /// <param name="targetColumnName">
    /// The column of targets, [<paramref name="horizon"/>, features], or [<paramref name="horizon"/>]. With a horizon of 1 the target of a
    /// sequence of keys or integers is a single value, not a vector.
    /// </param>
    /// <param name="featureCount">
    /// Features per step; null to take them from the column's type, [steps, features], or 1 where it doesn't say.
    /// </param>
    /// <exception cref="ArgumentException">A name is empty or used twice, or a number is out of range.</exception>
    /// <example>
    /// <code>
    /// var windows = ml.Transforms.CutWindows("Window", 48, "Load", horizon: 24).Fit(data).Transform(data);
    /// </code>
    /// </example>
    public static WindowCuttingEstimator CutWindows(this TransformsCatalog catalog, string outputColumnName, int windowSteps,
        string? inputColumnName = null, int stride = 1, int horizon = 0, string targetColumnName = "Label", int? featureCount = null) =>
        catalog.CutWindows(new WindowCuttingEstimator.Options
        {
            OutputColumnName = outputColumnName,
            InputColumnName = inputColumnName,
            WindowSteps = windowSteps,
            Stride = stride,
            Horizon = horizon,
            TargetColumnName = targetColumnName,
            FeatureCount = featureCount,
        });

    /// <summary>Cuts sequences into windows of equal length, one row for each window.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">What to cut and how.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static WindowCuttingEstimator CutWindows(this TransformsCatalog catalog, WindowCuttingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(options);
        return new WindowCuttingEstimator(options);
    }
}
