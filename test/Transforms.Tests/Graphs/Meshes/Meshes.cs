namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Meshes whose measures are known.</summary>
internal static class Meshes
{
    internal static readonly double[] CubeVertices = [0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 0, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 1];

    internal static readonly int[] CubeTriangles =
    [
        0, 2, 1, 0, 3, 2, 4, 5, 6, 4, 6, 7, 0, 1, 5, 0, 5, 4, 1, 2, 6, 1, 6, 5, 2, 3, 7, 2, 7, 6, 3, 0, 4, 3, 4, 7,
    ];

    /// <summary>A cube, each side of two triangles.</summary>
    internal static TriangleMesh Cube() => new(CubeVertices, CubeTriangles);

    /// <summary>A bumpy closed surface: a grid around a ball, with poles.</summary>
    internal static TriangleMesh Blob(int around = 12, int along = 7)
    {
        List<double> points = [0, 0, -1.2, 0, 0, 1.1];
        List<int> corners = [];
        int At(int ring, int step) => 2 + ring * around + (step + around) % around;
        for (var ring = 0; ring < along; ring++)
            for (var step = 0; step < around; step++)
            {
                double up = Math.PI * ((ring + 1.0) / (along + 1) - 0.5), round = 2 * Math.PI * step / around;
                var far = 1 + 0.2 * Math.Sin(3 * round) * Math.Cos(up) + 0.1 * Math.Sin(2 * up);
                points.AddRange([far * Math.Cos(up) * Math.Cos(round), far * Math.Cos(up) * Math.Sin(round), far * Math.Sin(up)]);
            }
        for (var step = 0; step < around; step++)
        {
            corners.AddRange([0, At(0, step + 1), At(0, step)]);
            corners.AddRange([1, At(along - 1, step), At(along - 1, step + 1)]);
            for (var ring = 0; ring + 1 < along; ring++)
                corners.AddRange([At(ring, step), At(ring, step + 1), At(ring + 1, step),
                    At(ring, step + 1), At(ring + 1, step + 1), At(ring + 1, step)]);
        }
        return new([.. points], [.. corners]);
    }

    /// <summary>The mesh turned about an axis by random angles, scaled and moved.</summary>
    internal static TriangleMesh Moved(TriangleMesh mesh, int seed, double scale = 1, double far = 0)
    {
        var random = new Random(seed);
        double a = random.NextDouble() * 6, b = random.NextDouble() * 3, c = random.NextDouble() * 6;
        double[][] turn =
        [
            [Math.Cos(a) * Math.Cos(c) - Math.Sin(a) * Math.Cos(b) * Math.Sin(c),
                -Math.Cos(a) * Math.Sin(c) - Math.Sin(a) * Math.Cos(b) * Math.Cos(c), Math.Sin(a) * Math.Sin(b)],
            [Math.Sin(a) * Math.Cos(c) + Math.Cos(a) * Math.Cos(b) * Math.Sin(c),
                -Math.Sin(a) * Math.Sin(c) + Math.Cos(a) * Math.Cos(b) * Math.Cos(c), -Math.Cos(a) * Math.Sin(b)],
            [Math.Sin(b) * Math.Sin(c), Math.Sin(b) * Math.Cos(c), Math.Cos(b)],
        ];
        var from = mesh.Vertices.ToArray();
        double[] to = [.. Enumerable.Range(0, from.Length).Select(i => scale * Enumerable.Range(0, 3).Sum(axis =>
            turn[i % 3][axis] * from[i - i % 3 + axis]) + far * (1 + i % 3))];
        return new(to, mesh.Triangles.Span);
    }
}
