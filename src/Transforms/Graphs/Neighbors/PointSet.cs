namespace MLSeqGraph.Transforms;

/// <summary>Points by number.</summary>
internal sealed class PointSet(ReadOnlySpan<double> positions, int dimensions)
{
    private readonly double[] _positions = positions.ToArray();

    internal int Dimensions => dimensions;

    internal int Count => _positions.Length / dimensions;

    internal double At(int point, int axis) => _positions[point * dimensions + axis];

    /// <summary>The square of the distance between two points.</summary>
    internal double Square(int a, int b)
    {
        var sum = 0.0;
        for (var axis = 0; axis < dimensions; axis++)
        {
            var difference = At(a, axis) - At(b, axis);
            sum += difference * difference;
        }
        return sum;
    }

    /// <summary>The lowest and the highest coordinate of some points; infinities where there are none.</summary>
    internal (double Low, double High) Range(int axis, ReadOnlySpan<int> points)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var point in points)
            (low, high) = (Math.Min(low, At(point, axis)), Math.Max(high, At(point, axis)));
        return (low, high);
    }
}
