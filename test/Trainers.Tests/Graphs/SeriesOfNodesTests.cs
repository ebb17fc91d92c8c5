using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Trainers of graphs and nodes whose nodes have series, and graphs whose connections are learned.</summary>
[TestClass]
public class SeriesOfNodesTests
{
    private const int Steps = 12, Places = 5;
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public bool Label { get; set; }

        /// <summary>The last value of the place from which each place receives.</summary>
        public float[] Next { get; set; } = [];
    }

    private sealed class Node
    {
        public string Id { get; set; } = "";

        [VectorType(Steps)]
        public float[] Features { get; set; } = [];

        public bool Label { get; set; }
    }

    private sealed class Link
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";
    }

    private static float[] Wave(Random random, bool isFast)
    {
        var phase = 2 * Math.PI * random.NextDouble();
        return [.. Enumerable.Range(0, Steps).Select(step => 1000 + 50 * (float)Math.Sin(step * (isFast ? 2.2 : 0.5) + phase))];
    }

    // Four nodes, two of them fast, in two pairs: of one speed each (true), or of both. Without edges nothing tells which.
    private static Row[] Pairs(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var alike = random.Next(2) == 0;
            bool[] fast = alike ? [true, true, false, false] : [true, false, true, false];
            float[] series = [.. fast.SelectMany(one => Wave(random, one))];
            return new Row { NodeFeatures = series, Edges = [0, 1, 2, 3, 1, 0, 3, 2], Label = alike };
        })];
    }

    // Place i receives from place 2 i + 1 (modulo 5).
    private static Row[] Received(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] values = [.. Enumerable.Range(0, Places).Select(_ => (float)random.NextDouble())];
            return new Row { NodeFeatures = values, Next = [.. values.Select((_, place) => values[From(place)])] };
        })];
    }

    private static int From(int place) => (2 * place + 1) % Places;

    private IDataView View(IEnumerable<Row> rows) => _ml.Data.LoadFromEnumerable(rows);

    private GraphBinaryClassificationTrainer Classes(GraphNetwork network, int epochs = 12) => _ml.Graphs().GraphBinaryClassification(new()
    {
        Columns = new() { NodeFeatureCount = Steps }, Network = network, Epochs = epochs, LearningRate = 0.01f, Hidden = 16, Seed = 1,
        Target = ExecutionTarget.Cpu(1),
    });

    private static GraphNetwork Over(SequenceNetwork series) => GraphNetwork.OverSeries(series, GraphNetwork.Gin(16, 2));

    private double Accuracy(GraphPredictionTransformer model, Row[] rows) =>
        model.Transform(View(rows)).GetColumn<bool>("PredictedLabel").Zip(rows, (said, row) => said == row.Label ? 1.0 : 0).Average();

    [TestMethod]
    public void Classes_of_graphs_follow_from_series_and_edges()
    {
        using var model = Classes(Over(SequenceNetwork.Gru(12))).Fit(View(Pairs(300, 1)));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.IsGreaterThan(0.95, Accuracy(model, Pairs(200, 2)));
        // The same rows without edges say nothing.
        Row[] blind = Pairs(200, 2);
        foreach (var row in blind)
            row.Edges = [];
        Assert.IsLessThan(0.65, Accuracy(model, blind));
    }

    [TestMethod]
    public void Steps_share_their_units()
    {
        using var model = Classes(Over(SequenceNetwork.Gru(4)), 1).Fit(View(Pairs(20, 1)));
        var scaling = model.Info.Input.Scaling!;
        Assert.HasCount(Steps, scaling.Scale!);
        Assert.AreEqual(1, scaling.Scale!.Distinct().Count());
        Assert.AreEqual(1000, scaling.Offset!.Distinct().Single(), 5);
    }

    [TestMethod]
    public void Series_of_the_wrong_length_are_named()
    {
        var rows = Pairs(4, 1);
        rows[2].NodeFeatures = rows[2].NodeFeatures[..^3];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Classes(Over(SequenceNetwork.Gru(4))).Fit(View(rows)))
            .Message, "Column 'NodeFeatures', row 2: the vector has 45 numbers; expected a multiple of 12");
        rows = Pairs(4, 1);
        rows[1].NodeFeatures = [];
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Classes(Over(SequenceNetwork.Gru(4))).Fit(View(rows)))
            .Message, "row 1: the graph has no nodes");
        rows = Pairs(4, 1);
        rows[1].NodeFeatures[5] = float.NaN;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Classes(Over(SequenceNetwork.Gru(4))).Fit(View(rows)))
            .Message, "a number is NaN; expected finite numbers");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Nodes_of_one_graph_have_series(bool isSampled)
    {
        var random = new Random(1);
        Node[] nodes = [.. Enumerable.Range(0, 200).Select(i => new Node { Id = $"n{i}", Features = Wave(random, i % 3 == 0) })];
        // Of each ring of ten a node is labelled by whether the one in front of it is fast.
        Link[] links = [.. Enumerable.Range(0, 200).Select(i => new Link { Source = $"n{(i + 1) % 200}", Target = $"n{i}" })];
        foreach (var (node, i) in nodes.Select((node, i) => (node, i)))
            node.Label = (i + 1) % 200 % 3 == 0;
        var view = _ml.Data.LoadFromEnumerable(nodes);
        using var model = _ml.Graphs().NodeBinaryClassification(new()
        {
            Edges = new(_ml.Data.LoadFromEnumerable(links)) { IsDirected = true }, NodeIdColumnName = "Id", Epochs = isSampled ? 25 : 120,
            Network = GraphNetwork.OverSeries(SequenceNetwork.Custom("mean of convolutions", (_, x) =>
                new(x, x.With(Op.Relu(x.Convolution(8, 3).Steps)).MeanPooling())), GraphNetwork.Sage(16, 2, 0)),
            FanOuts = isSampled ? [3, 3] : null, BatchSize = 32, LearningRate = 0.02f, Seed = 1, Target = ExecutionTarget.Cpu(1),
        }).Fit(view);
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.IsGreaterThan(0.95, model.Transform(view).GetColumn<bool>("PredictedLabel").Zip(nodes, (said, node) =>
            said == node.Label ? 1.0 : 0).Average());
    }

    private GraphNodeRegressionTrainer Learned(Action<GraphNodeRegressionTrainer.Options>? change = null)
    {
        GraphNodeRegressionTrainer.Options options = new()
        {
            Columns = new() { NodeFeatureCount = 1 }, LabelColumnName = nameof(Row.Next), Epochs = 150, LearningRate = 0.02f, Hidden = 16,
            Network = GraphNetwork.LearnedGraph(new() { Nodes = Places, Layers = 1, Steps = 1, Hidden = 16 }), OutputAttention = true,
            Seed = 1, Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return _ml.Graphs().GraphNodeRegression(options);
    }

    [TestMethod]
    public void Connections_are_learned_without_edges()
    {
        using var model = Learned().Fit(View(Received(400, 1)));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.AreEqual(Places, model.Info.Graph!.FixedNodes);
        var test = Received(100, 2);
        Assert.IsGreaterThan(0.9, _ml.Graphs().EvaluateNodeRegression(model.Transform(View(test)), 1, nameof(Row.Next)).PerOutput[0]
            .RSquared);
        // What is learned shows on all pairs: each place reads mostly of the one it receives from (one reads of itself).
        test[0].Edges = NeighborGraph.AllPairs(Places);
        var weights = model.Transform(View(test[..1])).GetColumn<float[]>("Attention").Single();
        var count = weights.Length;
        for (var place = 0; place < Places; place++)
        {
            var own = Enumerable.Range(0, count).Where(edge => test[0].Edges[count + edge] == place).ToArray();
            if (From(place) == place)
                Assert.IsLessThan(0.5f, own.Sum(edge => weights[edge]), $"place {place}");
            else
                Assert.AreEqual(From(place), test[0].Edges[own.MaxBy(edge => weights[edge])], $"place {place}");
        }
    }

    [TestMethod]
    public void Given_edges_are_used_beside_learned_ones()
    {
        var rows = Received(60, 1);
        foreach (var row in rows)
            row.Edges = [.. Enumerable.Range(0, Places).Select(From), .. Enumerable.Range(0, Places)];
        using var model = Learned(options => (options.Network, options.Epochs, options.OutputAttention) = (GraphNetwork.LearnedGraph(new()
            { Nodes = Places, UsesEdges = true, Layers = 1, Steps = 1, Hidden = 16 }), 120, false)).Fit(View(rows));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.IsGreaterThan(0.9, _ml.Graphs().EvaluateNodeRegression(model.Transform(View(rows)), 1, nameof(Row.Next)).PerOutput[0]
            .RSquared);
    }

    [TestMethod]
    public void Graphs_of_other_sizes_are_refused()
    {
        var rows = Received(10, 1);
        rows[3].NodeFeatures = [1, 2];
        rows[3].Next = [1, 2];
        const string message = "row 3: the graph has 2 nodes; expected 5, those the network is made for";
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Learned().Fit(View(rows))).Message, message);
        using var model = Learned(options => options.Epochs = 1).Fit(View(Received(10, 1)));
        var error = Assert.Throws<Exception>(() => model.Transform(View(rows)).GetColumn<float[]>("Score").ToArray());
        StringAssert.Contains(error.ToString(), message);
    }
}
