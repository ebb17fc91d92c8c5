namespace MLSeqGraph.Transforms;

/// <summary>Turns the triangles of a mesh so that neighbors agree and point outward.</summary>
internal static class MeshOrientation
{
    internal static TriangleMesh Of(TriangleMesh mesh)
    {
        var triangles = mesh.Triangles.ToArray();
        var edges = mesh.Topology;
        var neighbors = new List<(int Triangle, bool IsFlipped)>[mesh.TriangleCount];
        for (var i = 0; i < neighbors.Length; i++)
            neighbors[i] = [];
        foreach (var edge in edges.Where(edge => edge.Triangles == 2))
        {
            neighbors[edge.First].Add((edge.Second, edge.IsFlipped));
            neighbors[edge.Second].Add((edge.First, edge.IsFlipped));
        }
        // -1 for triangles that aren't reached yet, 1 for those to turn.
        var turned = Enumerable.Repeat(-1, mesh.TriangleCount).ToArray();
        var isChanged = false;
        for (var start = 0; start < turned.Length; start++)
            if (turned[start] < 0)
            {
                turned[start] = 0;
                List<int> part = [start];
                for (var next = 0; next < part.Count; next++)
                    foreach (var (other, isFlipped) in neighbors[part[next]])
                        if (turned[other] < 0)
                        {
                            turned[other] = isFlipped ? 1 - turned[part[next]] : turned[part[next]];
                            part.Add(other);
                        }
                var outward = Volume(mesh, part, turned) < 0 ? 1 : 0;
                foreach (var triangle in part)
                    if (turned[triangle] != outward)
                    {
                        (triangles[3 * triangle + 1], triangles[3 * triangle + 2]) =
                            (triangles[3 * triangle + 2], triangles[3 * triangle + 1]);
                        isChanged = true;
                    }
            }
        return isChanged ? new(mesh.Vertices.Span, triangles) : mesh;
    }

    // Six times the volume between the triangles and their middle, which has the sign of the sense in which they run round.
    private static double Volume(TriangleMesh mesh, List<int> part, int[] turned)
    {
        var middle = new Point(0, 0, 0);
        var area = 0.0;
        foreach (var triangle in part)
        {
            var (a, b, c) = Point.Corners(mesh, triangle);
            var own = (b - a).Cross(c - a).Length;
            (middle, area) = (middle + (a + b + c) * (own / 3), area + own);
        }
        middle = area > 0 ? middle * (1 / area) : middle;
        var volume = 0.0;
        foreach (var triangle in part)
        {
            var (a, b, c) = Point.Corners(mesh, triangle);
            var own = (a - middle).Dot((b - middle).Cross(c - middle));
            volume += turned[triangle] == 1 ? -own : own;
        }
        return volume;
    }
}

/// <summary>A point or vector in space.</summary>
internal readonly record struct Point(double X, double Y, double Z)
{
    internal double Length => Math.Sqrt(Dot(this));

    internal static Point Vertex(TriangleMesh mesh, int vertex) =>
        new(mesh.Vertices.Span[3 * vertex], mesh.Vertices.Span[3 * vertex + 1], mesh.Vertices.Span[3 * vertex + 2]);

    internal static (Point A, Point B, Point C) Corners(TriangleMesh mesh, int triangle)
    {
        var corners = mesh.Triangles.Span.Slice(3 * triangle, 3);
        return (Vertex(mesh, corners[0]), Vertex(mesh, corners[1]), Vertex(mesh, corners[2]));
    }

    internal double Dot(Point other) => X * other.X + Y * other.Y + Z * other.Z;

    internal Point Cross(Point other) => new(Y * other.Z - Z * other.Y, Z * other.X - X * other.Z, X * other.Y - Y * other.X);

    public static Point operator +(Point a, Point b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    public static Point operator -(Point a, Point b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    public static Point operator *(Point a, double by) => new(a.X * by, a.Y * by, a.Z * by);
}
