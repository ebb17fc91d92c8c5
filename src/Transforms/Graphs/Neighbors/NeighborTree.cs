namespace MLSeqGraph.Transforms;

/// <summary>
/// A k-d tree of points (Bentley 1975): halves by the axis in which the points spread most, so that its depth is log₂ of their number
/// even where all are at one place.
/// </summary>
internal sealed class NeighborTree
{
    private const int LeafSize = 8;

    private readonly PointSet _all;
    private readonly int[] _points;
    private readonly List<(int Axis, double At, int Left, int Right, int Start, int End)> _nodes = [];

    internal NeighborTree(PointSet points)
    {
        _all = points;
        _points = [.. Enumerable.Range(0, points.Count)];
        Divide(0, _points.Length, new double[_points.Length]);
    }

    /// <summary>The nearest points to one of them, of equally near ones those with lower numbers, nearest first.</summary>
    /// <param name="point">The point, which isn't its own neighbor.</param>
    /// <param name="nearest">Gets them.</param>
    internal void Search(int point, NearestPoints nearest) => Search(0, point, nearest);

    private void Search(int node, int point, NearestPoints nearest)
    {
        var (axis, at, left, right, start, end) = _nodes[node];
        if (axis < 0)
        {
            for (var i = start; i < end; i++)
                if (_points[i] != point)
                    nearest.Add(_points[i], _all.Square(point, _points[i]));
            return;
        }
        var beyond = _all.At(point, axis) - at;
        Search(beyond < 0 ? left : right, point, nearest);
        if (beyond * beyond <= nearest.Reach)
            Search(beyond < 0 ? right : left, point, nearest);
    }

    // Points with the dividing coordinate may stand on both sides.
    private int Divide(int start, int end, double[] keys)
    {
        var node = _nodes.Count;
        _nodes.Add((-1, 0, 0, 0, start, end));
        if (end - start <= LeafSize)
            return node;
        var axis = Enumerable.Range(0, _all.Dimensions).MaxBy(axis => _all.Range(axis, _points.AsSpan(start..end)) is var (low, high)
            ? high - low : 0);
        for (var i = start; i < end; i++)
            keys[i] = _all.At(_points[i], axis);
        Array.Sort(keys, _points, start, end - start);
        var middle = (start + end) / 2;
        var at = keys[middle];
        var left = Divide(start, middle, keys);
        _nodes[node] = (axis, at, left, Divide(middle, end, keys), start, end);
        return node;
    }
}
