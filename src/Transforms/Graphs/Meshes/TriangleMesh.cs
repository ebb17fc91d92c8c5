namespace MLSeqGraph.Transforms;

/// <summary>A surface of triangles.</summary>
/// <remarks>
/// It may have holes, and triangles that run the other way round than their neighbors: <see cref="Oriented"/> turns those.
/// <see cref="ToGraph"/> makes a graph of it that a trainer reads.
/// </remarks>
public sealed class TriangleMesh
{
    private readonly double[] _vertices;
    private readonly int[] _triangles;

    /// <summary>A mesh of vertices and triangles between them.</summary>
    /// <param name="vertices">[vertices × 3]: x, y and z.</param>
    /// <param name="triangles">[triangles × 3]: numbers of vertices from 0, against the clock as seen from outside.</param>
    /// <exception cref="ArgumentException">
    /// A coordinate isn't finite, there is no triangle, or one names a vertex that isn't there or one vertex twice.
    /// </exception>
    public TriangleMesh(ReadOnlySpan<double> vertices, ReadOnlySpan<int> triangles)
    {
        if (vertices.Length % 3 != 0 || triangles.Length % 3 != 0 || triangles.Length == 0)
            throw new ArgumentException($"A mesh of {vertices.Length} coordinates and {triangles.Length} numbers of vertices; expected "
                + "three for each vertex and each triangle, and at least one triangle.");
        for (var i = 0; i < vertices.Length; i++)
            if (!double.IsFinite(vertices[i]))
                throw new ArgumentException($"Vertex {i / 3} has the coordinate {vertices[i]}; expected finite numbers.", nameof(vertices));
        for (var i = 0; i < triangles.Length; i++)
            if ((uint)triangles[i] >= (uint)(vertices.Length / 3))
                throw new ArgumentException($"Triangle {i / 3} has vertex {triangles[i]}; expected 0 to {vertices.Length / 3 - 1}.",
                    nameof(triangles));
            else if (triangles[i] == triangles[i - i % 3 + (i + 1) % 3])
                throw new ArgumentException($"Triangle {i / 3} has vertex {triangles[i]} twice; expected three of them.",
                    nameof(triangles));
        (_vertices, _triangles) = (vertices.ToArray(), triangles.ToArray());
    }

    /// <summary>
    /// Reads a file in the Object File Format, <c>OFF</c>: the numbers of vertices, faces and edges, a line of x, y and z for each vertex,
    /// and a line for each face: how many vertices it has, and their numbers from 0. What follows in a line, such as colors, isn't read;
    /// # begins a comment. Quads are cut along their shorter diagonal, other polygons into a fan from their first vertex.
    /// </summary>
    /// <param name="path">The file; one whose name ends in .gz is unzipped.</param>
    /// <exception cref="InvalidDataException">A line is not as expected: the message names it.</exception>
    /// <exception cref="IOException">The file can't be read.</exception>
    public static TriangleMesh LoadOff(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return OffFile.Load(path);
    }

    /// <summary>[vertices × 3]: x, y and z.</summary>
    public ReadOnlyMemory<double> Vertices => _vertices;

    /// <summary>[triangles × 3]: numbers of vertices from 0.</summary>
    public ReadOnlyMemory<int> Triangles => _triangles;

    /// <summary>The number of vertices.</summary>
    public int VertexCount => _vertices.Length / 3;

    /// <summary>The number of triangles.</summary>
    public int TriangleCount => _triangles.Length / 3;

    /// <summary>Edges of one triangle alone, around holes; 0 for a closed surface.</summary>
    public int BoundaryEdgeCount => Topology.Count(edge => edge.Triangles == 1);

    /// <summary>Edges whose two triangles don't run round in the same sense: one of them is turned.</summary>
    public int FlippedEdgeCount => Topology.Count(edge => edge is { Triangles: 2, IsFlipped: true });

    /// <summary>Edges that more than two triangles share.</summary>
    public int BranchingEdgeCount => Topology.Count(edge => edge.Triangles > 2);

    internal MeshEdge[] Topology => field ??= MeshEdge.Of(_triangles);

    /// <summary>
    /// The mesh with triangles turned so that those that share an edge run round in the same sense, against the clock as seen from outside:
    /// each connected part encloses a volume of at least 0. A surface with one side, as a Möbius strip, keeps some
    /// <see cref="FlippedEdgeCount"/>.
    /// </summary>
    public TriangleMesh Oriented() => MeshOrientation.Of(this);

    /// <summary>
    /// The mesh as a graph whose features don't change when it is moved, turned or scaled, nor with the sense of its triangles.
    /// </summary>
    /// <exception cref="InvalidOperationException">All triangles have no area, so that there is no size to measure by.</exception>
    public MeshGraph ToGraph() => MeshFeatures.Of(Oriented());
}
