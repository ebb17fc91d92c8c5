using System.Globalization;
using System.IO.Compression;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests.Saved;

/// <summary>
/// Files of earlier formats score what they scored then: of format 1, before there was one form of metadata for all models, and of format
/// 2, whose inputs of lengths could be left out.
/// </summary>
[TestClass]
public class OldFilesTests
{
    private static readonly MLContext Ml = new(1);

    private static readonly string[] Places = ["coast", "inland"];

    private sealed class Row
    {
        public float[] Series { get; set; } = [];

        public string Place { get; set; } = "";

        public string Label { get; set; } = "";
    }

    private sealed class Text
    {
        public int[] Features { get; set; } = [];
    }

    private static IDataView Rows() => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 12).Select(i => new Row
    {
        Series = [.. Enumerable.Range(0, 2 + i % 4).Select(step => (i % 2 == 0 ? 1 : -1) + 0.1f * step)],
        Place = Places[i / 2 % 2],
        Label = i % 2 == 0 == (i / 2 % 2 == 0) ? "yes" : "no",
    }));

    private static IDataView Texts() => Ml.Data.LoadFromEnumerable(Enumerable.Range(0, 8).Select(i =>
        new Text { Features = [.. Enumerable.Range(0, 3 + i % 3).Select(step => 1 + (i + step) % 3)] }));

    private static IDataView Graphs() => Shape.View(Ml, Shape.Make(6));

    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };

    [TestMethod]
    public void Sequence_models_score()
    {
        using var folder = new TemporaryFolder();
        var keys = Ml.Transforms.Conversion.MapValueToKey("Label").Append(Ml.Transforms.Conversion.MapValueToKey("Place")).Fit(Rows());
        using var model = Ml.Transforms.ApplySequenceModel(Unpacked(folder, "sequence.onnx")).Fit(keys.Transform(Rows()));
        Assert.AreEqual("Series", model.InputColumnName);
        Same("sequence", model.Transform(keys.Transform(Rows())));
    }

    [TestMethod]
    public void Saved_pipelines_score_by_either_loader()
    {
        Same("sequence", Ml.Model.Load(Path("sequence.zip"), out _).Transform(Rows()));
        Same("sequence", Ml.Model.LoadSequenceGraph(Path("sequence.zip"), out _).Transform(Rows()));
    }

    [TestMethod]
    public void Models_of_graphs_and_of_nodes_score()
    {
        using var folder = new TemporaryFolder();
        using var graphs = Ml.Transforms.ApplyGraphModel(Unpacked(folder, "graphs.onnx"), Columns).Fit(Graphs());
        Same("graphs", graphs.Transform(Graphs()));
        var nodes = TwoCliques.View(Ml);
        using var ofNodes = Ml.Transforms.ApplyNodeModel(Unpacked(folder, "nodes.onnx"), TwoCliques.ById(Ml), "Id").Fit(nodes);
        Same("nodes", ofNodes.Transform(nodes));
    }

    [TestMethod]
    public void Language_models_score_by_either_loader()
    {
        Same("language", Ml.Model.Load(Path("language.zip"), out _).Transform(Texts()));
        Same("language", Ml.Model.LoadSequenceGraph(Path("language.zip"), out _).Transform(Texts()));
    }

    [TestMethod]
    public void Tokens_with_lengths_beside_them_score()
    {
        using var folder = new TemporaryFolder();
        var rows = EveryForm.Mapped(Ml, 12);
        using var model = Ml.Transforms.ApplySequenceModel(Unpacked(folder, "tokens.onnx", 2)).Fit(rows);
        Same("tokens", model.Transform(rows), 2);
        Same("tokens", Ml.Model.Load(Path("tokens.zip", 2), out _).Transform(rows), 2);
        Same("tokens", Ml.Model.LoadSequenceGraph(Path("tokens.zip", 2), out _).Transform(rows), 2);
        // saved anew they are what they were
        Ml.Model.Save(model, rows.Schema, folder.File("again.zip"));
        Same("tokens", Ml.Model.Load(folder.File("again.zip"), out _).Transform(rows), 2);
        Same("tokens", Ml.Model.LoadSequenceGraph(folder.File("again.zip"), out _).Transform(rows), 2);
    }

    [TestMethod]
    public void Translators_that_are_told_lengths_translate()
    {
        var rows = Ml.Data.LoadFromEnumerable(EveryForm.Rows(12));
        var keys = Ml.Transforms.Conversion.MapValueToKey([new("Source", "Words"), new("Target", "Words")]).Fit(rows).Transform(rows);
        float[] expected = [.. File.ReadLines(Path("translation.txt", 2)).Select(line => float.Parse(line, CultureInfo.InvariantCulture))];
        foreach (var model in (ITransformer[])[Ml.Model.Load(Path("translation.zip", 2), out _),
            Ml.Model.LoadSequenceGraph(Path("translation.zip", 2), out _)])
        {
            float[] found = [.. model.Transform(keys).GetColumn<float>("Score")];
            Assert.HasCount(expected.Length, found);
            for (var row = 0; row < found.Length; row++)
                Assert.AreEqual(expected[row], found[row], 1e-5f);
        }
    }

    private static string Path(string name, int format = 1) =>
        System.IO.Path.Combine(AppContext.BaseDirectory, "Saved", $"Format{format}", name);

    private static string Unpacked(TemporaryFolder folder, string name, int format = 1)
    {
        using var packed = new GZipStream(File.OpenRead(Path(name + ".gz", format)), CompressionMode.Decompress);
        using var file = File.Create(folder.File(name));
        packed.CopyTo(file);
        return folder.File(name);
    }

    private static void Same(string name, IDataView scored, int format = 1)
    {
        float[][] expected = [.. File.ReadLines(Path(name + ".txt", format)).Select(line => line.Split(' ')
            .Select(number => float.Parse(number, CultureInfo.InvariantCulture)).ToArray())];
        float[][] found = [.. scored.GetColumn<float[]>("Score")];
        Assert.HasCount(expected.Length, found);
        for (var row = 0; row < found.Length; row++)
        {
            Assert.HasCount(expected[row].Length, found[row]);
            for (var i = 0; i < found[row].Length; i++)
                Assert.AreEqual(expected[row][i], found[row][i], 1e-5f);
        }
    }
}
