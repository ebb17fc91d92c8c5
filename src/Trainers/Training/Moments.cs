namespace MLSeqGraph.Trainers;

/// <summary>Running means and variances of some numbers (Welford 1962), so that large offsets cost no precision.</summary>
internal sealed class Moments(int count)
{
    private readonly double[] _mean = new double[count], _squares = new double[count];
    private long _rows;

    internal int Count => count;

    internal float[] Mean => Array.ConvertAll(_mean, mean => (float)mean);

    /// <summary>Standard deviations; 1 where all values are the same.</summary>
    internal float[] Deviation =>
        Array.ConvertAll(_squares, squares => squares / _rows is var variance && variance > 1e-12 ? (float)Math.Sqrt(variance) : 1);

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
