namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Meshes, their faults, and the graphs that are made of them.</summary>
[TestClass]
public class TriangleMeshTests
{
    private static float[] Nodes(TriangleMesh mesh, int feature) => [.. mesh.ToGraph().NodeFeatures.Chunk(MeshGraph.NodeFeatureCount)
        .Select(node => node[feature])];

    private static void AreClose(MeshGraph expected, MeshGraph actual, float tolerance)
    {
        CollectionAssert.AreEqual(expected.Edges, actual.Edges);
        foreach (var (one, other) in expected.NodeFeatures.Concat(expected.EdgeFeatures)
            .Zip(actual.NodeFeatures.Concat(actual.EdgeFeatures)))
            Assert.AreEqual(one, other, tolerance);
    }

    [TestMethod]
    public void ACubeIsMeasured()
    {
        var cube = Meshes.Cube();
        Assert.AreEqual((8, 12, 0, 0, 0), (cube.VertexCount, cube.TriangleCount, cube.BoundaryEdgeCount, cube.FlippedEdgeCount,
            cube.BranchingEdgeCount));
        var graph = cube.ToGraph();
        Assert.HasCount(2 * 2 * 18, graph.Edges);
        Assert.AreSame(cube, cube.Oriented(), "it is oriented already");
        foreach (var defect in Nodes(cube, 0))
            Assert.AreEqual(Math.PI / 2, defect, 1e-6);
        Assert.AreEqual(8, Nodes(cube, 2).Sum(), 1e-5);
        foreach (var far in Nodes(cube, 3))
            Assert.AreEqual(Math.Sqrt(0.75 / 6), far, 1e-6);
        foreach (var edge in graph.EdgeFeatures.Chunk(MeshGraph.EdgeFeatureCount))
            if (edge[0] < 1.1 / Math.Sqrt(6))
                Assert.IsTrue(Math.Abs(edge[1] - Math.PI / 2) < 1e-6 && Math.Abs(edge[2] - Math.PI / 4) < 1e-6, "a side of a square");
            else
                Assert.IsTrue(Math.Abs(edge[1]) < 1e-6 && Math.Abs(edge[2] - Math.PI / 2) < 1e-6, "a diagonal of a square");
        CollectionAssert.AreEqual(graph.Edges[..18], graph.Edges[^18..], "each edge in both directions");
    }

    [TestMethod]
    public void AnglesAddUpToTheGenus()
    {
        // Gauss and Bonnet: 2π times the Euler characteristic, 2 of a ball.
        Assert.AreEqual(4 * Math.PI, Nodes(Meshes.Blob(), 0).Sum(), 1e-4);
    }

    [TestMethod]
    [DataRow(1.0, 0.0)]
    [DataRow(1e6, 0.0)]
    [DataRow(1e-3, 0.0)]
    [DataRow(1.0, 1e6)]
    public void FeaturesDontChangeWhenAMeshIsMovedTurnedAndScaled(double scale, double far)
    {
        var mesh = Meshes.Blob();
        for (var seed = 0; seed < 3; seed++)
            AreClose(mesh.ToGraph(), Meshes.Moved(mesh, seed, scale, far).ToGraph(), far > 0 ? 1e-4f : 1e-6f);
    }

    // Parts that edges of several triangles cut off may be flat: they have no inside, but a side away from the middle of the mesh.
    [TestMethod]
    public void FeaturesOfMeshesWithRepeatedFacesDontChangeWhenTurned()
    {
        var mesh = Meshes.Blob();
        var corners = mesh.Triangles.ToArray();
        var repeated = new TriangleMesh(mesh.Vertices.Span, [.. corners, .. corners[30..33], .. corners[90..93], .. corners[150..159]]);
        for (var seed = 0; seed < 8; seed++)
            AreClose(repeated.ToGraph(), Meshes.Moved(repeated, seed).ToGraph(), 1e-5f);
    }

    [TestMethod]
    public void FlippedFacesAreTurned()
    {
        var mesh = Meshes.Blob();
        var random = new Random(1);
        int[] flipped = [.. mesh.Triangles.ToArray().Chunk(3).SelectMany(corners =>
            random.Next(3) == 0 ? [corners[0], corners[2], corners[1]] : corners)];
        var wrong = new TriangleMesh(mesh.Vertices.Span, flipped);
        Assert.IsGreaterThan(10, wrong.FlippedEdgeCount);
        Assert.AreEqual(0, wrong.Oriented().FlippedEdgeCount);
        AreClose(mesh.ToGraph(), wrong.ToGraph(), 1e-6f);
        // All of them inside out.
        AreClose(mesh.ToGraph(), new TriangleMesh(mesh.Vertices.Span, [.. mesh.Triangles.ToArray().Reverse()]).ToGraph(), 1e-6f);
    }

    [TestMethod]
    public void HolesAreMarked()
    {
        var open = new TriangleMesh(Meshes.CubeVertices, Meshes.CubeTriangles.AsSpan(6));
        Assert.AreEqual(4, open.BoundaryEdgeCount);
        CollectionAssert.AreEqual((float[])[1, 1, 1, 1, 0, 0, 0, 0], Nodes(open, 6));
        foreach (var defect in Nodes(open, 0)[..4])
            Assert.AreEqual(0, defect, 1e-6, "two right angles beside the hole");
        Assert.AreEqual(8, open.ToGraph().EdgeFeatures.Chunk(MeshGraph.EdgeFeatureCount).Count(edge => edge[3] == 1 && edge[1] == 0));
        AreClose(open.ToGraph(), Meshes.Moved(open, 4).ToGraph(), 1e-6f);
    }

    [TestMethod]
    public void ASurfaceOfOneSideAndEdgesOfManyTrianglesHaveFeaturesToo()
    {
        // A strip of five squares whose ends are joined the other way round.
        double[] strip = [.. Enumerable.Range(0, 5).SelectMany(i => new[] { 1.0, -1 }.SelectMany(side =>
        {
            double round = 2 * Math.PI * i / 5, half = round / 2, far = 3 + side * Math.Cos(half);
            return new[] { far * Math.Cos(round), far * Math.Sin(round), side * Math.Sin(half) };
        }))];
        int[] corners = [.. Enumerable.Range(0, 5).SelectMany(i =>
        {
            var (c, d) = i == 4 ? (1, 0) : (2 * i + 2, 2 * i + 3);
            return new[] { 2 * i, 2 * i + 1, c, 2 * i + 1, d, c };
        })];
        var mobius = new TriangleMesh(strip, corners);
        Assert.IsGreaterThan(0, mobius.Oriented().FlippedEdgeCount);
        Assert.IsTrue(mobius.ToGraph().NodeFeatures.Concat(mobius.ToGraph().EdgeFeatures).All(float.IsFinite));
        var fan = new TriangleMesh([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0, -1, 0, 0, 5, 5, 5], [0, 1, 2, 0, 1, 3, 0, 1, 4]);
        Assert.AreEqual(1, fan.BranchingEdgeCount);
        var graph = fan.ToGraph();
        Assert.IsTrue(graph.NodeFeatures.Concat(graph.EdgeFeatures).All(float.IsFinite));
        Assert.IsTrue(graph.NodeFeatures[^MeshGraph.NodeFeatureCount..].All(value => value == 0), "a vertex of no triangle");
    }

    [TestMethod]
    public void WrongMeshesAreNamed()
    {
        void Fails(double[] vertices, int[] triangles, string message) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new TriangleMesh(vertices, triangles)).Message, message);
        Fails([0, 0, 0, 1, 0, 0, 0, 1], [0, 1, 2], "8 coordinates");
        Fails([0, 0, 0, 1, 0, 0, 0, 1, 0], [], "at least one triangle");
        Fails([0, 0, 0, 1, 0, 0, 0, double.NaN, 0], [0, 1, 2], "Vertex 2 has the coordinate NaN");
        Fails([0, 0, 0, 1, 0, 0, 0, 1, 0], [0, 1, 3], "Triangle 0 has vertex 3; expected 0 to 2");
        Fails([0, 0, 0, 1, 0, 0, 0, 1, 0], [0, 1, 2, 1, 0, 1], "Triangle 1 has vertex 1 twice");
        var flat = new TriangleMesh([0, 0, 0, 1, 0, 0, 2, 0, 0], [0, 1, 2]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(flat.ToGraph).Message, "area of 0 together");
    }
}
