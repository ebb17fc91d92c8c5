using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// What makes columns of features of nodes or edges independent of their units: (x - mean) / deviation, of each column by itself. Columns
/// most of which is 0 are divided by the root mean square of the others, so that zeros stay; columns of one value besides 0 (indicators,
/// constants) by its size, so that indicators stay as they are, and constants don't vanish that sums over neighbors count by.
/// </summary>
internal sealed class FeatureScaling
{
    private readonly float[] _mean, _deviation;

    private FeatureScaling(float[] mean, float[] deviation) => (_mean, _deviation) = (mean, deviation);

    private bool Moves => _mean.Any(mean => mean != 0);

    /// <summary>Of the features of nodes; null where nothing is to be done.</summary>
    /// <param name="features">The features.</param>
    /// <param name="series">Numbers of a step where the first features are steps, and how many of these, null for all.</param>
    internal static FeatureScaling? Of(FeatureMatrix features, (int FeaturesPerStep, int? Steps)? series = null)
    {
        if (!features.IsSparse)
            return Of(features.Values, features.ColumnCount, series);
        var columns = Columns(features.ColumnCount, series);
        for (var i = 0; i < features.Values.Length; i++)
            columns[features.Columns![i]].Add(features.Values[i]);
        return Of(columns, rows: long.MaxValue / 2 / features.ColumnCount);
    }

    /// <summary>Of rows, one after another, NaN where a number is missing; null where nothing is to be done.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="count">Their columns.</param>
    /// <param name="series">
    /// Numbers of a step where the first columns are steps, which share their units, and how many of these, null for all.
    /// </param>
    internal static FeatureScaling? Of(ReadOnlySpan<float> rows, int count, (int FeaturesPerStep, int? Steps)? series = null)
    {
        if (count == 0)
            return null;
        var columns = Columns(count, series);
        for (int i = 0, column = 0; i < rows.Length; i++, column = column + 1 == count ? 0 : column + 1)
            if (float.IsNaN(rows[i]))
                columns[column].Missing++;
            else if (rows[i] != 0)
                columns[column].Add(rows[i]);
        return Of(columns, rows.Length / count);
    }

    /// <summary>The first columns' mean and deviation.</summary>
    internal (float[] Mean, float[] Deviation) First(int columns) => (_mean[..columns], _deviation[..columns]);

    /// <summary>The mean size of weights, by which they are divided; 1 where there are none.</summary>
    internal static float UnitOf(ReadOnlySpan<float> weights)
    {
        var sum = 0.0;
        foreach (var weight in weights)
            sum += Math.Abs((double)weight);
        return sum > 0 ? (float)(sum / weights.Length) : 1;
    }

    /// <summary>Scales an input [rows, columns], sparse or not.</summary>
    internal Value Apply(NetworkBuilder network, Value x)
    {
        if (!Moves)
            return network.DividedColumns(x, _deviation);
        return (x - network.Graph.Vector(_mean)) / network.Graph.Vector(_deviation);
    }

    /// <summary>What the metadata says of it.</summary>
    internal ModelScaling Described => ModelScaling.Of(_mean, _deviation);

    /// <summary>Gives numbers of size 1, row by row, the size of the features.</summary>
    internal void Undo(Span<float> rows)
    {
        for (var i = 0; i < rows.Length; i++)
            rows[i] = rows[i] * _deviation[i % _deviation.Length] + _mean[i % _mean.Length];
    }

    // A column for each feature; the same one for that feature of all steps.
    private static Column[] Columns(int count, (int FeaturesPerStep, int? Steps)? series)
    {
        Column[] columns = [.. Enumerable.Range(0, count).Select(_ => new Column())];
        if (series is { } of)
            for (var i = of.FeaturesPerStep; i < Math.Min(count, of.Steps * of.FeaturesPerStep ?? count); i++)
                columns[i] = columns[i - of.FeaturesPerStep];
        return columns;
    }

    private static FeatureScaling? Of(Column[] columns, long rows)
    {
        var times = columns.GroupBy(column => column).ToDictionary(column => column.Key, column => column.Count());
        var scaled = Array.ConvertAll(columns, column => column.Scale(rows * times[column]));
        return scaled.All(column => column is (0, 1)) ? null
            : new([.. scaled.Select(column => column.Mean)], [.. scaled.Select(column => column.Deviation)]);
    }

    /// <summary>The values of a column that aren't 0, and how many are missing.</summary>
    private sealed class Column
    {
        // Half a unit in the last place of a Single, relative to it.
        private const double Rounding = 6e-8;
        private long _count;
        private float _first;
        private bool _isOneValue = true;
        private double _mean, _squares;

        internal long Missing { get; set; }

        internal void Add(float value)
        {
            if (_count++ == 0)
                _first = value;
            _isOneValue &= value == _first;
            var difference = value - _mean;
            _mean += difference / _count;
            _squares += difference * (value - _mean);
        }

        internal (float Mean, float Deviation) Scale(long rows)
        {
            rows -= Missing;
            if (_count == 0)
                return (0, 1);
            // Of equal values, but for rounding, the mean square would have rounding of its own.
            var variance = _squares / _count;
            if (_isOneValue || Math.Sqrt(variance) <= Rounding * Math.Abs(_mean))
                return (0, Math.Abs(_first));
            if (_count <= rows / 2)
                return (0, (float)Math.Sqrt(variance + _mean * _mean));
            // The zeros that weren't added move the mean, and the squares by as much.
            var share = (double)_count / rows;
            return ((float)(share * _mean), (float)Math.Sqrt(share * variance + share * (1 - share) * _mean * _mean));
        }
    }
}
