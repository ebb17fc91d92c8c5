using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Meshes read from the Object File Format.</summary>
[TestClass]
public class OffFileTests
{
    private static T Read<T>(string text, Func<string, T> read)
    {
        var folder = Directory.CreateTempSubdirectory("mlseqgraph").FullName;
        try
        {
            var path = Path.Combine(folder, "shape.off");
            File.WriteAllText(path, text);
            return read(path);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [TestMethod]
    public void A_folder_is_no_file()
    {
        var folder = Path.GetTempPath();
        Assert.Contains($"'{folder}' is a folder; expected a mesh in the Object File Format (OFF).",
            Assert.Throws<IOException>(() => TriangleMesh.LoadOff(folder)).Message);
    }

    private const string Corners = "0 0 0\n1 0 0\n1 1 0\n0 1 0\n";

    [TestMethod]
    [DataRow("OFF\n4 2 5\n" + Corners + "3 0 1 2\n3 0 2 3\n")]
    [DataRow("# a square\nOFF 4 2\n\n" + Corners + "3 0 1 2 255 0 0 # red\n\n3 0 2 3\n\n")]
    [DataRow("COFF\r\n4 2 0\r\n0 0 0 1 0 0 1\r\n1 0 0 1 0 0 1\r\n1 1 0 1 0 0 1\r\n0 1 0 1 0 0 1\r\n3 0 1 2\r\n3\t0 2 3\r\n")]
    public void FilesAreRead(string text)
    {
        var mesh = Read(text, TriangleMesh.LoadOff);
        CollectionAssert.AreEqual((double[])[0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0], mesh.Vertices.ToArray());
        CollectionAssert.AreEqual((int[])[0, 1, 2, 0, 2, 3], mesh.Triangles.ToArray());
    }

    [TestMethod]
    public void QuadsAreCutAlongTheirShorterDiagonalAndPolygonsIntoFans()
    {
        var kite = Read("OFF\n4 1 0\n0 0 0\n1 1 0\n5 0 0\n1 -1 0\n4 0 1 2 3\n", TriangleMesh.LoadOff);
        CollectionAssert.AreEqual((int[])[1, 2, 3, 1, 3, 0], kite.Triangles.ToArray());
        var five = Read("OFF\n5 1 0\n0 0 0\n2 0 0\n2 2 0\n1 3 0\n0 2 0\n5 0 1 2 3 4\n", TriangleMesh.LoadOff);
        CollectionAssert.AreEqual((int[])[0, 1, 2, 0, 2, 3, 0, 3, 4], five.Triangles.ToArray());
    }

    [TestMethod]
    [DataRow("", "line 1: found the end of the file; expected OFF")]
    [DataRow("PLY\n", "line 1: found 'PLY'; expected OFF")]
    [DataRow("OFF BINARY\n", "line 1: found OFF BINARY; expected a file in text")]
    [DataRow("OFF\n2 1 0\n", "line 2: found '2' of vertices; expected at least 3")]
    [DataRow("OFF\n4\n", "line 2: found no number of faces")]
    [DataRow("OFF\n4 x 0\n", "line 2: found 'x' of faces")]
    [DataRow("OFF\n4 1 0\n0 0 0\n1 0\n", "line 4: found 2 numbers for vertex 1; expected x, y and z")]
    [DataRow("OFF\n4 1 0\n0 0 0\n1 0 nan\n", "line 4: found 'nan' for vertex 1")]
    [DataRow("OFF\n4 1 0\n0 0 0\n", "line 3: found the end of the file; expected vertex 1 of 4")]
    [DataRow("OFF\n4 1 0\n" + Corners + "2 0 1\n", "line 7: found '2' vertices of face 0; expected a number of at least 3")]
    [DataRow("OFF\n4 1 0\n" + Corners + "3 0 1\n", "line 7: found 2 vertices of face 0; expected 3")]
    [DataRow("OFF\n4 1 0\n" + Corners + "3 0 1 4\n", "line 7: found vertex '4' of face 0; expected 0 to 3")]
    [DataRow("OFF\n4 1 0\n" + Corners + "3 0 1 0\n", "line 7: found one vertex twice in face 0, 0 1 0")]
    [DataRow("OFF\n4 2 0\n" + Corners + "3 0 1 2\n", "line 7: found the end of the file; expected face 1 of 2")]
    [DataRow("OFF\n4 1 0\n" + Corners + "3 0 1 2\n3 0 2 3\n", "line 8: found '3 0 2 3' behind the 4 vertices and 1 faces")]
    [DataRow("OFF\n2000000000 1 0\n0 0 0\n", "line 3: found the end of the file")]
    public void WrongLinesAreNamed(string text, string message) => Read(text, path =>
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => TriangleMesh.LoadOff(path));
        StringAssert.Contains(error.Message, path);
        StringAssert.Contains(error.Message, message);
        return 0;
    });

    [TestMethod]
    public void MeshesAreRows()
    {
        var (name, nodes, edges) = Read("OFF\n4 2 0\n" + Corners + "3 0 1 2\n3 0 2 3\n", path =>
        {
            var view = new MLContext().Data.LoadMeshes(path);
            Assert.AreEqual(new VectorDataViewType(NumberDataViewType.Single, 0, MeshGraph.NodeFeatureCount),
                view.Schema["NodeFeatures"].Type);
            return (view.GetColumn<string>("Name").Single(), view.GetColumn<float[]>("NodeFeatures").Single(),
                view.GetColumn<int[]>("Edges").Single());
        });
        Assert.AreEqual("shape", name);
        Assert.HasCount(4 * MeshGraph.NodeFeatureCount, nodes);
        Assert.HasCount(2 * 2 * 5, edges);
        Read("OFF\n3 1 0\n0 0 0\n1 0 0\n2 0 0\n3 0 1 2\n", path =>
        {
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => new MLContext().Data.LoadMeshes(path)).Message,
                $"{path}: The 1 triangles of the mesh have an area of 0 together");
            return 0;
        });
    }
}
