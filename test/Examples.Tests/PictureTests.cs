using System.Xml.Linq;
using Microsoft.ML;
using MLSeqGraph.Trainers;

namespace Examples.Tests;

[TestClass]
public sealed class PictureTests
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("pictures-").FullName;

    [ClassCleanup]
    public static void Remove() => Directory.Delete(Folder, recursive: true);

    // The texts of a picture, all inside it; the PNG is there too.
    private static string[] Texts(string path)
    {
        CollectionAssert.AreEqual((byte[])[0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes($"{path}.png")[..4]);
        var svg = XDocument.Load($"{path}.svg");
        var width = (double)svg.Root!.Attribute("width")!;
        var texts = svg.Descendants().Where(element => element.Name.LocalName == "text").ToArray();
        foreach (var text in texts)
        {
            // "translate(x y)"; turned text has a matrix or an angle.
            var place = ((string)text.Attribute("transform")!).Split('(', ' ', ')');
            if (place is not ["translate", _, _, ""])
                continue;
            var letters = ((string)text.Attribute("x")!).Split(',').Select(double.Parse).ToArray();
            Assert.IsTrue(double.Parse(place[1]) + letters.Min() > 0 && double.Parse(place[1]) + letters.Max() < width, text.Value);
        }
        return [.. texts.Select(text => text.Value.Trim())];
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(120)]
    public void Loss_curves_have_title_units_and_legend(int epochs)
    {
        var path = Path.Combine(Folder, $"loss{epochs}");
        EpochRecord[] run = [.. Enumerable.Range(1, epochs).Select(epoch =>
            new EpochRecord { Epoch = epoch, PlannedEpochs = epochs, Loss = 100.0 / epoch, ValidationLoss = 200.0 / epoch })];
        LossCurves.Write(path, "a run: loss", "nats per token", run, "training, with dropout");
        var texts = Texts(path);
        foreach (var text in (string[])["a run: loss", "loss, nats per token", "epoch", "training, with dropout", "validation"])
            CollectionAssert.Contains(texts, text);
        CollectionAssert.DoesNotContain(texts, "1.5");
    }

    [TestMethod]
    public void Attention_has_all_tokens_and_a_title_wider_than_the_table()
    {
        var path = Path.Combine(Folder, "attention");
        const string Title = "a network with a long name: where each written token looked";
        HeatMap.WriteAttention(path, Title, ["ein", "Hund & Katz"], ["a", "<dog>", "(end)"], [[1, 0], [0.2f, 0.8f], [0, 1]]);
        var texts = Texts(path);
        foreach (var text in (string[])[Title, "ein", "Hund & Katz", "a", "<dog>", "(end)", "source token", "written token",
            "attention weight"])
            CollectionAssert.Contains(texts, text);
    }

    [TestMethod]
    public void Confusion_has_the_classes_names_and_counts()
    {
        var ml = new MLContext(1);
        Row[] rows = [.. Enumerable.Range(0, 40).Select(i => new Row
        {
            Class = i % 4 == 0 ? "rare" : "common",
            Guess = i < 23 ? "rare" : "common",
            Score = i < 23 ? [0.9f, 0.1f] : [0.1f, 0.9f],
        })];
        var data = ml.Data.LoadFromEnumerable(rows);
        var scored = ml.Transforms.Conversion.MapValueToKey("Label", "Class")
            .Append(ml.Transforms.Conversion.MapValueToKey("PredictedLabel", "Guess")).Fit(data).Transform(data);
        var metrics = ml.Sequences().EvaluateClassification(scored);
        var path = Path.Combine(Folder, "confusion");
        HeatMap.WriteConfusion(path, "test rows", metrics);
        var texts = Texts(path);
        foreach (var text in (string[])["test rows", "rare", "common", "class", "predicted class", "6", "17", "4", "13"])
            CollectionAssert.Contains(texts, text);
    }

    [TestMethod]
    public void A_graph_has_its_nodes_and_a_legend_of_what_occurs()
    {
        var path = Path.Combine(Folder, "graph");
        DrawnNode[] nodes = [new("0", "left", true, false), new("1", "left", false, false), new("2", "right", false, true)];
        GraphDrawing.Write(path, "three nodes", nodes, [(0, 1), (1, 2), (2, 2)]);
        var texts = Texts(path);
        foreach (var text in (string[])["three nodes", "0", "1", "2", "left", "right", "label known", "predicted wrong"])
            CollectionAssert.Contains(texts, text);
        GraphDrawing.Write(path, "three nodes", [.. nodes.Select(node => node with { IsWrong = false })], [(0, 1)]);
        CollectionAssert.DoesNotContain(Texts(path), "predicted wrong");
    }

    private sealed class Row
    {
        public string Class { get; set; } = "";

        public string Guess { get; set; } = "";

        [Microsoft.ML.Data.VectorType(2)]
        public float[] Score { get; set; } = [];
    }
}
