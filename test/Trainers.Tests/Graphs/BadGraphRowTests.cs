using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

[TestClass]
public class BadGraphRowTests
{
    private static readonly int[] Bad = [2, 5, 9];

    private readonly MLContext _ml = new(1);

    [TestMethod]
    public void Training_leaves_rows_out_that_are_no_graph()
    {
        using var skipping = Fit(Shapes(), BadRows.Skip);
        using var clean = Fit(Shapes().Where((_, i) => !Bad.Contains(i)), BadRows.Error);
        Assert.AreEqual(3, skipping.History.SkippedRows);
        Assert.AreEqual(0, clean.History.SkippedRows);
        var data = Shape.View(_ml, Shape.Make(10, 3));
        CollectionAssert.AreEqual(Scores(clean, data), Scores(skipping, data));
        Assert.ThrowsExactly<InvalidDataException>(() => Fit(Shapes(), BadRows.Error));
    }

    [TestMethod]
    public void Rows_that_are_no_graph_get_a_missing_prediction()
    {
        using var model = Fit(Shape.Make(12), BadRows.Skip);
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("graphs.onnx"));
        var columns = new GraphColumns { NodeFeatureCount = 2 };
        using var applied = _ml.Transforms.ApplyGraphModel(folder.File("graphs.onnx"), columns, badRows: BadRows.Skip)
            .Fit(Shape.View(_ml, Shapes()));
        using var strict = _ml.Transforms.ApplyGraphModel(folder.File("graphs.onnx"), columns).Fit(Shape.View(_ml, Shapes()));
        var good = strict.Transform(Shape.View(_ml, Shape.Make(12))).GetColumn<float[]>("Score").ToArray();
        foreach (var transformer in (GraphScoringTransformer[])[model, applied])
        {
            var view = transformer.Transform(Shape.View(_ml, Shapes()));
            var scores = view.GetColumn<float[]>("Score").ToArray();
            var labels = view.GetColumn<uint>("PredictedLabel").ToArray();
            Assert.HasCount(12, scores);
            for (var row = 0; row < 12; row++)
            {
                Assert.AreEqual(Bad.Contains(row), labels[row] == 0, $"row {row}");
                for (var k = 0; k < 2; k++)
                    Assert.AreEqual(Bad.Contains(row) ? float.NaN : good[row][k], scores[row][k], 1e-5f, $"row {row}");
            }
        }
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => strict.Transform(Shape.View(_ml, Shapes())).GetColumn<uint>("PredictedLabel").ToArray());
        StringAssert.Contains(error.Message, "row 2");
    }

    [TestMethod]
    public void Molecules_that_can_not_be_read_follow_the_policy()
    {
        Molecule[] all = [.. ((string[])["CCO", "CCC", "C1CC", "c1ccccc1", "CXC", "CO", "", "CCN"])
            .Select((smiles, i) => new Molecule { Smiles = smiles, Label = i })];
        var molecules = _ml.Data.LoadFromEnumerable(all);
        var good = _ml.Data.LoadFromEnumerable(all.Where((_, i) => i is not (2 or 4 or 6)));
        TransformerChain<GraphPredictionTransformer> Train(IDataView rows, BadRows badRows) => _ml.Transforms.SmilesToGraph().Append(
            _ml.Graphs().GraphRegression(new() { Epochs = 2, BadRows = badRows, Seed = 1, Target = ExecutionTarget.Cpu(1) })).Fit(rows);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Train(molecules, BadRows.Error)).Message,
            "Column 'Smiles', row 2");
        var model = Train(molecules, BadRows.Skip);
        Assert.AreEqual(3, model.LastTransformer.History.SkippedRows);
        var expected = Train(good, BadRows.Error).Transform(good).GetColumn<float>("Score").ToArray();
        var scores = model.Transform(molecules).GetColumn<float>("Score").ToArray();
        CollectionAssert.AreEqual(new[] { 2, 4, 6 }, Enumerable.Range(0, 8).Where(row => float.IsNaN(scores[row])).ToArray());
        CollectionAssert.AreEqual(expected, scores.Where(score => !float.IsNaN(score)).ToArray());
        var strict = Train(good, BadRows.Error);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(
            () => strict.Transform(molecules).GetColumn<float>("Score").ToArray()).Message, "Column 'Smiles', row 2");
    }

    private sealed class Molecule
    {
        public string Smiles { get; set; } = "";

        public float Label { get; set; }
    }

    [TestMethod]
    public void Many_bad_rows_in_a_row_are_all_missing()
    {
        using var model = Fit(Shape.Make(12), BadRows.Skip);
        var shapes = Shape.Make(300);
        foreach (var shape in shapes.Take(260))
            shape.NodeFeatures = [];
        var labels = model.Transform(Shape.View(_ml, shapes)).GetColumn<uint>("PredictedLabel").ToArray();
        Assert.IsTrue(labels.Take(260).All(label => label == 0));
        Assert.IsTrue(labels.Skip(260).All(label => label > 0));
    }

    [TestMethod]
    public void A_prediction_engine_gives_a_missing_prediction_and_goes_on()
    {
        using var model = Fit(Shape.Make(12), BadRows.Skip);
        using var engine = _ml.Model.CreatePredictionEngine<Shape, Scored>(model);
        var shapes = Shapes();
        for (var row = 0; row < shapes.Length; row++)
        {
            var scored = engine.Predict(shapes[row]);
            Assert.AreEqual(Bad.Contains(row), scored.PredictedLabel == 0, $"row {row}");
            Assert.AreEqual(Bad.Contains(row), float.IsNaN(scored.Score[0]), $"row {row}");
        }
    }

    [TestMethod]
    public void Edges_of_unknown_nodes_or_without_weight_are_left_out_and_counted()
    {
        Friendship[] bad = [new("n1", "n99", 1, 1), new("n98", "n2", 1, 1), new("n1", "n12", 1, 12) { Weight = float.NaN }];
        GraphEdgeColumns Columns(IEnumerable<Friendship> edges, BadRows badRows = BadRows.Error) =>
            new(_ml.Data.LoadFromEnumerable(edges)) { WeightColumnName = nameof(Friendship.Weight), BadRows = badRows };
        var nodes = TwoCliques.View(_ml);
        List<string> log = [];
        _ml.Log += (_, entry) => log.Add(entry.Message);

        float[] Links(GraphEdgeColumns between)
        {
            using var model = _ml.Graphs().LinkPrediction(new()
            {
                Edges = between, NodeIdColumnName = "Id", Epochs = 3, Seed = 1, Target = ExecutionTarget.Cpu(1),
            }).Fit(nodes);
            return [.. model.EmbedNodes().GetColumn<float[]>("Embedding").SelectMany(numbers => numbers)];
        }

        float[] Nodes(GraphEdgeColumns between)
        {
            using var model = _ml.Graphs().NodeClassification(new()
            {
                Edges = between, NodeIdColumnName = "Id", Epochs = 3, Seed = 1, Target = ExecutionTarget.Cpu(1),
            }).Fit(nodes);
            return [.. model.Transform(nodes).GetColumn<float[]>("Score").SelectMany(numbers => numbers)];
        }

        foreach (var train in (Func<GraphEdgeColumns, float[]>[])[Links, Nodes])
        {
            log.Clear();
            var expected = train(Columns(TwoCliques.Edges()));
            Assert.IsFalse(log.Any(line => line.Contains("left out", StringComparison.Ordinal)));
            Friendship[] all = [.. TwoCliques.Edges(), .. bad];
            CollectionAssert.AreEqual(expected, train(Columns(all, BadRows.Skip)));
            Assert.IsTrue(log.Any(line => line.Contains("3 rows of the view of edges", StringComparison.Ordinal)));
            Assert.ThrowsExactly<InvalidDataException>(() => train(Columns(all)));
        }
    }

    private static Shape[] Shapes()
    {
        var shapes = Shape.Make(12);
        shapes[2].NodeFeatures[1] = float.NaN;
        (shapes[5].NodeFeatures, shapes[5].Edges) = ([], []);
        shapes[9].Edges[^1] = 99;
        return shapes;
    }

    private GraphPredictionTransformer Fit(IEnumerable<Shape> shapes, BadRows badRows) => _ml.Graphs().GraphClassification(new()
    {
        Columns = new() { NodeFeatureCount = 2 },
        Network = GraphNetwork.Gin(8, 1),
        Hidden = 8,
        Epochs = 3,
        BatchSize = 4,
        Seed = 1,
        BadRows = badRows,
        Target = ExecutionTarget.Cpu(1),
    }).Fit(Shape.View(_ml, shapes));

    private static float[] Scores(GraphPredictionTransformer model, IDataView data) =>
        [.. model.Transform(data).GetColumn<float[]>("Score").SelectMany(numbers => numbers)];

    private sealed class Scored
    {
        public uint PredictedLabel { get; set; }

        public float[] Score { get; set; } = [];
    }
}
