namespace MLSeqGraph.Trainers;

/// <summary>Running means and variances of some numbers, computed so that large offsets cost no precision (Welford 1962).</summary>
internal sealed class Moments(int count)
{
    // Half a unit in the last place of a Single, relative to it.
    private const double Rounding = 6e-8;

    private readonly double[] _mean = new double[count], _squares = new double[count];
    private readonly long[] _counts = new long[count];

    internal int Count => count;

    internal float[] Mean => Array.ConvertAll(_mean, mean => (float)mean);

    /// <summary>Standard deviations; 1 where all values are the same apart from the rounding of Single.</summary>
    internal float[] Deviation => DeviationOr(share: 0);

    /// <summary>Standard deviations; this share of the value where all are the same, and 1 where that is 0.</summary>
    internal float[] DeviationOr(float share) => [.. _squares.Select((squares, i) =>
        Math.Sqrt(squares / _counts[i]) is var deviation && deviation > Rounding * Math.Abs(_mean[i]) ? (float)deviation
            : share * (float)Math.Abs(_mean[i]) is var part and > 0 ? part : 1)];

    /// <summary>Adds numbers of a row; NaN is missing and isn't counted.</summary>
    internal void Add(ReadOnlySpan<float> row)
    {
        for (var i = 0; i < count; i++)
        {
            if (float.IsNaN(row[i]))
                continue;
            var difference = row[i] - _mean[i];
            _mean[i] += difference / ++_counts[i];
            _squares[i] += difference * (row[i] - _mean[i]);
        }
    }
}
