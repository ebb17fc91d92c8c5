namespace MLSeqGraph.Trainers;

/// <summary>Running means and variances of some numbers, computed so that large offsets cost no precision (Welford 1962).</summary>
internal sealed class Moments(int count)
{
    // Half a unit in the last place of a Single, relative to it.
    private const double Rounding = 6e-8;

    private readonly double[] _mean = new double[count], _squares = new double[count];
    private long _rows;

    internal int Count => count;

    internal float[] Mean => Array.ConvertAll(_mean, mean => (float)mean);

    /// <summary>Standard deviations; 1 where all values are the same apart from the rounding of Single.</summary>
    internal float[] Deviation => [.. _squares.Select((squares, i) =>
        Math.Sqrt(squares / _rows) is var deviation && deviation > Rounding * Math.Abs(_mean[i]) ? (float)deviation : 1)];

    internal void Add(ReadOnlySpan<float> row)
    {
        _rows++;
        for (var i = 0; i < count; i++)
        {
            var difference = row[i] - _mean[i];
            _mean[i] += difference / _rows;
            _squares[i] += difference * (row[i] - _mean[i]);
        }
    }
}
