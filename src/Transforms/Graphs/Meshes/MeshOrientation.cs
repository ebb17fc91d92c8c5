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
        var whole = Middle(mesh, Enumerable.Range(0, mesh.TriangleCount)).Point;
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
                var outward = Volume(mesh, part, turned, whole) < 0 ? 1 : 0;
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

    // Six times the volume between the triangles and their middle, which has the sign of the sense in which they run round. A flat part has
    // none but what is lost in rounding: there it is that between the triangles and the middle of the whole mesh; 0 where that is none too.
    private static double Volume(TriangleMesh mesh, List<int> part, int[] turned, Point whole)
    {
        const double Rounding = 1e-5;
        var (own, area) = Middle(mesh, part);
        var least = Rounding * Math.Pow(area, 1.5);
        var volume = From(own);
        return Math.Abs(volume) > least ? volume : From(whole) is var ofWhole && Math.Abs(ofWhole) > least ? ofWhole : 0;

        double From(Point middle) => part.Sum(triangle =>
        {
            var (a, b, c) = Point.Corners(mesh, triangle);
            var signed = (a - middle).Dot((b - middle).Cross(c - middle));
            return turned[triangle] == 1 ? -signed : signed;
        });
    }

    // By area, which is twice that of the triangles.
    private static (Point Point, double Area) Middle(TriangleMesh mesh, IEnumerable<int> triangles)
    {
        var (middle, area) = (new Point(0, 0, 0), 0.0);
        foreach (var triangle in triangles)
        {
            var (a, b, c) = Point.Corners(mesh, triangle);
            var own = (b - a).Cross(c - a).Length;
            (middle, area) = (middle + (a + b + c) * (own / 3), area + own);
        }
        return (area > 0 ? middle * (1 / area) : middle, area);
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
