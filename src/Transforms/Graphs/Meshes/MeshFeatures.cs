namespace MLSeqGraph.Transforms;

/// <summary>Measures what doesn't change when a mesh is moved, turned or scaled.</summary>
internal static class MeshFeatures
{
    /// <exception cref="InvalidOperationException">All triangles have no area.</exception>
    internal static MeshGraph Of(TriangleMesh mesh)
    {
        var (vertices, corners) = (mesh.VertexCount, mesh.Triangles.ToArray());
        Point[] crosses = [.. Enumerable.Range(0, mesh.TriangleCount).Select(triangle =>
        {
            var (a, b, c) = Point.Corners(mesh, triangle);
            return (b - a).Cross(c - a);
        })];
        var area = crosses.Sum(cross => cross.Length) / 2;
        if (!(area > 0) || !double.IsFinite(area))
            throw new InvalidOperationException($"The {mesh.TriangleCount} triangles of the mesh have an area of {area} together; expected "
                + "one above 0, by which lengths are measured.");
        var (size, middle) = (Math.Sqrt(area), Middle(mesh, crosses, area));

        var (angles, areas, normals) = (new double[vertices], new double[vertices], new Point[vertices]);
        for (var i = 0; i < corners.Length; i++)
        {
            angles[corners[i]] += Angle(mesh, corners, i);
            areas[corners[i]] += crosses[i / 3].Length / 6;
            normals[corners[i]] += crosses[i / 3];
        }
        var (bends, lengths, degrees, isAtHole) = (new double[vertices], new double[vertices], new int[vertices], new bool[vertices]);
        var edges = mesh.Topology;
        var (ends, features) = (new int[4 * edges.Length], new float[2 * edges.Length * MeshGraph.EdgeFeatureCount]);
        var facing = Facing(mesh, corners);
        for (var i = 0; i < edges.Length; i++)
        {
            var edge = edges[i];
            var length = (Point.Vertex(mesh, edge.From) - Point.Vertex(mesh, edge.To)).Length / size;
            var bend = Bend(mesh, edge, crosses);
            float[] own = [(float)length, (float)bend, (float)(facing[(edge.From, edge.To)] / edge.Triangles), edge.Triangles == 1 ? 1 : 0];
            // All edges one way, then all the other way.
            for (var way = 0; way < 2; way++)
            {
                var at = way * edges.Length + i;
                (ends[at], ends[2 * edges.Length + at]) = way == 0 ? (edge.From, edge.To) : (edge.To, edge.From);
                own.CopyTo(features, at * own.Length);
            }
            foreach (var vertex in (int[])[edge.From, edge.To])
            {
                bends[vertex] += length * bend;
                lengths[vertex] += length;
                degrees[vertex]++;
                isAtHole[vertex] |= edge.Triangles == 1;
            }
        }
        var nodes = new float[vertices * MeshGraph.NodeFeatureCount];
        for (var vertex = 0; vertex < vertices; vertex++)
            if (degrees[vertex] > 0)
            {
                var away = Point.Vertex(mesh, vertex) - middle;
                ((float[])
                [
                    (float)((isAtHole[vertex] ? Math.PI : 2 * Math.PI) - angles[vertex]),
                    (float)(lengths[vertex] > 0 ? bends[vertex] / lengths[vertex] : 0),
                    (float)(areas[vertex] / area * vertices),
                    (float)(away.Length / size),
                    (float)Cosine(away, normals[vertex], size),
                    degrees[vertex],
                    isAtHole[vertex] ? 1 : 0,
                ]).CopyTo(nodes, vertex * MeshGraph.NodeFeatureCount);
            }
        return new(nodes, ends, features);
    }

    private static Point Middle(TriangleMesh mesh, Point[] crosses, double area)
    {
        var sum = new Point(0, 0, 0);
        for (var triangle = 0; triangle < crosses.Length; triangle++)
        {
            var (a, b, c) = Point.Corners(mesh, triangle);
            sum += (a + b + c) * (crosses[triangle].Length / 6);
        }
        return sum * (1 / area);
    }

    // The angle of a triangle at a corner. By both products: the arc cosine would lose half of the digits near 0 and π.
    private static double Angle(TriangleMesh mesh, int[] corners, int at)
    {
        var first = at - at % 3;
        var here = Point.Vertex(mesh, corners[at]);
        var a = Point.Vertex(mesh, corners[first + (at + 1) % 3]) - here;
        var b = Point.Vertex(mesh, corners[first + (at + 2) % 3]) - here;
        return Math.Atan2(a.Cross(b).Length, a.Dot(b));
    }

    // The sum of the angles that face each edge.
    private static Dictionary<(int, int), double> Facing(TriangleMesh mesh, int[] corners)
    {
        var sums = new Dictionary<(int, int), double>();
        for (var i = 0; i < corners.Length; i++)
        {
            int a = corners[i - i % 3 + (i + 1) % 3], b = corners[i - i % 3 + (i + 2) % 3];
            var edge = (Math.Min(a, b), Math.Max(a, b));
            sums[edge] = sums.GetValueOrDefault(edge) + Angle(mesh, corners, i);
        }
        return sums;
    }

    private static double Bend(TriangleMesh mesh, MeshEdge edge, Point[] crosses)
    {
        if (edge.Triangles != 2)
            return 0;
        var along = Point.Vertex(mesh, edge.To) - Point.Vertex(mesh, edge.From);
        if (!edge.IsForward)
            along *= -1;
        var (first, second) = (crosses[edge.First], crosses[edge.Second]);
        // On a surface of one side, where they can't agree, the angle without a sign.
        if (edge.IsFlipped)
            return Math.Atan2(first.Cross(second).Length, Math.Abs(first.Dot(second)));
        var turn = first.Cross(second);
        return Math.Atan2(turn.Dot(along) < 0 ? -turn.Length : turn.Length, first.Dot(second));
    }

    private static double Cosine(Point away, Point normal, double size) => away.Length < 1e-9 * size || normal.Length < 1e-12 * size * size
        ? 0 : away.Dot(normal) / (away.Length * normal.Length);
}
