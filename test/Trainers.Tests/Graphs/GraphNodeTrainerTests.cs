using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Predictions for each node, where each row is a graph.</summary>
[TestClass]
public class GraphNodeTrainerTests
{
    private static readonly GraphColumns Columns = new() { NodeFeatureCount = 2 };
    private readonly MLContext _ml = new(1);

    private sealed class Answer
    {
        public uint[] PredictedLabel { get; set; } = [];

        public float[] Score { get; set; } = [];

        public float[] Vector { get; set; } = [];
    }

    private IDataView View(IEnumerable<PathRow> rows) => _ml.Data.LoadFromEnumerable(rows);

    private GraphNodeClassificationTrainer Classes(Action<GraphNodeClassificationTrainer.Options>? change = null)
    {
        var options = new GraphNodeClassificationTrainer.Options
        {
            Columns = Columns, Network = GraphNetwork.Sage(16, 2, 0, SageAggregator.Sum), Hidden = 16, Epochs = 30, LearningRate = 0.01f,
            Seed = 1, Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return _ml.Graphs().GraphNodeClassification(options);
    }

    private GraphNodeRegressionTrainer Numbers(Action<GraphNodeRegressionTrainer.Options>? change = null)
    {
        var options = new GraphNodeRegressionTrainer.Options
        {
            Columns = Columns, LabelColumnName = nameof(PathRow.Sums), TargetsPerNode = 2, Hidden = 16, Epochs = 40, LearningRate = 0.01f,
            Network = GraphNetwork.Sage(16, 2, 0, SageAggregator.Sum), Seed = 1, Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return _ml.Graphs().GraphNodeRegression(options);
    }

    [TestMethod]
    public void Classes_of_nodes_are_learned_from_their_neighbors()
    {
        using var model = Classes(options => options.ValidationFraction = 0.2f).Fit(View(PathRow.Make(150)));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        var metrics = _ml.Graphs().EvaluateNodeClassification(model.Transform(View(PathRow.Make(60, 2))));
        Assert.IsGreaterThan(0.93, metrics.MicroAccuracy);
        Assert.IsTrue(model.History.Epochs.All(epoch => epoch.ValidationMetrics["accuracy"] > 0.3));
    }

    [TestMethod]
    public void A_virtual_node_reads_what_is_many_edges_away()
    {
        // The first node of a path tells the label of all; the nodes of a network of two layers see two edges far.
        PathRow[] Rows(int seed) => [.. Enumerable.Range(0, 200).Select(i => (Random: new Random(seed + i), Nodes: 12)).Select(path =>
        {
            var mark = path.Random.Next(2);
            int[] from = [.. Enumerable.Range(0, path.Nodes - 1)], to = [.. Enumerable.Range(1, path.Nodes - 1)];
            return new PathRow
            {
                NodeFeatures = [.. Enumerable.Range(0, path.Nodes).SelectMany(node => (float[])[node == 0 ? 2 * mark - 1 : 0, 1])],
                Edges = [.. from, .. to, .. to, .. from], Label = [.. Enumerable.Repeat(1u + (uint)mark, path.Nodes)], IsTurned = 1,
            };
        })];
        double Accuracy(GraphNetwork network)
        {
            using var model = Classes(options => options.Network = network).Fit(View(Rows(1)));
            Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
            return _ml.Graphs().EvaluateNodeClassification(model.Transform(View(Rows(1000)))).MicroAccuracy;
        }
        var network = GraphNetwork.Sage(16, 2, 0, SageAggregator.Sum);
        Assert.IsLessThan(0.8, Accuracy(network));
        Assert.IsGreaterThan(0.97, Accuracy(GraphNetwork.VirtualNode(network)));
        Assert.Contains("expected a network of at least 2 layers", Assert.ThrowsExactly<ArgumentException>(() =>
            GraphNetwork.VirtualNode(GraphNetwork.Gps())).Message);
        // Steps share their units in it as they do without it.
        Assert.AreEqual((2, null), GraphNetwork.VirtualNode(GraphNetwork.OverSeries(SequenceNetwork.Gru(4), network, 2)).SeriesFeatures);
    }

    [TestMethod]
    public void Numbers_of_nodes_are_learned_in_their_own_units()
    {
        using var model = Numbers().Fit(View(PathRow.Make(150)));
        var metrics = _ml.Graphs().EvaluateNodeRegression(model.Transform(View(PathRow.Make(60, 2))), 2, nameof(PathRow.Sums));
        Assert.HasCount(2, metrics.PerOutput);
        foreach (var output in metrics.PerOutput)
            Assert.IsGreaterThan(0.93, output.RSquared, output.Name);
    }

    [TestMethod]
    public void Nodes_without_a_label_are_not_counted()
    {
        var rows = PathRow.Make(100);
        // What is missing would be learned wrong: every second label is turned, and then hidden.
        var random = new Random(3);
        foreach (var row in rows)
            for (var node = 0; node < row.Label.Length; node++)
                if (random.Next(2) == 0)
                    (row.Label[node], row.Sums[2 * node]) = (0, float.NaN);
        using var classes = Classes().Fit(View(rows));
        var test = View(PathRow.Make(60, 2));
        Assert.IsGreaterThan(0.9, _ml.Graphs().EvaluateNodeClassification(classes.Transform(test)).MicroAccuracy);
        using var numbers = Numbers().Fit(View(rows));
        Assert.IsGreaterThan(0.85, _ml.Graphs().EvaluateNodeRegression(numbers.Transform(test), 2, nameof(PathRow.Sums))
            .PerOutput[0].RSquared);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Wherever_they_are_scored_scores_are_the_same(bool areClasses)
    {
        var rows = PathRow.Make(30);
        var data = View(rows);
        using GraphPredictionTransformer model = areClasses
            ? Classes(options => (options.Epochs, options.OutputVector) = (4, true)).Fit(data)
            : Numbers(options => (options.Epochs, options.OutputVector) = (4, true)).Fit(data);
        var scored = model.Transform(data);
        float[][] scores = [.. scored.GetColumn<float[]>("Score")], vectors = [.. scored.GetColumn<float[]>("Vector")];
        for (var row = 0; row < rows.Length; row++)
        {
            var nodes = rows[row].NodeFeatures.Length / 2;
            Assert.HasCount(2 * nodes, scores[row]);
            Assert.HasCount(16 * nodes, vectors[row]);
        }

        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("paths.onnx"));
        using var applied = _ml.Transforms.ApplyGraphModel(folder.File("paths.onnx"), Columns).Fit(data);
        var again = applied.Transform(data);
        Close(scores, again.GetColumn<float[]>("Score"));
        Close(vectors, again.GetColumn<float[]>("Vector"));
        _ml.Model.Save(model, data.Schema, folder.File("model.zip"));
        var stock = new MLContext().Model.Load(folder.File("model.zip"), out _).Transform(data);
        Close(scores, stock.GetColumn<float[]>("Score"));
        Close(vectors, stock.GetColumn<float[]>("Vector"));
        Assert.AreEqual(areClasses, scored.Schema.GetColumnOrNull("PredictedLabel") is not null);
        if (!areClasses)
            return;
        uint[][] labels = [.. scored.GetColumn<uint[]>("PredictedLabel")];
        foreach (var other in (IDataView[])[again, stock])
            foreach (var (expected, actual) in labels.Zip(other.GetColumn<uint[]>("PredictedLabel")))
                CollectionAssert.AreEqual(expected, actual);
        using var engine = _ml.Model.CreatePredictionEngine<PathRow, Answer>(model);
        var answer = engine.Predict(rows[3]);
        CollectionAssert.AreEqual(labels[3], answer.PredictedLabel);
        Close([scores[3]], [answer.Score]);
    }

    [TestMethod]
    public void A_file_scores_several_graphs_at_once()
    {
        var rows = PathRow.Make(2);
        using var model = Classes(options => options.Epochs = 2).Fit(View(PathRow.Make(20)));
        using var folder = new TemporaryFolder();
        model.ExportToOnnx(folder.File("paths.onnx"));
        using var session = OnnxSession.Load(folder.File("paths.onnx"));
        int first = rows[0].NodeFeatures.Length / 2, second = rows[1].NodeFeatures.Length / 2;
        long[] Ends(int part) => [.. rows.SelectMany((row, i) =>
            row.Edges.Skip(part * row.Edges.Length / 2).Take(row.Edges.Length / 2).Select(node => (long)(node + i * first)))];
        long[] ends = [.. Ends(0), .. Ends(1)];
        var scores = session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create([.. rows[0].NodeFeatures, .. rows[1].NodeFeatures], first + second, 2),
            ["edge_index"] = TensorData.Create(ends, 2, ends.Length / 2),
            ["graph_index"] = TensorData.Vector([.. Enumerable.Range(0, first + second).Select(node => node < first ? 0L : 1)]),
        }.Where(input => session.Inputs.Any(known => known.Name == input.Key)).ToDictionary())["Score"].As<float>();
        Close([.. model.Transform(View(rows)).GetColumn<float[]>("Score")], [scores[..(2 * first)], scores[(2 * first)..]]);
    }

    private sealed class WeightedRow
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public float[] Sums { get; set; } = [];

        public float Weight { get; set; }
    }

    [TestMethod]
    public void Graphs_of_weight_0_do_not_move_the_units_of_targets()
    {
        var rows = PathRow.Make(150).Select((row, i) => new WeightedRow
        {
            NodeFeatures = row.NodeFeatures, Edges = row.Edges, Weight = i % 5 == 0 ? 0 : 1,
            Sums = i % 5 == 0 ? [.. row.Sums.Select(_ => -1e5f)] : row.Sums,
        });
        using var model = Numbers(options => options.ExampleWeightColumnName = "Weight").Fit(_ml.Data.LoadFromEnumerable(rows));
        foreach (var output in _ml.Graphs().EvaluateNodeRegression(model.Transform(View(PathRow.Make(60, 2))), 2, nameof(PathRow.Sums))
            .PerOutput)
            Assert.IsGreaterThan(0.9, output.RSquared, output.Name);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void A_pipelines_file_is_compared_with_graphs_of_all_sizes(bool areClasses)
    {
        var data = View(PathRow.Make(20));
        IEstimator<ITransformer> trainer = areClasses ? Classes(options => options.Epochs = 2) : Numbers(options => options.Epochs = 2);
        var model = _ml.Transforms.CopyColumns("Given", "NodeFeatures").Append(trainer).Fit(data);
        using var folder = new TemporaryFolder();
        _ml.Model.ExportToOnnx(model, data, folder.File("paths.onnx"));
        using var session = OnnxSession.Load(folder.File("paths.onnx"));
        var expected = model.Transform(data).GetColumn<float[]>("Score").First();
        var row = PathRow.Make(1)[0];
        var scores = session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(row.NodeFeatures, row.NodeFeatures.Length / 2, 2),
            ["edge_index"] = TensorData.Create([.. row.Edges.Select(node => (long)node)], 2, row.Edges.Length / 2),
            ["graph_index"] = TensorData.Vector(new long[row.NodeFeatures.Length / 2]),
        })["Score"].As<float>();
        Close([expected], [scores.ToArray()]);
    }

    [TestMethod]
    public void What_is_said_of_a_graph_reaches_its_nodes()
    {
        using var model = Classes(options =>
        {
            options.Inputs = [InputColumn.Category(nameof(PathRow.IsTurned), 4)];
            options.Epochs = 60;
        }).Fit(View(PathRow.Make(200, mayTurn: true)));
        var metrics = _ml.Graphs().EvaluateNodeClassification(model.Transform(View(PathRow.Make(60, 2, mayTurn: true))));
        Assert.IsGreaterThan(0.85, metrics.MicroAccuracy);
        using var blind = Classes().Fit(View(PathRow.Make(200, mayTurn: true)));
        Assert.IsLessThan(0.7, _ml.Graphs().EvaluateNodeClassification(blind.Transform(View(PathRow.Make(60, 2, mayTurn: true))))
            .MicroAccuracy);
    }

    [TestMethod]
    public void Labels_that_do_not_fit_are_named()
    {
        var rows = PathRow.Make(10);
        rows[4].Label = [1, 2];
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Classes().Fit(View(rows)));
        StringAssert.Contains(error.Message, "Column 'Label'");
        StringAssert.Contains(error.Message, $"2 labels for the {rows[4].NodeFeatures.Length / 2} nodes");
        // Such a row is left out where that is asked for, labels and all.
        using var model = Classes(options => (options.BadRows, options.Epochs) = (BadRows.Skip, 1)).Fit(View(rows));
        Assert.HasCount(10, model.Transform(View(rows)).GetColumn<float[]>("Score").ToArray());

        rows[4].Sums[1] = float.PositiveInfinity;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Numbers().Fit(View(rows))).Message,
            "Column 'Sums', row 4, node 0, target 1: Infinity");
        rows[4].Sums = [1, 2, 3];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Numbers().Fit(View(rows))).Message,
            $"3 targets for the {rows[4].NodeFeatures.Length / 2} nodes of the graph; expected {rows[4].NodeFeatures.Length}, 2 per node");
        foreach (var row in rows)
            (row.Label, row.Sums) = (new uint[row.NodeFeatures.Length / 2], [.. row.NodeFeatures.Select(_ => float.NaN)]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Classes().Fit(View(rows))).Message, "has a label");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Numbers().Fit(View(rows))).Message, "has a label");
    }

    [TestMethod]
    public void Columns_of_other_types_and_poolings_are_refused()
    {
        var data = View(PathRow.Make(10));
        void Fails(Func<object> fit, string part) => StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(fit).Message, part);
        Fails(() => Classes(options => options.LabelColumnName = "IsTurned").Fit(data), "expected a vector of keys");
        Fails(() => Numbers(options => options.LabelColumnName = "Label").Fit(data), "expected a vector of Single");
        Fails(() => Classes(options => options.Pooling = GraphPooling.Max).Fit(data), "there is a prediction for each node");
        Fails(() => Numbers(options => options.TargetsPerNode = 0).Fit(data), "TargetsPerNode is 0; expected at least 1");
    }

    private static void Close(IEnumerable<float[]> expected, IEnumerable<float[]> actual)
    {
        foreach (var (one, other) in expected.Zip(actual, (one, other) => (one, other)))
        {
            Assert.HasCount(one.Length, other);
            for (var i = 0; i < one.Length; i++)
                Assert.AreEqual(one[i], other[i], 1e-4f * Math.Max(1, Math.Abs(one[i])));
        }
    }
}
