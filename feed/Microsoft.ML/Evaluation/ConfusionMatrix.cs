using System.Collections.Immutable;

namespace Microsoft.ML.Data;

/// <summary>Counts of examples by actual class (row) and predicted class (column).</summary>
public sealed class ConfusionMatrix
{
    private readonly string[] _classNames;
    private readonly bool _isBinary;

    /// <summary>For each class, the part of the examples predicted as it that are of it; 0 where none were.</summary>
    public IReadOnlyList<double> PerClassPrecision { get; }

    /// <summary>For each class, the part of its examples that were predicted as it; 0 where it has none.</summary>
    public IReadOnlyList<double> PerClassRecall { get; }

    /// <summary>The counts as <c>[actual][predicted]</c>.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Counts { get; }

    /// <summary>The number of classes.</summary>
    public int NumberOfClasses { get; }

    internal ConfusionMatrix(double[][] counts, string[] classNames, bool isBinary)
    {
        _classNames = classNames;
        _isBinary = isBinary;
        NumberOfClasses = counts.Length;
        Counts = counts.Select(row => (IReadOnlyList<double>)row.ToImmutableArray()).ToImmutableArray();
        PerClassPrecision = Enumerable.Range(0, counts.Length)
            .Select(i => Ratio(counts[i][i], counts.Sum(row => row[i]))).ToImmutableArray();
        PerClassRecall = Enumerable.Range(0, counts.Length)
            .Select(i => Ratio(counts[i][i], counts[i].Sum())).ToImmutableArray();
    }

    private static double Ratio(double part, double whole) => whole > 0 ? part / whole : 0;

    /// <summary>How many examples of one class were predicted as another.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is not a class.</exception>
    public double GetCountForClassPair(int predictedClassIndicatorIndex, int actualClassIndicatorIndex)
    {
        Check(predictedClassIndicatorIndex, nameof(predictedClassIndicatorIndex));
        Check(actualClassIndicatorIndex, nameof(actualClassIndicatorIndex));
        return Counts[actualClassIndicatorIndex][predictedClassIndicatorIndex];
    }

    private void Check(int index, string parameter)
    {
        if (index < 0 || index >= NumberOfClasses)
            throw new ArgumentOutOfRangeException(parameter, "Invalid index. Should be non-negative, less than the number of classes.");
    }

    /// <summary>The matrix as a table of text with recall as its last column and precision as its last row.</summary>
    public string GetFormattedConfusionTable() => ConfusionTable.Format(this, _classNames, _isBinary);
}
