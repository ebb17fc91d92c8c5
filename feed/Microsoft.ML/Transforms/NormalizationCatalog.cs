using Microsoft.ML.Transforms;

namespace Microsoft.ML;

/// <summary>Brings numbers to a common scale.</summary>
public static class NormalizationCatalog
{
    /// <summary>Scales by the largest magnitude or, where zero may move, to [0, 1].</summary>
    public static NormalizingEstimator NormalizeMinMax(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, long maximumExampleCount = 1000000000, bool fixZero = true) =>
        MinMax(catalog, ColumnPair.Of(outputColumnName, inputColumnName), maximumExampleCount, fixZero);

    /// <summary>The same for several columns.</summary>
    public static NormalizingEstimator NormalizeMinMax(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = 1000000000, bool fixZero = true) =>
        MinMax(catalog, ColumnPair.Of(columns), maximumExampleCount, fixZero);

    /// <summary>Scales by the root of the mean square or, where zero may move, to mean 0 and variance 1.</summary>
    /// <exception cref="NotSupportedException"><paramref name="useCdf"/> is true, which is not here.</exception>
    public static NormalizingEstimator NormalizeMeanVariance(this TransformsCatalog catalog, string outputColumnName,
        string inputColumnName = null, long maximumExampleCount = 1000000000, bool fixZero = true, bool useCdf = false) =>
        MeanVariance(catalog, ColumnPair.Of(outputColumnName, inputColumnName), maximumExampleCount, fixZero, useCdf);

    /// <summary>The same for several columns.</summary>
    /// <exception cref="NotSupportedException"><paramref name="useCdf"/> is true, which is not here.</exception>
    public static NormalizingEstimator NormalizeMeanVariance(this TransformsCatalog catalog, InputOutputColumnPair[] columns,
        long maximumExampleCount = 1000000000, bool fixZero = true, bool useCdf = false) =>
        MeanVariance(catalog, ColumnPair.Of(columns), maximumExampleCount, fixZero, useCdf);

    private static NormalizingEstimator MinMax(TransformsCatalog catalog, ColumnPair[] columns, long maximumExampleCount, bool fixZero) =>
        new(catalog.Environment, columns, maximumExampleCount, () => new MinMaxStatistics(fixZero));

    private static NormalizingEstimator MeanVariance(TransformsCatalog catalog, ColumnPair[] columns, long maximumExampleCount, bool fixZero,
        bool useCdf)
    {
        if (useCdf)
            throw new NotSupportedException("The stand-in for ML.NET does not normalize by the cumulative distribution.");
        return new NormalizingEstimator(catalog.Environment, columns, maximumExampleCount, () => new MeanVarianceStatistics(fixZero));
    }
}
