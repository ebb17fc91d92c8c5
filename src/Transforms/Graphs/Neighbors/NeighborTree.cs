namespace MLSeqGraph.Transforms;

/// <summary>
/// A k-d tree of points (Bentley 1975): halves by the axis in which the points spread most, so that its depth is log₂ of their number
/// even where all are at one place.
/// </summary>
internal sealed class NeighborTree
{
    private const int LeafSize = 8;

    private readonly double[] _positions;
    private readonly int _dimensions;
    private readonly int[] _points;
    private readonly List<(int Axis, double At, int Left, int Right, int Start, int End)> _nodes = [];

    internal NeighborTree(ReadOnlySpan<double> positions, int dimensions)
    {
        (_positions, _dimensions) = (positions.ToArray(), dimensions);
        _points = [.. Enumerable.Range(0, _positions.Length / dimensions)];
        Divide(0, _points.Length, new double[_points.Length]);
    }

    /// <summary>The nearest points to one of them, of equally near ones those with lower numbers, nearest first.</summary>
    /// <param name="point">The point, which isn't its own neighbor.</param>
    /// <param name="count">How many; there must be as many others.</param>
    internal int[] Nearest(int point, int count)
    {
        var (squares, found) = (new double[count], new int[count]);
        var known = 0;
        Search(0);
        return found;

        void Search(int node)
        {
            var (axis, at, left, right, start, end) = _nodes[node];
            if (axis < 0)
            {
                for (var i = start; i < end; i++)
                    if (_points[i] != point)
                        Add(_points[i], Square(point, _points[i]));
                return;
            }
            var beyond = _positions[point * _dimensions + axis] - at;
            Search(beyond < 0 ? left : right);
            if (known < count || beyond * beyond <= squares[^1])
                Search(beyond < 0 ? right : left);
        }

        void Add(int other, double square)
        {
            if (known == count && (square, other).CompareTo((squares[^1], found[^1])) >= 0)
                return;
            var place = known < count ? known++ : count - 1;
            for (; place > 0 && (square, other).CompareTo((squares[place - 1], found[place - 1])) < 0; place--)
                (squares[place], found[place]) = (squares[place - 1], found[place - 1]);
            (squares[place], found[place]) = (square, other);
        }
    }

    // Points with the dividing coordinate may stand on both sides.
    private int Divide(int start, int end, double[] keys)
    {
        var node = _nodes.Count;
        _nodes.Add((-1, 0, 0, 0, start, end));
        if (end - start <= LeafSize)
            return node;
        var axis = Enumerable.Range(0, _dimensions).MaxBy(axis => Spread(axis, start, end));
        for (var i = start; i < end; i++)
            keys[i] = _positions[_points[i] * _dimensions + axis];
        Array.Sort(keys, _points, start, end - start);
        var middle = (start + end) / 2;
        var at = keys[middle];
        var left = Divide(start, middle, keys);
        _nodes[node] = (axis, at, left, Divide(middle, end, keys), start, end);
        return node;
    }

    private double Spread(int axis, int start, int end)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = start; i < end; i++)
        {
            var at = _positions[_points[i] * _dimensions + axis];
            (low, high) = (Math.Min(low, at), Math.Max(high, at));
        }
        return high - low;
    }

    private double Square(int a, int b)
    {
        var sum = 0.0;
        for (var axis = 0; axis < _dimensions; axis++)
        {
            var difference = _positions[a * _dimensions + axis] - _positions[b * _dimensions + axis];
            sum += difference * difference;
        }
        return sum;
    }
}
