using MLSeqGraph.Transforms;

namespace Shapes.Data;

/// <summary>Balls with limbs and dents, and the part of the body that each vertex belongs to.</summary>
internal static class BumpyBalls
{
    internal static readonly string[] Parts = ["body", "limb", "dent"];

    private static readonly (double[] Vertices, int[] Triangles) Ball = Solids.Ball(3);

    internal static (TriangleMesh Mesh, string[] Parts) Of(Random random)
    {
        List<(double[] At, double Far, double Wide, string Part)> all = [];
        while (all.Count < 5 && (all.Count < 3 || random.Next(4) > 0))
        {
            var isLimb = all.Count < 2 || random.Next(2) == 0;
            var at = MeshEdits.Direction(random);
            var wide = isLimb ? 0.25 + 0.15 * random.NextDouble() : 0.3 + 0.15 * random.NextDouble();
            if (all.TrueForAll(other => Angle(other.At, at) > 1.6 * (other.Wide + wide)))
                all.Add((at, isLimb ? 0.7 + 0.6 * random.NextDouble() : -0.25 - 0.2 * random.NextDouble(), wide, isLimb ? "limb" : "dent"));
        }
        var points = Ball.Vertices.ToArray();
        string[] parts = [.. Enumerable.Range(0, points.Length / 3).Select(vertex =>
        {
            var direction = points[(3 * vertex)..(3 * vertex + 3)];
            var (far, part) = (1.0, "body");
            foreach (var one in all)
            {
                var share = Math.Exp(-Math.Pow(Angle(one.At, direction) / one.Wide, 2));
                (far, part) = (far + one.Far * share, share > 0.3 ? one.Part : part);
            }
            for (var axis = 0; axis < 3; axis++)
                points[3 * vertex + axis] *= far;
            return part;
        })];
        return (MeshEdits.Turned(MeshEdits.Deformed(new(points, Ball.Triangles), random, 0.02, 0.005), random), parts);
    }

    private static double Angle(double[] a, double[] b) => Math.Acos(Math.Clamp(a.Zip(b, (x, y) => x * y).Sum(), -1, 1));
}
