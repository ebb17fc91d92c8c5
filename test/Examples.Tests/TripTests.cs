using System.Text.Json;
using GraphsInTime.Data;

namespace Examples.Tests;

/// <summary>Travel times in the example of graphs in time.</summary>
[TestClass]
public sealed class TripTests
{
    // A square of crossings a, b, c, d, and a long way from a to c.
    private const string Edges = "from\tto\tlength_m\troad_class\na\tb\t100\tmain\nb\tc\t100\tside\na\tc\t900\tmain\nc\td\t50\tside\n"
        + "c\tb\t100\tside\n";

    private const string Header = "from\tto\ttravel_s\n";

    private static TemporaryFolder WithNodes(string lines)
    {
        var folder = Folder();
        File.WriteAllText(folder["nodes.tsv"], "node\tlon\tlat\n" + lines);
        return folder;
    }

    private static TemporaryFolder Folder(string edges = Edges, string train = Header + "a\tc\t20\na\td\t30\n",
        string test = Header + "b\td\t15\n") =>
        new(("edges.tsv", edges), ("pairs_train.tsv", train), ("pairs_val.tsv", test), ("pairs_test.tsv", test));

    [TestMethod]
    public void Sums_of_means_are_corrected()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--task", "eta", "--threads", "1", "--epochs", "8", "--output",
            folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.AreEqual("eta", figures.GetProperty("task").GetString());
        Assert.IsLessThan(0.5 * Of("sums_mae"), Of("eta_mae"));
        Assert.IsLessThan(0.9 * Of("hourly_mae"), Of("eta_mae"));
        Assert.IsLessThan(Of("none_eta_mae"), Of("eta_mae"));
        Assert.IsGreaterThan(0.97 * Of("rule_mae"), Of("eta_mae"));
        Assert.IsGreaterThan(0.97 * Of("rule_mape"), Of("eta_mape"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.IsTrue(File.Exists(folder["trips.svg"]));
    }

    [TestMethod]
    public void Routes_are_the_shortest_and_means_those_of_the_training_trips()
    {
        using var folder = Folder();
        Assert.IsTrue(RoadFolder.IsOne(folder.Path));
        var data = RoadFolder.Load(folder.Path);
        CollectionAssert.AreEqual((int[])[0, 1], data.Training[0].Segments);
        CollectionAssert.AreEqual((int[])[0, 1, 3], data.Training[1].Segments);
        CollectionAssert.AreEqual((int[])[1], data.Followers[0]);
        CollectionAssert.AreEqual((int[])[3], data.Followers[1]);         // turning back to b doesn't count
        Assert.AreEqual(100 * 50f / 450, data.MeanTimes[0], 1e-4f);       // 50 s on 450 m
        var row = TripRow.Of(data, data.Training[0], hasEdges: true);
        var width = TripRow.Width(data);
        // The two segments, and the one that follows: of no share.
        Assert.AreEqual(3, row.NodeFeatures.Length / width);
        CollectionAssert.AreEqual((float[])[0.5f, 0.5f, 0],
            (float[])[.. Enumerable.Range(0, 3).Select(node => row.NodeFeatures[node * width])]);
        CollectionAssert.AreEqual((int[])[1, 2, 0, 1], row.Edges);
        Assert.AreEqual(MathF.Log(20 / (200 * 50f / 450)), row.Label, 1e-5f);
        Assert.IsEmpty(TripRow.Of(data, data.Training[0], hasEdges: false).Edges);
    }

    [TestMethod]
    public void Wrong_roads_and_trips_are_named()
    {
        static void Fails(TemporaryFolder folder, string message)
        {
            using (folder)
                StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => RoadFolder.Load(folder.Path)).Message, message);
        }
        Fails(Folder(train: Header + "a\tz\t20\n"), "pairs_train.tsv, line 2: field 2 (to) is 'z', which no segment");
        Fails(Folder(train: Header + "d\ta\t20\n"), "pairs_train.tsv, line 2: no way leads from 'd' to 'a'");
        Fails(Folder(test: Header + "a\tb\t-3\n"), "pairs_val.tsv, line 2: field 3 is -3, expected a time above 0");
        Fails(Folder(edges: Edges + "a\tb\t0\tmain\n"), "edges.tsv, line 7: field 3 is 0, expected a length above 0");
        Fails(Folder(edges: Edges + "a\tb\n"), "edges.tsv, line 7: 2 fields, expected 4");
        Fails(Folder(test: "from\tto\n"), "pairs_val.tsv, line 1: there is no column 'travel_s'");
        Fails(WithNodes("a\t8\t50\nb\t8\t51\nc\t8\t52\n"), "nodes.tsv: no line has where 'd' is");
        Fails(WithNodes("a\t8\t50\nb\t8\t510\n"), "nodes.tsv, line 3: field 3 is 510, expected degrees from -90 to 90");
        Fails(Folder(test: Header), "pairs_val.tsv, line 1: there is no line behind the header");
    }
}
