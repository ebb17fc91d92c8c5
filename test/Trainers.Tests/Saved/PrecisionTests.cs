using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Saved;

[TestClass]
public class PrecisionTests
{
    private static readonly MLContext _ml = new(1);

    private static (SequencePredictionTransformer Model, IDataView Rows) Sequences()
    {
        var data = _ml.Data.LoadFromEnumerable(Waves.Rows(60, 1));
        var rows = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(data).Transform(data);
        return (_ml.Sequences().Classification(network: SequenceNetwork.Lstm(96), epochs: 4, featureCount: 2).Fit(rows), rows);
    }

    [TestMethod]
    [DataRow(Precision.Half, 0.55)]
    [DataRow(Precision.Int8, 0.3)]
    [DataRow(Precision.DynamicInt8, 0.3)]
    public void Sequences_are_scored_alike_by_a_smaller_file(Precision precision, double share)
    {
        var (model, rows) = Sequences();
        using var folder = new TemporaryFolder();
        var path = folder.File("model.onnx");
        var report = model.ExportToOnnx(path, precision, rows, scored => _ml.Sequences().EvaluateClassification(scored).MicroAccuracy);
        Assert.AreEqual((60, new FileInfo(path).Length, (long)model.ToOnnx().Length), (report.Rows, report.Bytes, report.BytesInSingle));
        Assert.IsLessThan(share, report.Bytes / (double)report.BytesInSingle);
        Assert.IsGreaterThan(0, report.LargestDifference);
        Assert.AreEqual(report.MetricInSingle!.Value, report.Metric!.Value, 0.05);
        Assert.IsGreaterThan(0.9, report.SameLabels!.Value);

        // The file is one that our loader takes.
        var scored = _ml.Transforms.ApplySequenceModel(path).Fit(rows).Transform(rows);
        Assert.AreEqual(report.Metric.Value, _ml.Sequences().EvaluateClassification(scored).MicroAccuracy);
    }

    [TestMethod]
    public void A_difference_that_is_too_large_leaves_no_file()
    {
        var (model, rows) = Sequences();
        using var folder = new TemporaryFolder();
        Assert.ThrowsExactly<TensorMismatchException>(
            () => model.ExportToOnnx(folder.File("a.onnx"), Precision.Int8, rows, tolerance: 1e-9));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => model.ExportToOnnx(folder.File("a.onnx"), (Precision)7, rows));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(
            () => model.ExportToOnnx(folder.File("a.onnx"), Precision.Half, rows, tolerance: double.NaN));
        var none = _ml.Data.SkipRows(rows, 60);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => model.ExportToOnnx(folder.File("a.onnx"), Precision.Half, none)).Message, "rows");
        Assert.IsEmpty(Directory.GetFiles(folder.Path));
    }

    [TestMethod]
    public void Nodes_and_links_are_scored_alike()
    {
        using var folder = new TemporaryFolder();
        var nodes = _ml.Transforms.Conversion.MapValueToKey("Label").Fit(TwoCliques.View(_ml)).Transform(TwoCliques.View(_ml));
        using var classes = _ml.Graphs().NodeClassification(
            TwoCliques.ById(_ml), network: GraphNetwork.Gcn(512), nodeIdColumnName: "Id", epochs: 20).Fit(nodes);
        var report = classes.ExportToOnnx(folder.File("nodes.onnx"), Precision.Int8, nodes);
        Assert.IsLessThan(report.BytesInSingle, report.Bytes);
        Assert.AreEqual(1, report.SameLabels);

        var split = _ml.Data.RandomLinkSplit(nodes, TwoCliques.ById(_ml), "Id", 0.1, 0.2, seed: 3);
        using var links = _ml.Graphs().LinkPrediction(
            split.Training, network: GraphNetwork.Gcn(512), nodeIdColumnName: "Id", epochs: 20).Fit(nodes);
        Assert.IsGreaterThan(0, links.ExportToOnnx(folder.File("links.onnx"), Precision.Half, split.Test).Rows);
    }

    private sealed class Text
    {
        public string Words { get; set; } = "";
    }

    [TestMethod]
    public void Language_models_write_as_before()
    {
        using var folder = new TemporaryFolder();
        var texts = _ml.Data.LoadFromEnumerable(Enumerable.Repeat(new Text { Words = "a b c a b c a b c" }, 30));
        var rows = _ml.Transforms.TokenizeText("Features", "Words").Fit(texts).Transform(texts);
        using var model = _ml.Sequences().LanguageModel(decoder: SequenceDecoder.Gru(32), epochs: 5).Fit(rows);
        var report = model.ExportToOnnx(
            folder.Path, Precision.Int8, rows, scored => _ml.Sequences().EvaluateLanguageModel(scored).NatsPerToken);
        Assert.AreEqual(report.MetricInSingle!.Value, report.Metric!.Value, 0.02);
        Assert.IsLessThan(0.6, report.Bytes / (double)report.BytesInSingle);
        var files = model.ToOnnxFiles();
        Assert.AreEqual((Directory.GetFiles(folder.Path).Sum(file => new FileInfo(file).Length), files.Values.Sum(file => file.LongLength)),
            (report.Bytes, report.BytesInSingle));
        CollectionAssert.AreEqual(files["greedy.onnx"], model.ToOnnx());
        using var generator = SequenceGenerator.Load(folder.File("decoder.onnx"));
        var prompt = GenerationInput.FromPrompts([model.StartToken]);
        CollectionAssert.AreEqual(
            model.Generator.Greedy(prompt, new() { MaximumLength = 8 })[0].Tokens.ToArray(),
            generator.Greedy(prompt, new() { MaximumLength = 8 })[0].Tokens.ToArray());
    }
}
