using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>A linear function of the last values of a set of places, by itself and beside a network.</summary>
[TestClass]
public class AutoregressionTests
{
    private const int Places = 5;
    private readonly MLContext _ml = new(1);

    private sealed class Row
    {
        public float[] NodeFeatures { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public float[] Next { get; set; } = [];

        public float Whole { get; set; }

        [VectorType(1)]
        public float[] More { get; set; } = [1];
    }

    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values_over_all_nodes(NetworkMode mode)
    {
        // Two graphs of two nodes: (1, 0), (0, 1) and (2, -1), (1, 1).
        Dictionary<string, TensorData> weights = new()
        {
            ["autoregression/weight"] = TensorData.Create([1f, 10, 2, 20, 3, 30, 4, 40], 4, 2),
            ["autoregression/bias"] = GoldenGraph.Column(0.5f, -0.5f),
        };
        GoldenGraph.AreClose([5.5f, 49.5f, 7.5f, 69.5f], GoldenGraph.Run(mode, false, weights, (network, _, x) =>
            new() { ["y"] = network.Autoregression(x, 2, 1) })["y"]);
    }

    [TestMethod]
    [DataRow(NetworkMode.Training)]
    [DataRow(NetworkMode.Deployment)]
    public void Golden_values_along_edges(NetworkMode mode)
    {
        // Edges 0→1, 1→0, 2→1, 1→2, 3→1, 2→1; rows (1, 0), (0, 1), (2, -1), (1, 1).
        // A target t reads 10 t + s and 1 of a source s.
        Dictionary<string, TensorData> weights = new()
        {
            ["autoregression/own"] = TensorData.Create([1f, 1, 2, 2, 3, 3, 4, 4], 4, 2),
            ["autoregression/others"] = TensorData.Create([.. Enumerable.Range(0, 16).SelectMany(i =>
                (float[])[10 * (i / 4) + i % 4, 1])], 16, 2),
            ["autoregression/bias"] = GoldenGraph.Column(0, 0, 0, 100),
        };
        GoldenGraph.AreClose([1 + 1, 2 + 10 + 2 * 23 + 14, 3 + 1, 8 + 100], GoldenGraph.Run(mode, false, weights, (network, edges, x) =>
            new() { ["y"] = network.Autoregression(x, 4, 1, edges) })["y"]);
    }

    [TestMethod]
    public void Gradients()
    {
        static NetworkBuilder Network(Value[] values, params string[] names) => new(values[0].Graph, NetworkMode.Training,
            names.Index().ToDictionary(weight => $"autoregression/{weight.Item}", weight => values[weight.Index + 1]));
        static TensorData Random(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Double, seed, sizes);
        FiniteDifferences.Check(values => Network(values, "weight", "bias").Autoregression(values[0], 3, 2),
            [Random(1, 6, 2), Random(2, 6, 6), Random(3, 3, 2)]);
        FiniteDifferences.Check(values =>
        {
            var network = Network(values, "own", "others", "bias");
            // Two graphs of three nodes.
            var edges = GraphEdges.Of(network, values[0].Graph.Constant(TensorData.Create([0L, 2, 1, 3, 5, 1, 0, 1, 4, 3], 2, 5)), 6);
            return network.Autoregression(values[0], 3, 2, edges);
        }, [Random(1, 6, 2), Random(2, 3, 4), Random(3, 9, 4), Random(4, 3, 2)]);
    }

    private IDataView Rows(int count, int seed, bool hasEdges)
    {
        // Place i becomes 2 x of place 2 i + 1 (modulo 5) less its own; a further feature says nothing.
        var random = new Random(seed);
        return _ml.Data.LoadFromEnumerable((Row[])[.. Enumerable.Range(0, count).Select(_ =>
        {
            float[] values = [.. Enumerable.Range(0, Places).Select(_ => random.NextSingle())];
            return new Row
            {
                NodeFeatures = [.. values.SelectMany(value => (float[])[value, random.NextSingle()])],
                Next = [.. values.Select((value, place) => 2 * values[From(place)] - value)],
                Edges = hasEdges ? [.. Enumerable.Range(0, Places).Select(From), .. Enumerable.Range(0, Places)] : [],
            };
        })]);
    }

    private static int From(int place) => (2 * place + 1) % Places;

    private GraphNodeRegressionTrainer Trainer(AutoregressiveGraphOptions options,
        Action<GraphNodeRegressionTrainer.Options>? change = null)
    {
        GraphNodeRegressionTrainer.Options trainer = new()
        {
            Columns = new() { NodeFeatureCount = 2 }, LabelColumnName = nameof(Row.Next), Epochs = 40, LearningRate = 0.02f, Seed = 1,
            Network = GraphNetwork.Autoregressive(GraphNetwork.Sage(8, 1, 0), options), Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(trainer);
        return _ml.Graphs().GraphNodeRegression(trainer);
    }

    [TestMethod]
    [DataRow(true, false)]
    [DataRow(false, true)]
    [DataRow(false, false)]
    public void Weights_of_pairs_of_places_are_learned(bool readsAll, bool hasEdges)
    {
        using var model = Trainer(new() { Nodes = Places, Steps = 1, ReadsAllNodes = readsAll, Hidden = 8 }).Fit(Rows(300, 1, hasEdges));
        Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
        Assert.AreEqual(Places, model.Info.Graph!.FixedNodes);
        var explained = _ml.Graphs().EvaluateNodeRegression(model.Transform(Rows(100, 2, hasEdges)), 1, nameof(Row.Next)).PerOutput[0]
            .RSquared;
        // By itself a place knows a fifth of what becomes of it.
        if (readsAll || hasEdges)
            Assert.IsGreaterThan(0.99, explained);
        else
            Assert.IsLessThan(0.6, explained);
    }

    [TestMethod]
    public void What_does_not_fit_is_refused()
    {
        static void Fails<TError>(Action act, string part) where TError : Exception =>
            StringAssert.Contains(Assert.ThrowsExactly<TError>(act).Message, part);
        AutoregressiveGraphOptions fitting = new() { Nodes = Places, Steps = 1 };
        GraphNetwork Beside(GraphNetwork network, AutoregressiveGraphOptions? options = null) =>
            GraphNetwork.Autoregressive(network, options ?? fitting);
        Fails<ArgumentException>(() => Beside(GraphNetwork.Gcn(), new() { Steps = 1 }), "Nodes is 0");
        Fails<ArgumentException>(() => Beside(GraphNetwork.Gcn(), new() { Nodes = 2 }), "Steps is 0");
        Fails<ArgumentException>(() => Beside(GraphNetwork.Gcn(), fitting with { Dropout = 1 }), "Dropout is 1");
        Fails<ArgumentException>(() => Beside(GraphNetwork.Gcn(), fitting with { Hidden = 0 }), "Hidden is 0");
        Fails<ArgumentException>(() => Beside(GraphNetwork.LearnedGraph(new() { Nodes = 4 })), "is for 4 nodes; Nodes is 5");
        Fails<ArgumentException>(() => Beside(GraphNetwork.DiffPool()), "makes one vector of each graph");
        Fails<ArgumentException>(() => Beside(Beside(GraphNetwork.Gcn())), "writes its outputs itself");
        Fails<GraphException>(() => Trainer(fitting with { Steps = 3 }).Fit(Rows(4, 1, false)),
            "2 features; expected at least the 3 steps");
        Fails<InvalidDataException>(() => Trainer(fitting with { Nodes = 4 }).Fit(Rows(4, 1, false)), "5 nodes");
        Fails<ArgumentException>(() => Trainer(fitting, options => options.Inputs = [InputColumn.Vector(nameof(Row.More))])
            .Fit(Rows(4, 1, false)), "expected none");
        Fails<ArgumentException>(() => Trainer(fitting, options => options.OutputVector = true).Fit(Rows(4, 1, false)), "OutputVector");
        Fails<ArgumentException>(() => _ml.Graphs().GraphRegression(new GraphRegressionTrainer.Options
        {
            Columns = new() { NodeFeatureCount = 2 }, LabelColumnName = nameof(Row.Whole), Network = Beside(GraphNetwork.Gcn()),
        }).Fit(Rows(4, 1, false)), "gives the outputs of each node itself, of which no label of a whole graph follows");
        var network = new NetworkBuilder(new ParameterSet(), NetworkMode.Evaluation);
        Fails<GraphException>(() => network.Autoregression(network.Graph.Constant(TensorData.Create(new float[6], 3, 2)), 2, 1),
            "a multiple of 2 nodes");
        Fails<GraphException>(() => network.Autoregression(network.Graph.Constant(TensorData.Create(new float[70_000], 70_000, 1)), 70_000,
            1), "70000 nodes of 1 steps and 1 channels have more than");
    }
}
