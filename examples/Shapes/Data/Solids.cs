using MLSeqGraph.Transforms;

namespace Shapes.Data;

/// <summary>Surfaces by formulas.</summary>
internal static class Solids
{
    /// <summary>Eight of them.</summary>
    internal static ShapeData All() => new("generated solids",
    [
        ("ball", Round((_, _) => 1)), ("egg", Round((up, _) => 1 + 0.35 * Math.Sin(up))),
        ("star", Round((up, round) => 1 + 0.3 * Math.Cos(5 * round) * Math.Cos(up))),
        ("cushion", Round((up, round) => 1 + 0.25 * Math.Cos(4 * round) * Math.Cos(up) * Math.Cos(up))),
        ("dumbbell", Round((up, _) => 0.45 + 0.9 * Math.Abs(Math.Sin(up)))),
        ("box", Round((up, round) => 1 / Math.Max(Math.Abs(Math.Sin(up)), Math.Cos(up)
            * Math.Max(Math.Abs(Math.Cos(round)), Math.Abs(Math.Sin(round)))))),
        ("ring", Ring(0.4)), ("tire", Ring(0.75)),
    ]);

    /// <summary>A ball of triangles of much the same size: each of an icosahedron's is cut in four, some times.</summary>
    internal static (double[] Vertices, int[] Triangles) Ball(int cuts)
    {
        var golden = (1 + Math.Sqrt(5)) / 2;
        List<double> points = [];
        foreach (var (a, b) in ((double, double)[])[(-1, golden), (1, golden), (-1, -golden), (1, -golden)])
            points.AddRange([a, b, 0]);
        foreach (var (a, b) in ((double, double)[])[(-1, golden), (1, golden), (-1, -golden), (1, -golden)])
            points.AddRange([0, a, b]);
        foreach (var (a, b) in ((double, double)[])[(golden, -1), (golden, 1), (-golden, -1), (-golden, 1)])
            points.AddRange([a, 0, b]);
        int[] triangles =
        [
            0, 11, 5, 0, 5, 1, 0, 1, 7, 0, 7, 10, 0, 10, 11, 1, 5, 9, 5, 11, 4, 11, 10, 2, 10, 7, 6, 7, 1, 8,
            3, 9, 4, 3, 4, 2, 3, 2, 6, 3, 6, 8, 3, 8, 9, 4, 9, 5, 2, 4, 11, 6, 2, 10, 8, 6, 7, 9, 8, 1,
        ];
        for (var cut = 0; cut < cuts; cut++)
        {
            var middles = new Dictionary<(int, int), int>();
            int Middle(int a, int b)
            {
                var edge = (Math.Min(a, b), Math.Max(a, b));
                if (!middles.TryGetValue(edge, out var middle))
                {
                    middles[edge] = middle = points.Count / 3;
                    for (var axis = 0; axis < 3; axis++)
                        points.Add((points[3 * a + axis] + points[3 * b + axis]) / 2);
                }
                return middle;
            }
            triangles = [.. triangles.Chunk(3).SelectMany(corners =>
            {
                int a = Middle(corners[0], corners[1]), b = Middle(corners[1], corners[2]), c = Middle(corners[2], corners[0]);
                return (int[])[corners[0], a, c, corners[1], b, a, corners[2], c, b, a, b, c];
            })];
        }
        for (var i = 0; i < points.Count; i += 3)
        {
            var length = Math.Sqrt(points[i] * points[i] + points[i + 1] * points[i + 1] + points[i + 2] * points[i + 2]);
            for (var axis = 0; axis < 3; axis++)
                points[i + axis] /= length;
        }
        return ([.. points], triangles);
    }

    // As far from the middle as a function of latitude and longitude says.
    private static TriangleMesh Round(Func<double, double, double> far)
    {
        var (points, triangles) = Ball(3);
        for (var i = 0; i < points.Length; i += 3)
        {
            var by = far(Math.Asin(points[i + 2]), Math.Atan2(points[i + 1], points[i]));
            for (var axis = 0; axis < 3; axis++)
                points[i + axis] *= by;
        }
        return new(points, triangles);
    }

    private static TriangleMesh Ring(double thick, int around = 36, int along = 16)
    {
        double[] points = [.. from step in Enumerable.Range(0, around)
            from turn in Enumerable.Range(0, along)
            let a = 2 * Math.PI * step / around
            let b = 2 * Math.PI * turn / along
            from value in new[] { (1 + thick * Math.Cos(b)) * Math.Cos(a), (1 + thick * Math.Cos(b)) * Math.Sin(a), thick * Math.Sin(b) }
            select value];
        int At(int step, int turn) => step % around * along + turn % along;
        int[] triangles = [.. from step in Enumerable.Range(0, around)
            from turn in Enumerable.Range(0, along)
            from vertex in new[] { At(step, turn), At(step + 1, turn), At(step + 1, turn + 1), At(step, turn), At(step + 1, turn + 1),
                At(step, turn + 1) }
            select vertex];
        return new(points, triangles);
    }
}
