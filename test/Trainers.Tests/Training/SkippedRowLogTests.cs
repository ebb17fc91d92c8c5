using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers.Tests.Graphs;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>Rows that are passed over are counted in the log, in training and in scoring, and the first is named.</summary>
[TestClass]
public class SkippedRowLogTests
{
    private readonly MLContext _ml = new(1);
    private readonly List<string> _log = [];

    public SkippedRowLogTests() => _ml.Log += (_, entry) => _log.Add(entry.RawMessage);

    private sealed class Row
    {
        public float[] Features { get; set; } = [1, 2];

        public bool Label { get; set; }
    }

    private void Logged(string line) => Assert.IsTrue(_log.Any(entry => entry.StartsWith(line, StringComparison.Ordinal)),
        $"'{line}' is not in:\n{string.Join("\n", _log)}");

    [TestMethod]
    public void Of_sequences()
    {
        Row[] rows = [.. Enumerable.Range(0, 8).Select(i => new Row { Label = i % 2 == 0 })];
        (rows[3].Features, rows[5].Features) = ([1, float.NaN], []);
        var data = _ml.Data.LoadFromEnumerable(rows);
        using var model = _ml.Sequences().BinaryClassification(new SequenceBinaryClassificationTrainer.Options
        {
            Network = SequenceNetwork.Gru(hidden: 4), Epochs = 1, BadRows = BadRows.Skip, Target = ExecutionTarget.Cpu(1),
        }).Fit(data, data);
        const string First = "; the first: Column 'Features', row 3";
        Logged("2 training rows can't be read and are left out" + First);
        Logged("2 validation rows can't be read and are left out" + First);
        Assert.AreEqual(2, model.Transform(data).GetColumn<float>("Score").Count(float.IsNaN));
        Logged("2 rows can't be read and have no prediction" + First);
        _log.Clear();
        Assert.HasCount(7, model.Transform(_ml.Data.SkipRows(data, 1)).GetColumn<float>("Score").ToArray());
        // rows count from 0 in the view that is read
        Logged("2 rows can't be read and have no prediction; the first: Column 'Features', row 2");
        List<string> told = [];
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("model.onnx"));
        using var applied = _ml.Transforms.ApplySequenceModel(folder.File("model.onnx"), options: new()
        {
            BadRows = BadRows.Skip, Log = told.Add,
        }).Fit(data);
        Assert.HasCount(8, applied.Transform(data).GetColumn<float>("Score").ToArray());
        Assert.HasCount(1, told.Where(line => line.Contains(First, StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void Of_graphs()
    {
        var shapes = Graphs.Shape.Make(8);
        (shapes[2].NodeFeatures, shapes[4].Edges) = ([], [0, 99]);
        var data = Graphs.Shape.View(_ml, shapes);
        using var model = _ml.Graphs().GraphClassification(new()
        {
            Columns = new() { NodeFeatureCount = 2 }, Epochs = 1, BadRows = BadRows.Skip, Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        const string First = "; the first: Column 'NodeFeatures', row 2: the graph has no nodes";
        Logged("2 training rows can't be read and are left out" + First);
        Assert.HasCount(8, model.Transform(data).GetColumn<uint>("PredictedLabel").ToArray());
        Logged("2 rows can't be read and have no prediction" + First);
        List<string> told = [];
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("model.onnx"));
        using var applied = _ml.Transforms.ApplyGraphModel(folder.File("model.onnx"), new() { NodeFeatureCount = 2 }, badRows: BadRows.Skip,
            log: told.Add).Fit(data);
        Assert.HasCount(8, applied.Transform(data).GetColumn<uint>("PredictedLabel").ToArray());
        Assert.HasCount(1, told.Where(line => line.Contains(First, StringComparison.Ordinal)).ToArray());
        foreach (var shape in shapes)
            shape.NodeFeatures = [];
        var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Graphs().GraphClassification(new()
        {
            Columns = new() { NodeFeatureCount = 2 }, BadRows = BadRows.Skip,
        }).Fit(Graphs.Shape.View(_ml, shapes)));
        StringAssert.Contains(error.Message, "no rows but 8 that can't be read. The first: Column 'NodeFeatures', row 0");
    }

    [TestMethod]
    public void Of_links_and_edges()
    {
        Friendship[] edges = [.. TwoCliques.Edges(), new("n1", "n99", 1, 1)];
        using var model = _ml.Graphs().LinkPrediction(new()
        {
            Edges = new(_ml.Data.LoadFromEnumerable(edges)) { BadRows = BadRows.Skip }, NodeIdColumnName = "Id", Epochs = 1,
            BadRows = BadRows.Skip, Target = ExecutionTarget.Cpu(1),
        }).Fit(TwoCliques.View(_ml));
        Logged($"1 rows of the view of edges are no edge and were left out; the first: "
            + $"Column 'Target' of the edges, row {edges.Length - 1}");
        var pairs = _ml.Data.LoadFromEnumerable(new Friendship[] { new("n1", "n2", 0, 0), new("who", "n2", 0, 0) });
        Assert.HasCount(2, model.Transform(pairs).GetColumn<float>("Score").ToArray());
        Logged("1 rows can't be read and have no prediction; the first: Column 'Source' of the pairs, row 1");
    }

    private sealed class Text
    {
        [KeyType(5)]
        public uint[] Features { get; set; } = [];
    }

    [TestMethod]
    public void Of_language_models()
    {
        var data = _ml.Data.LoadFromEnumerable(new[] { new Text { Features = [1, 2, 3] }, new Text(), new Text { Features = [3, 1] } });
        using var model = _ml.Sequences().LanguageModel(new()
        {
            Decoder = SequenceDecoder.Gru(hidden: 4), Epochs = 1, BadRows = BadRows.Skip, EmbeddingSize = 4,
            Target = ExecutionTarget.Cpu(1),
        }).Fit(data);
        const string First = "; the first: Column 'Features', row 1: the sequence is empty";
        Logged("1 training rows can't be read and are left out" + First);
        Assert.HasCount(3, model.Transform(data).GetColumn<float[]>("Score").ToArray());
        Logged("1 rows can't be read and have no prediction" + First);
    }
}
