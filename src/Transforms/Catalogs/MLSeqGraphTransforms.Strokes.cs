using Microsoft.ML;

namespace MLSeqGraph.Transforms;

public static partial class MLSeqGraphTransforms
{
    /// <summary>
    /// Turns strokes of a pen into features of points at equal distances, [points, <see cref="StrokeFeatures.Count"/>], that a sequence
    /// network reads.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="outputColumnName">The column of features, variable vectors of Single.</param>
    /// <param name="inputColumnName">
    /// The column of points, a vector of Single [points, 3]: x, y upwards, and 1 where the pen is lifted behind the point, else 0.
    /// </param>
    /// <param name="options">How they are normalized and resampled; null for the defaults.</param>
    /// <exception cref="ArgumentException">A name is empty, or an option is out of its range.</exception>
    /// <example>
    /// <code>
    /// var pipeline = ml.Transforms.FeaturizeStrokes("Features", "Pen").Append(ml.Sequences().Alignment());
    /// </code>
    /// </example>
    public static StrokeFeaturizingEstimator FeaturizeStrokes(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName, StrokeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        return new StrokeFeaturizingEstimator(outputColumnName, inputColumnName, options ?? new());
    }
}
