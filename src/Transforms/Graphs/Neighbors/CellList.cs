using System.Runtime.InteropServices;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Points sorted into square cells at least as wide as a radius, so that all within the radius are in a point's cell and those around it
/// (the linked cells of molecular dynamics, Hockney and Eastwood 1981). Cells that hold nothing take no memory.
/// </summary>
internal sealed class CellList
{
    // Three axes fit a whole number of 64 bits; further axes aren't divided, which finds the same.
    private const int Bits = 21, MostAxes = 3;
    private const double MostCells = (1 << Bits) - 3;

    private readonly PointSet _all;
    private readonly int _axes;
    private readonly double _square;
    private readonly int[] _points;
    private readonly long[] _cells;
    private readonly int[] _starts;

    internal CellList(PointSet points, double radius)
    {
        (_all, _axes, _square) = (points, Math.Min(points.Dimensions, MostAxes), radius * radius);
        var count = points.Count;
        _points = [.. Enumerable.Range(0, count)];
        var least = new double[_axes];
        // A little wider, so that rounding never puts two points that are a radius apart two cells apart.
        var width = radius * (1 + 1e-9);
        for (var axis = 0; axis < _axes && count > 0; axis++)
        {
            (least[axis], var high) = points.Range(axis, _points);
            // A radius that is tiny beside the extent gets wider cells.
            width = Math.Max(width, (high - least[axis]) / MostCells);
        }
        var keys = new long[count];
        for (var point = 0; point < count; point++)
            for (var axis = 0; axis < _axes; axis++)
                // From 1, so that the cells around have numbers too.
                keys[point] = keys[point] << Bits
                    | (long)Math.Min(MostCells, Math.Floor((points.At(point, axis) - least[axis]) / width)) + 1;
        Array.Sort(keys, _points);
        List<long> cells = [];
        List<int> starts = [];
        for (var i = 0; i < count; i++)
            if (i == 0 || keys[i] != keys[i - 1])
            {
                cells.Add(keys[i]);
                starts.Add(i);
            }
        (_cells, _starts) = ([.. cells], [.. starts, count]);
    }

    internal delegate void Found(int point, ReadOnlySpan<int> neighbors);

    /// <summary>Hands out the neighbors of every point, cell after cell, in no order.</summary>
    /// <param name="most">
    /// The most neighbors of a point: its nearest, of equally near ones those with lower numbers. Null for all.
    /// </param>
    /// <param name="found">Is given each point once.</param>
    internal void Search(int? most, Found found)
    {
        List<int> around = [], neighbors = [];
        var nearest = most is { } few && few < _points.Length ? new NearestPoints(few) : null;
        for (var cell = 0; cell < _cells.Length; cell++)
        {
            around.Clear();
            AddAround(_cells[cell], around);
            for (var i = _starts[cell]; i < _starts[cell + 1]; i++)
            {
                var point = _points[i];
                neighbors.Clear();
                nearest?.Clear();
                foreach (var other in CollectionsMarshal.AsSpan(around))
                    if (other != point && _all.Square(point, other) is var square && square <= _square)
                    {
                        if (nearest is null)
                            neighbors.Add(other);
                        else
                            nearest.Add(other, square);
                    }
                found(point, nearest is null ? CollectionsMarshal.AsSpan(neighbors) : nearest.Points);
            }
        }
    }

    private void AddAround(long cell, List<int> around)
    {
        var cells = (int)Math.Pow(3, _axes);
        for (var i = 0; i < cells; i++)
        {
            var key = cell;
            for (int axis = 0, rest = i; axis < _axes; axis++, rest /= 3)
                key += (rest % 3 - 1L) << (axis * Bits);
            var found = Array.BinarySearch(_cells, key);
            for (var k = found < 0 ? 0 : _starts[found]; found >= 0 && k < _starts[found + 1]; k++)
                around.Add(_points[k]);
        }
    }
}
