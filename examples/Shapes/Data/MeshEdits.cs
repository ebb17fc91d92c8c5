using MLSeqGraph.Transforms;

namespace Shapes.Data;

/// <summary>Other forms of a mesh: bent, stretched, trembling, turned.</summary>
internal static class MeshEdits
{
    /// <summary>A direction in space.</summary>
    internal static double[] Direction(Random random)
    {
        while (true)
        {
            double[] point = [2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1, 2 * random.NextDouble() - 1];
            var length = Math.Sqrt(point.Sum(value => value * value));
            if (length is > 0.1 and <= 1)
                return [.. point.Select(value => value / length)];
        }
    }

    /// <summary>Stretched along an axis, bent by slow waves, and each vertex moved a little.</summary>
    /// <param name="mesh">The mesh.</param>
    /// <param name="random">Decides how.</param>
    /// <param name="waves">Height of the waves, as a share of the mesh's size.</param>
    /// <param name="noise">How far a vertex is moved, likewise.</param>
    internal static TriangleMesh Deformed(TriangleMesh mesh, Random random, double waves, double noise)
    {
        var points = mesh.Vertices.ToArray();
        var size = Math.Sqrt(Enumerable.Range(0, 3).Sum(axis => Math.Pow(Axis(axis).Max() - Axis(axis).Min(), 2)));
        double[] along = Direction(random);
        var stretch = 0.85 + 0.3 * random.NextDouble();
        var all = Enumerable.Range(0, 3).Select(_ => (Of: Direction(random), Phase: 6.3 * random.NextDouble(), By: Direction(random)))
            .ToArray();
        for (var i = 0; i < points.Length; i += 3)
        {
            double[] point = points[i..(i + 3)], moved = [.. point];
            var far = Dot(point, along) * (stretch - 1);
            for (var axis = 0; axis < 3; axis++)
            {
                moved[axis] += far * along[axis];
                foreach (var (of, phase, by) in all)
                    moved[axis] += size * waves * by[axis] * Math.Sin(6 * Dot(point, of) / size + phase);
                moved[axis] += size * noise * (2 * random.NextDouble() - 1);
            }
            moved.CopyTo(points, i);
        }
        return new(points, mesh.Triangles.Span);

        IEnumerable<double> Axis(int axis) => Enumerable.Range(0, points.Length / 3).Select(vertex => points[3 * vertex + axis]);
    }

    /// <summary>Turned at random.</summary>
    internal static TriangleMesh Turned(TriangleMesh mesh, Random random)
    {
        double[] a = Direction(random), b = Direction(random);
        var along = Dot(a, b);
        b = [.. b.Select((value, axis) => value - along * a[axis])];
        var length = Math.Sqrt(Dot(b, b));
        b = [.. b.Select(value => value / length)];
        double[] c = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
        var points = mesh.Vertices.ToArray();
        return new([.. points.Chunk(3).SelectMany(point => (double[])[Dot(point, a), Dot(point, b), Dot(point, c)])], mesh.Triangles.Span);
    }

    private static double Dot(double[] a, double[] b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
