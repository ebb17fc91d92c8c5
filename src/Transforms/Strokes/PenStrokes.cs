namespace MLSeqGraph.Transforms;

/// <summary>Strokes of a pen: points in the order in which they were written, and behind which of them the pen was lifted.</summary>
internal sealed class PenStrokes
{
    /// <summary>Numbers of a point: x, y, and whether the pen is lifted behind it.</summary>
    internal const int PointSize = 3;

    private const int MostPoints = 1 << 20;

    private double[] _x, _y;
    private bool[] _ends;

    /// <exception cref="InvalidDataException">There is no point, or one isn't whole or has a number that can't be used.</exception>
    internal PenStrokes(ReadOnlySpan<float> points, string place)
    {
        if (points.Length == 0 || points.Length % PointSize != 0)
            throw new InvalidDataException($"{place}: {points.Length} numbers; expected x, y and whether the pen is lifted of each point, "
                + "of at least one.");
        var count = points.Length / PointSize;
        (_x, _y, _ends) = (new double[count], new double[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            var point = points.Slice(i * PointSize, PointSize);
            if (!float.IsFinite(point[0]) || !float.IsFinite(point[1]))
                throw new InvalidDataException($"{place}, point {i}: ({point[0]}, {point[1]}); expected finite numbers.");
            if (point[2] is not (0 or 1))
                throw new InvalidDataException($"{place}, point {i}: the pen is {point[2]}; expected 1 where it is lifted behind the "
                    + "point, else 0.");
            (_x[i], _y[i], _ends[i]) = (point[0], point[1], point[2] == 1);
        }
        _ends[^1] = true;
    }

    /// <summary>Number of points.</summary>
    internal int Count => _x.Length;

    internal double X(int point) => _x[point];

    internal double Y(int point) => _y[point];

    /// <summary>Whether the pen is lifted behind a point; it is behind the last.</summary>
    internal bool Ends(int point) => _ends[point];

    /// <summary>Upright: x less y times the mean of dx / dy along the strokes, weighed by dy².</summary>
    internal void Deslant()
    {
        double both = 0, squares = 0;
        for (var i = 1; i < Count; i++)
        {
            if (_ends[i - 1])
                continue;
            var (dx, dy) = (_x[i] - _x[i - 1], _y[i] - _y[i - 1]);
            both += dx * dy;
            squares += dy * dy;
        }
        var slant = squares > 0 ? both / squares : 0;
        for (var i = 0; i < Count; i++)
            _x[i] -= slant * _y[i];
    }

    /// <summary>Begins at x 0, with mean height 0 and a deviation of 1, both along the strokes.</summary>
    internal void Normalize()
    {
        var (mean, variance) = Moments(_y);
        var (_, varianceX) = Moments(_x);
        // A flat line has no height, and a dot no width either.
        var size = Math.Sqrt(variance > 0 ? variance : varianceX > 0 ? varianceX : 1);
        var left = _x.Min();
        for (var i = 0; i < Count; i++)
            (_x[i], _y[i]) = ((_x[i] - left) / size, (_y[i] - mean) / size);
    }

    /// <summary>Points at equal distances of at most the given one along each stroke, its ends among them.</summary>
    /// <exception cref="InvalidDataException">There would be too many.</exception>
    internal void Resample(double spacing, string place)
    {
        List<double> x = [], y = [];
        List<bool> ends = [];
        for (var (first, last) = (0, 0); first < Count; first = ++last)
        {
            while (!_ends[last])
                last++;
            var length = 0.0;
            for (var i = first + 1; i <= last; i++)
                length += Distance(i);
            var parts = Math.Max(1, Math.Ceiling(length / spacing));
            if (x.Count + parts > MostPoints)
                throw new InvalidDataException($"{place}: strokes of a length of {length:g4} have more than {MostPoints} points at a "
                    + $"distance of {spacing}; expected a larger {nameof(StrokeOptions.Spacing)}.");
            x.Add(_x[first]);
            y.Add(_y[first]);
            var (at, passed) = (first + 1, 0.0);
            for (var part = 1; part <= parts && length > 0; part++)
            {
                var wanted = length * part / parts;
                while (at < last && passed + Distance(at) < wanted)
                    passed += Distance(at++);
                var share = Distance(at) > 0 ? Math.Min(1, (wanted - passed) / Distance(at)) : 1;
                x.Add(_x[at - 1] + share * (_x[at] - _x[at - 1]));
                y.Add(_y[at - 1] + share * (_y[at] - _y[at - 1]));
            }
            while (ends.Count < x.Count)
                ends.Add(false);
            ends[^1] = true;
        }
        (_x, _y, _ends) = ([.. x], [.. y], [.. ends]);
    }

    private double Distance(int point) => Math.Sqrt(Math.Pow(_x[point] - _x[point - 1], 2) + Math.Pow(_y[point] - _y[point - 1], 2));

    // Mean and variance along the strokes: ∫ y and ∫ y² of a line from a to b are its length · (a + b) / 2 and (a² + ab + b²) / 3.
    // Where strokes have no length, of the points.
    private (double Mean, double Variance) Moments(double[] values)
    {
        double length = 0, sum = 0, squares = 0;
        var shift = values[0];
        for (var i = 1; i < Count; i++)
        {
            if (_ends[i - 1])
                continue;
            var (a, b, part) = (values[i - 1] - shift, values[i] - shift, Distance(i));
            (length, sum, squares) = (length + part, sum + part * (a + b) / 2, squares + part * (a * a + a * b + b * b) / 3);
        }
        if (length == 0)
            (length, sum, squares) = (Count, values.Sum(value => value - shift), values.Sum(value => Math.Pow(value - shift, 2)));
        return (shift + sum / length, Math.Max(0, squares / length - Math.Pow(sum / length, 2)));
    }
}
