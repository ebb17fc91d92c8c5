using System.Text.Json;
using Pictures.Data;

namespace Examples.Tests;

/// <summary>What the example Pictures makes of folders, and a run of it.</summary>
[TestClass]
public sealed class ImageFolderTests
{
    // Two classes of gray 2 x 2 images.
    private const string Gray = "0\t1\t9\t8\t1\n9\t8\t1\t0\t0\n1\t0\t8\t9\t1\n8\t9\t0\t1\t0\n0\t0\t9\t9\t1\n";

    private static ImageSet Load(string text, int[]? size = null, string? label = null, string name = ".tsv", string? readme = null)
    {
        using var folder = readme is null ? new TemporaryFolder(("train" + name, text), ("test" + name, text))
            : new TemporaryFolder(("train" + name, text), ("test" + name, text), ("README.md", readme));
        return ImageFolder.Load(folder.Path, size, label);
    }

    private static void Refused(string expected, Action load) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(load).Message, expected);

    private static string Line(int count, string end) => string.Join(',', Enumerable.Range(0, count)) + "," + end + "\n";

    [TestMethod]
    public void Class_and_size_are_found()
    {
        var data = Load(Gray);
        Assert.AreEqual("2 x 2 pixels of 1 channel; column 5 is the class", data.Recognized);
        CollectionAssert.AreEqual((float[])[0, 1, 9, 8], data.Train[0].Pixels);
        Assert.AreEqual("1", data.Train[0].Class);
        Assert.AreEqual("2 x 2 pixels of 1 channel; column 1 is the class", Load("a,0.5,1,2,3\nb,1.5,2,3,4\na,0,1,1,3\n", name: ".csv")
            .Recognized);
        Assert.AreEqual("2 x 2 pixels of 1 channel; column 2 is the class", Load("p,label,q,r,s\n1,0,1,2,3\n1,1,2,3,4\n", name: ".csv")
            .Recognized);
        Assert.AreEqual("1 x 4 pixels of 1 channel; column 5 is the class", Load(Gray, [1, 4]).Recognized);
        StringAssert.StartsWith(Load(Line(36, "a") + Line(36, "b"), name: ".csv", readme: "Patches of 3x3 pixels, 4 bands").Recognized,
            "3 x 3 pixels of 4 channels");
        StringAssert.StartsWith(Load(Line(27, "a") + Line(27, "b"), name: ".csv").Recognized, "3 x 3 pixels of 3 channels");
    }

    [TestMethod]
    public void One_channel_after_the_other_is_found()
    {
        // 1 x 3 pixels of two channels, of which one is dark and one bright
        var planar = Load("1,2,3,101,102,103,a\n3,2,1,103,102,101,b\n", [1, 3, 2], name: ".csv");
        StringAssert.Contains(planar.Recognized, "channel after channel");
        CollectionAssert.AreEqual((float[])[1, 101, 2, 102, 3, 103], planar.Train[0].Pixels);
        var together = Load("1,101,2,102,3,103,a\n3,103,2,102,1,101,b\n", [1, 3, 2], name: ".csv");
        CollectionAssert.AreEqual(planar.Train[0].Pixels, together.Train[0].Pixels);
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        Refused("line 2: 4 fields, expected 5 as in the other lines", () => Load("0\t1\t9\t8\t1\n9\t8\t1\t0\n"));
        Refused("line 2: field 2 is 'x', expected a number", () => Load("0\t1\t9\t8\t1\n9\tx\t1\t0\t2\n"));
        Refused("a line has 4 numbers, expected 3 x 3 of --size", () => Load(Gray, [3, 3]));
        Refused("a line has 5 numbers, which are no square of 1 to 4 channels", () => Load("0,1,2,3,4,a\n0,1,2,3,5,b\n", name: ".csv"));
        Refused("there is no column 'kind'", () => Load(Gray, label: "kind"));
        using var folder = new TemporaryFolder(("edges.tsv", "a\tb\n"), ("other.tsv", "a\tb\n"));
        Refused("expected a file 'train' and one 'test'", () => ImageFolder.Load(folder.Path));
    }

    [TestMethod]
    public void A_run_writes_figures_and_pictures()
    {
        using var folder = new TemporaryFolder(("train.tsv", string.Concat(Enumerable.Repeat(Gray, 8))), ("test.tsv", Gray));
        var json = folder["figures.json"];
        var (code, output, error) = ExampleProgram.Run("Pictures", "--data", folder.Path, "--network", "convnet,vit", "--epochs", "15",
            "--hidden", "8", "--patch", "1", "--threads", "1", "--json", json, "--output", folder["out"]);
        Assert.AreEqual(0, code, output + error);
        var figures = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.AreEqual("convnet", figures.GetProperty("network").GetString());
        Assert.AreEqual("classification", figures.GetProperty("task").GetString());
        Assert.IsGreaterThanOrEqualTo(0.6, figures.GetProperty("test_accuracy").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("vit_onnx_max_difference").GetDouble());
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "vit-attention.svg")));
    }

    [TestMethod]
    public void A_network_is_pre_trained_on_all_images_and_trained_on_few()
    {
        using var folder = new TemporaryFolder(("train.tsv", string.Concat(Enumerable.Repeat(Gray, 8))), ("test.tsv", Gray));
        var (code, output, error) = ExampleProgram.Run("Pictures", "--data", folder.Path, "--network", "mixer", "--pretrain", "3",
            "--labelled", "6", "--epochs", "2", "--hidden", "8", "--patch", "1", "--threads", "1", "--output", folder["out"]);
        Assert.AreEqual(0, code, output + error);
        StringAssert.Contains(output, "images without labels: mean squared difference of masked pixels");
        (code, _, error) = ExampleProgram.Run("Pictures", "--data", folder.Path, "--pretrain", "3");
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "--network vit and mixer");
        (code, _, error) = ExampleProgram.Run("Pictures", "--data", folder.Path, "--network", "convnet", "--labelled", "1");
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "expected at least one image of each");
    }

    [TestMethod]
    public void Generated_shapes_are_of_all_kinds()
    {
        var data = GeneratedShapes.Make(30, 12);
        Assert.AreEqual(6, data.Classes);
        Assert.HasCount(12 * 12, data.Test[0].Pixels);
    }
}
