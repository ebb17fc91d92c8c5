using System.Text.Json;
using Captions.Data;

namespace Examples.Tests;

/// <summary>What the example Captions generates and makes of folders, and a run of it.</summary>
[TestClass]
public sealed class CaptionTests
{
    private const string Table = "caption,picture\na dot,0 1 0 0\nno dot,0 0 0 0\n", Digits = "0,1,1,0,a\n1,0,0,1,b\n";

    private static (CaptionSet? Captions, ClipSet? Clips) Load(string train, string? test = null, int[]? size = null)
    {
        using var folder = new TemporaryFolder(("train.csv", train), ("test.csv", test ?? train));
        return CaptionFolder.Load(folder.Path, size, 8);
    }

    private static void Refused(string expected, Action load) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(load).Message, expected);

    [TestMethod]
    public void Tables_and_images_are_found()
    {
        var captions = Load(Table).Captions!;
        Assert.AreEqual("2 x 2 pixels of 1 channel", $"{captions.Size}");
        Assert.AreEqual("a dot", captions.Train[0].Caption);
        var clips = Load(Digits).Clips!;
        Assert.HasCount(8, clips.Train);
        Assert.IsTrue(clips.Train.All(clip => clip.Frames.Length == clip.Directions.Length * 14 * 14));
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        Refused("line 3: the picture has 3 numbers, expected 2 x 2 pixels of 1 channel", () => Load(Table.Replace("0 0 0 0", "0 0 0")));
        Refused("line 2: the picture has 'x', expected numbers", () => Load(Table.Replace("0 1 0 0", "0 x 0 0")));
        Refused("line 2: the caption is empty", () => Load(Table.Replace("a dot,", ",")));
        Refused("expected 'picture' and 'caption'", () => Load(Table.Replace("caption", "text")));
        Refused("expected a header with 'picture' and 'caption', or the numbers of a square image", () => Load("1,2,3,a\n2,3,4,b\n"));
        Refused("expected 3 x 1 of --size", () => Load(Table, size: [3, 1]));
        using var folder = new TemporaryFolder(("train.csv", Table));
        Refused("there is no 'test'", () => CaptionFolder.Load(folder.Path, null, 8));
    }

    [TestMethod]
    public void Held_out_pairs_are_not_trained_on()
    {
        var data = GeneratedCaptions.Make(400, 50);
        // "a red disk above a blue cross", "a red disk left of a blue cross": the pair is what isn't the relation.
        static string Pair(CaptionRow row) => row.Caption.Replace("left of", "above");
        var known = data.Train.Concat(data.Test).Select(Pair).ToHashSet();
        Assert.IsFalse(data.HeldOut.Any(row => known.Contains(Pair(row))));
    }

    [TestMethod]
    public void A_run_writes_figures_and_pictures()
    {
        using var folder = new TemporaryFolder();
        var json = folder["figures.json"];
        var (code, output, error) = ExampleProgram.Run("Captions", "--rows", "80", "--epochs", "1", "--hidden", "16", "--threads", "1",
            "--network", "convnet,vit", "--json", json, "--output", folder["out"]);
        Assert.AreEqual(0, code, output + error);
        var figures = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        Assert.AreEqual("captions", figures.GetProperty("task").GetString());
        foreach (var name in (string[])["exact", "exact_held_out", "bleu", "clip_accuracy", "frame_accuracy", "vit_exact",
            "vit_frame_accuracy"])
            Assert.IsGreaterThanOrEqualTo(0, figures.GetProperty(name).GetDouble(), name);
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("vit_clips_onnx_max_difference").GetDouble());
        foreach (var file in (string[])["convnet-loss.svg", "vit-clips-confusion.png", "convnet/encoder.onnx"])
            Assert.IsTrue(File.Exists(Path.Combine(folder["out"], file)), file);
    }
}
