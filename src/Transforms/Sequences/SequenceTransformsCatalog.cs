using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Transforms of sequences, beside ML.NET's own in <see cref="MLContext.Transforms"/>.</summary>
public static class SequenceTransformsCatalog
{
    /// <summary>
    /// Groups a panel in long form, one row a step, into one row a series: its features as a sequence in the order of time.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of sequences, variable vectors [steps, features].</param>
    /// <param name="seriesColumnName">Tells to which series a row belongs: text, a key or a whole number.</param>
    /// <param name="timeColumnName">Orders the rows of a series: a number, a date or a time span, no two of a series the same.</param>
    /// <param name="featureColumnNames">The features of a step, Single or vectors of Single of known size.</param>
    /// <param name="carriedColumnNames">Columns with one value a series, such as its label, that go into the output.</param>
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
    /// Cuts sequences into windows of equal length, one row a window, and where <paramref name="horizon"/> is given the steps after each
    /// window as its target.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of windows, [<paramref name="windowSteps"/>, features].</param>
    /// <param name="windowSteps">Steps of a window.</param>
    /// <param name="inputColumnName">The column of sequences; without it <paramref name="outputColumnName"/>.</param>
    /// <param name="stride">Steps from the start of one window to that of the next.</param>
    /// <param name="horizon">Steps after the window that become its target; 0 makes no target column.</param>
    /// <param name="targetColumnName">The column of targets, [<paramref name="horizon"/>, features].</param>
    /// <param name="featureCount">Features a step; without it as the column's type says ([steps, features]), otherwise 1.</param>
    /// <exception cref="ArgumentException">A name or number is out of its range.</exception>
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

    /// <summary>Cuts sequences into windows of equal length, one row a window.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="options">What to cut and how.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public static WindowCuttingEstimator CutWindows(this TransformsCatalog catalog, WindowCuttingEstimator.Options options)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new WindowCuttingEstimator(options);
    }
}
