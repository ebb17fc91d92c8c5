using System.Text.Json;
using MLSeqGraph.Transforms;
using Shapes.Data;

namespace Examples.Tests;

/// <summary>The example of shapes, and what it makes of meshes.</summary>
[TestClass]
public sealed class ShapeTests
{
    [TestMethod]
    public void Parts_of_bodies_are_told_however_they_are_turned()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("Shapes", "--task", "parts", "--threads", "1", "--epochs", "3", "--hidden", "16",
            "--output", folder["out"], "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        Assert.IsGreaterThan(0.9, figures.GetProperty("part_accuracy").GetDouble());
        Assert.IsLessThan(1e-5, figures.GetProperty("part_rotation_difference").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "gin-parts.svg")));
    }

    [TestMethod]
    public void Points_of_two_views_are_matched()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("Shapes", "--task", "matches", "--threads", "1", "--epochs", "3", "--hidden", "16",
            "--layers", "1", "--output", folder["out"], "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        Assert.IsGreaterThan(0.8, figures.GetProperty("precision").GetDouble());
        Assert.IsGreaterThan(0.45, figures.GetProperty("recall").GetDouble());
        Assert.IsLessThan(1, figures.GetProperty("matches_of_views_apart").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "matches.svg")));
    }

    [TestMethod]
    public void Views_have_a_third_of_points_of_their_own()
    {
        var random = new Random(1);
        PointViews[] all = [.. Enumerable.Range(0, 100).Select(_ => PointViews.Of(random))];
        Assert.AreEqual(0.3, all.Average(views => views.Matches.Count(match => match < 0) / (double)views.FirstCount), 0.03);
        Assert.IsTrue(all.All(views => views.Matches.Where(match => match >= 0).Distinct().Count()
            == views.Matches.Count(match => match >= 0)));
        Assert.IsTrue(PointViews.Of(random, isApart: true).Matches.All(match => match < 0));
    }

    [TestMethod]
    public void Surfaces_are_told_apart_from_files()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["off"]);
        foreach (var (name, mesh) in Solids.All().Meshes.Where(solid => solid.Name is "ball" or "ring"))
            File.WriteAllText(folder[$"off/{name}.off"], $"OFF\n{mesh.VertexCount} {mesh.TriangleCount} 0\n"
                + string.Concat(mesh.Vertices.ToArray().Chunk(3).Select(point => FormattableString.Invariant(
                    $"{point[0]:R} {point[1]:R} {point[2]:R}\n")))
                + string.Concat(mesh.Triangles.ToArray().Chunk(3).Select(corners => $"3 {string.Join(' ', corners)}\n")));
        File.WriteAllText(folder["weights.csv"], "ball,1\n");
        var (code, text, error) = ExampleProgram.Run("Shapes", "--data", folder.Path, "--task", "classes", "--threads", "1", "--epochs",
            "4", "--hidden", "8", "--output", folder["out"], "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        StringAssert.Contains(text, "weights.csv isn't read: only surfaces, .off or .off.gz, are read");
        Assert.IsGreaterThan(0.9, figures.GetProperty("test_accuracy").GetDouble());
        Assert.IsLessThan(1e-5, figures.GetProperty("rotation_difference").GetDouble());
    }

    [TestMethod]
    public void Other_triangles_keep_the_form()
    {
        var random = new Random(1);
        foreach (var (name, mesh) in Solids.All().Meshes)
        {
            Assert.AreEqual((0, 0), (mesh.BoundaryEdgeCount, mesh.FlippedEdgeCount), name);
            var fewer = Remeshing.Of(mesh, 250, random);
            Assert.AreEqual(250, fewer.VertexCount, name);
            Assert.AreEqual((0, 0, 0), (fewer.BoundaryEdgeCount, fewer.FlippedEdgeCount, fewer.BranchingEdgeCount), name);
            // Euler's characteristic: 2 of a ball, 0 of a ring.
            Assert.AreEqual(name is "ring" or "tire" ? 0 : 2, fewer.VertexCount - fewer.TriangleCount / 2, name);
            Assert.AreEqual(Area(mesh), Area(fewer), 0.15 * Area(mesh), name);
        }
    }

    private static double Area(TriangleMesh mesh) => mesh.Triangles.ToArray().Chunk(3).Sum(corners =>
    {
        double[] Side(int to) => [.. Enumerable.Range(0, 3).Select(axis =>
            mesh.Vertices.Span[3 * corners[to] + axis] - mesh.Vertices.Span[3 * corners[0] + axis])];
        double[] a = Side(1), b = Side(2);
        return Math.Sqrt(Math.Pow(a[1] * b[2] - a[2] * b[1], 2) + Math.Pow(a[2] * b[0] - a[0] * b[2], 2)
            + Math.Pow(a[0] * b[1] - a[1] * b[0], 2)) / 2;
    });

    [TestMethod]
    public void Flat_surfaces_are_told_apart()
    {
        // A sheet of squares, and one twice as long: all vertices in a plane.
        const int side = 8;
        static string Sheet(double length) => $"OFF\n{side * side} {(side - 1) * (side - 1)} 0\n"
            + string.Concat(Enumerable.Range(0, side * side).Select(i => FormattableString.Invariant(
                $"{length * (i % side)} {i / side} 0\n")))
            + string.Concat(from row in Enumerable.Range(0, side - 1)
                from column in Enumerable.Range(0, side - 1)
                let first = row * side + column
                select $"4 {first} {first + 1} {first + side + 1} {first + side}\n");
        using var folder = new TemporaryFolder(("a.off", Sheet(1)), ("b.off", Sheet(2)));
        var (code, _, error) = ExampleProgram.Run("Shapes", "--data", folder.Path, "--task", "classes", "--epochs", "1", "--hidden", "4",
            "--threads", "1", "--output", folder["out"]);
        Assert.AreEqual(0, code, error);
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "gin-shapes-loss.png")));
    }

    [TestMethod]
    [DataRow("1 1 1\n1 1 1\n1 1 1\n")]
    [DataRow("0 0 0\n1 1 1\n2 2 2\n")]
    public void Surfaces_without_area_are_named(string vertices)
    {
        using var folder = new TemporaryFolder(("a.off", "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"), ("b.off",
            $"OFF\n3 1 0\n{vertices}3 0 1 2\n"));
        var (code, _, error) = ExampleProgram.Run("Shapes", "--data", folder.Path, "--task", "classes");
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "b.off: The 1 triangles of the mesh have an area of 0 together; expected one above 0");
    }

    [TestMethod]
    [DataRow("--data is for --task classes; --task matches,scenes generates what it reads.", "--data", ".", "--task", "matches,scenes")]
    [DataRow("--network is for --task classes and parts; --task scenes has one network.", "--network", "pna", "--task", "scenes")]
    [DataRow("--hidden is 3: expected a multiple of 4, the heads of the transformer.", "--network", "transformer", "--hidden", "3")]
    [DataRow("--hidden is 3: expected a multiple of 4, the heads of the network of matches.", "--hidden", "3")]
    [DataRow("--network is pan: expected one or several of", "--data", ".", "--network", "pan")]
    public void Options_that_would_be_ignored_are_refused(string message, params string[] args)
    {
        var (code, _, error) = ExampleProgram.Run("Shapes", args);
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    public void Wrong_meshes_are_named()
    {
        using var folder = new TemporaryFolder(("a.off", "OFF\n3 1 0\n0 0 0\n1 0 0\n0 1 0\n3 0 1 2\n"), ("b.off", "OFF\n3 1 0\n0 0\n"));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ShapeData.Load(folder.Path)).Message,
            "b.off, line 3: found 2 numbers for vertex 0");
        File.Delete(folder["b.off"]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ShapeData.Load(folder.Path)).Message,
            "has 1 meshes in .off files; expected two or more");
        Assert.AreEqual(2, ExampleProgram.Run("Shapes", "--data", folder.Path).Code);
    }

    [TestMethod]
    public void Relations_of_a_scene_depend_on_other_objects()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("Shapes", "--task", "scenes", "--threads", "1", "--epochs", "5", "--output",
            folder["out"], "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(0.93, Of("relation_accuracy"));
        Assert.IsGreaterThan(Of("pairs_alone_relation_accuracy") + 0.01, Of("relation_accuracy"));
        Assert.IsGreaterThan(Of("pairs_alone_holding_accuracy") + 0.05, Of("holding_accuracy"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.AreEqual(("scenes", "pna"), (figures.GetProperty("task").GetString(), figures.GetProperty("network").GetString()));
        foreach (var name in (string[])["scenes.svg", "scenes.png", "scenes-loss.svg", "pairs-loss.png"])
            Assert.IsTrue(File.Exists(Path.Combine(folder["out"], name)), name);
    }

    [TestMethod]
    public void The_nearest_person_holds_it()
    {
        BoxedObject person = new("person", 0.1f, 0.1f, 0.1f, 0.3f), cup = new("cup", 0.25f, 0.2f, 0.05f, 0.05f);
        Assert.AreEqual("holds", Scene.Relations[Scene.Relation([person, cup], 0, 1)]);
        var nearer = person with { Left = 0.3f };
        Assert.AreEqual("none", Scene.Relations[Scene.Relation([person, cup, nearer], 0, 1)]);
        Assert.AreEqual("holds", Scene.Relations[Scene.Relation([person, cup, nearer], 2, 1)]);
        BoxedObject box = new("box", 0.2f, 0.1f, 0.3f, 0.4f), lamp = new("lamp", 0.8f, 0.2f, 0.1f, 0.2f);
        Assert.AreEqual("inside", Scene.Relations[Scene.Relation([cup, box], 0, 1)]);
        Assert.AreEqual("none", Scene.Relations[Scene.Relation([cup, box], 1, 0)]);
        Assert.AreEqual("left of", Scene.Relations[Scene.Relation([box, lamp], 0, 1)]);
        Assert.AreEqual("none", Scene.Relations[Scene.Relation([box, lamp, cup with { Left = 0.6f }], 0, 1)]);
        Assert.AreEqual("overlaps", Scene.Relations[Scene.Relation([box, nearer with { Width = 0.4f }], 0, 1)]);
        Assert.AreEqual("above", Scene.Relations[Scene.Relation([box, lamp with { Left = 0.3f, Top = 0.6f }], 0, 1)]);
        var row = SceneRow.Of([person, cup, nearer], hasEdges: true);
        Assert.AreEqual(9, row.NodeFeatures.Length / SceneRow.NodeFeatureCount);
        CollectionAssert.AreEqual((uint[])[0, 0, 0], row.Label[..3]);
        Assert.HasCount(2 * 4 * 6, row.Edges);
    }
}
