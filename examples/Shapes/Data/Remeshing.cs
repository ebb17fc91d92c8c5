using MLSeqGraph.Transforms;

namespace Shapes.Data;

/// <summary>
/// Other triangles of the same surface: edges drawn at random, the short ones first, shrink to their middles until so many vertices are
/// left. Holes and handles stay.
/// </summary>
internal sealed class Remeshing
{
    private readonly double[][] _points;
    private readonly int[] _corners;
    private readonly List<int>[] _around;
    private readonly List<int> _alive;
    private readonly Random _random;

    private Remeshing(TriangleMesh mesh, Random random)
    {
        _random = random;
        _points = [.. mesh.Vertices.ToArray().Chunk(3)];
        _corners = mesh.Triangles.ToArray();
        _around = [.. _points.Select(_ => new List<int>())];
        for (var i = 0; i < _corners.Length; i++)
            _around[_corners[i]].Add(i / 3);
        _alive = [.. Enumerable.Range(0, mesh.TriangleCount)];
    }

    internal static TriangleMesh Of(TriangleMesh mesh, int vertices, Random random)
    {
        var work = new Remeshing(mesh, random);
        var left = mesh.VertexCount;
        for (var tries = 20L * mesh.VertexCount; left > vertices && tries > 0; tries--)
            if (work.TryShrink(work.Shortest(3)))
                left--;
        int[] kept = [.. work._alive.Where(work.IsAlive).SelectMany(work.Corners)];
        int[] used = [.. kept.Distinct().Order()];
        return new([.. used.SelectMany(vertex => work._points[vertex])], [.. kept.Select(vertex => Array.BinarySearch(used, vertex))]);
    }

    private bool IsAlive(int triangle) => _corners[3 * triangle] >= 0;

    private int[] Corners(int triangle) => _corners[(3 * triangle)..(3 * triangle + 3)];

    private (int, int) Shortest(int draws)
    {
        (int, int) best = default;
        var least = double.MaxValue;
        while (draws-- > 0)
        {
            int at, triangle;
            while (!IsAlive(triangle = _alive[at = _random.Next(_alive.Count)]))
            {
                _alive[at] = _alive[^1];
                _alive.RemoveAt(_alive.Count - 1);
            }
            var side = _random.Next(3);
            int a = _corners[3 * triangle + side], b = _corners[3 * triangle + (side + 1) % 3];
            var square = Enumerable.Range(0, 3).Sum(axis => Math.Pow(_points[a][axis] - _points[b][axis], 2));
            if (square < least)
                (best, least) = ((a, b), square);
        }
        return best;
    }

    private HashSet<int> Neighbors(int vertex) => [.. _around[vertex].SelectMany(Corners).Where(other => other != vertex)];

    private bool TryShrink((int From, int To) edge)
    {
        var (from, to) = edge;
        HashSet<int> ofFrom = Neighbors(from), ofTo = Neighbors(to);
        // Closed around both, and joined at the two triangles beside the edge alone: else a handle would close, or a sheet fold.
        if (ofFrom.Count != _around[from].Count || ofTo.Count != _around[to].Count || ofFrom.Count + ofTo.Count < 9
            || ofFrom.Count(ofTo.Contains) != 2)
            return false;
        double[] middle = [.. _points[from].Zip(_points[to], (a, b) => (a + b) / 2)];
        int[] gone = [.. _around[from].Where(_around[to].Contains)];
        if (gone.Length != 2 || _around[from].Concat(_around[to]).Except(gone).Any(triangle => Folds(triangle, from, to, middle)))
            return false;
        foreach (var third in gone.SelectMany(Corners).Distinct().Where(vertex => vertex != from && vertex != to).ToList())
        {
            // A corner of a tetrahedron would be left with two triangles back to back.
            if (_around[third].Count <= 3)
                return false;
        }
        foreach (var triangle in gone)
        {
            foreach (var vertex in Corners(triangle))
                _around[vertex].Remove(triangle);
            _corners[3 * triangle] = -1;
        }
        foreach (var triangle in _around[from])
            _corners[3 * triangle + Array.IndexOf(Corners(triangle), from)] = to;
        _around[to].AddRange(_around[from]);
        _around[from].Clear();
        _points[to] = middle;
        return true;
    }

    // Whether a triangle would turn by more than some 60 degrees.
    private bool Folds(int triangle, int from, int to, double[] middle)
    {
        var corners = Corners(triangle);
        double[] before = Cross(Array.ConvertAll(corners, vertex => _points[vertex])),
            after = Cross(Array.ConvertAll(corners, vertex => vertex == from || vertex == to ? middle : _points[vertex]));
        var dot = before.Zip(after, (a, b) => a * b).Sum();
        return dot < 0.5 * Math.Sqrt(before.Sum(value => value * value) * after.Sum(value => value * value)) || dot <= 0;
    }

    private static double[] Cross(double[][] p)
    {
        double[] a = [.. p[1].Zip(p[0], (x, y) => x - y)], b = [.. p[2].Zip(p[0], (x, y) => x - y)];
        return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
    }
}
