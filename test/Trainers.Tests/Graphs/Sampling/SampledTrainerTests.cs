using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs.Sampling;

[TestClass]
public class SampledTrainerTests
{
    private const int Width = 8;

    private static readonly Dictionary<string, GraphNetwork> Networks = new()
    {
        ["gcn"] = GraphNetwork.Gcn(Width, dropout: 0),
        ["gcn, rows"] = GraphNetwork.Gcn(Width, dropout: 0, normalization: GraphNormalization.Row),
        ["gcn, sums"] = GraphNetwork.Gcn(Width, dropout: 0, normalization: GraphNormalization.None),
        ["gcn, three layers"] = GraphNetwork.Gcn(Width, 3, dropout: 0),
        ["sage"] = GraphNetwork.Sage(Width, dropout: 0),
        ["sage, sums"] = GraphNetwork.Sage(Width, dropout: 0, aggregator: SageAggregator.Sum),
        ["sage, with self"] = GraphNetwork.Sage(Width, dropout: 0, aggregator: SageAggregator.MeanWithSelf),
        ["gat"] = GraphNetwork.Gat(4, 2, dropout: 0),
        ["gin"] = GraphNetwork.Gin(Width, 2, batchNorm: false),
        ["transformer"] = GraphNetwork.Transformer(Width, 2, dropout: 0),
        ["rgcn"] = GraphNetwork.Rgcn(Width, bases: 2),
        ["own layers"] = GraphNetwork.CustomLayers("linear means", 2, (x, h, layer, outputs) =>
            x.Network.Linear(x.Hop(layer).MeanOfSources(h), layer == 0 ? Width : outputs)),
    };

    public static IEnumerable<object[]> NetworkNames => Networks.Keys.Select(name => new object[] { name });

    [TestMethod]
    [DynamicData(nameof(NetworkNames))]
    public void One_batch_of_all_neighbors_is_a_step_over_the_whole_graph(string name)
    {
        var ml = new MLContext(1);
        var isTyped = name == "rgcn";
        using var whole = Fit(ml, Networks[name], null, options => options.Edges = RandomNodes.Edges(ml, typed: isTyped));
        using var sampled = Fit(ml, Networks[name], All(name), options =>
        {
            options.Edges = RandomNodes.Edges(ml, typed: isTyped);
            options.BatchSize = RandomNodes.Count;
        });
        AssertSame(ml, whole, sampled, RandomNodes.View(ml));
    }

    [TestMethod]
    [DataRow("gcn", true, false, false)]
    [DataRow("sage, sums", true, false, true)]
    [DataRow("gin", false, true, false)]
    [DataRow("transformer", false, true, true)]
    [DataRow("gat", true, false, true)]
    public void Weights_and_features_of_edges_and_sparse_features_come_along(string name, bool weighted, bool featured, bool sparse)
    {
        var ml = new MLContext(1);
        var nodes = RandomNodes.View(ml, sparse);
        NodePredictionTransformer Of(int[]? fanOuts) => Fit(ml, Networks[name], fanOuts, options =>
        {
            options.Edges = RandomNodes.Edges(ml, weighted, featured: featured);
            options.BatchSize = RandomNodes.Count;
            options.NormalizeFeatureRows = sparse;
        }, nodes);
        using NodePredictionTransformer whole = Of(null), sampled = Of(All(name));
        AssertSame(ml, whole, sampled, nodes);
    }

    [TestMethod]
    public void Samples_train_every_kind_of_network_and_are_scored_by_the_deployed_model()
    {
        foreach (var network in (GraphNetwork[])[GraphNetwork.Gcn(), GraphNetwork.Sage(16),
            GraphNetwork.Sage(16, aggregator: SageAggregator.Lstm), GraphNetwork.Gat(4, 2), GraphNetwork.Gin(16, 2),
            GraphNetwork.Transformer(8, 2)])
        {
            var ml = new MLContext(1);
            using var model = Fit(ml, network, [3, 2], options =>
            {
                options.BatchSize = 16;
                options.Epochs = 30;
            });
            var epochs = model.History.Epochs;
            Assert.IsLessThan(epochs[0].Loss, epochs[^1].Loss, network.Name);
            Assert.AreEqual((4L, 54L), (epochs[0].Steps, epochs[0].Rows));
            Assert.IsTrue(epochs.All(epoch => epoch.ValidationMetrics!["accuracy"] is >= 0 and <= 1));
            Assert.IsLessThanOrEqualTo(1e-4, model.Info.Verification!.LargestDifference);
            AssertDeployed(ml, model);
        }
    }

    [TestMethod]
    public void Numbers_are_learnt_from_samples()
    {
        var ml = new MLContext(1);
        var nodes = RandomNodes.View(ml);
        using var model = ml.Graphs().NodeRegression(new()
        {
            Edges = RandomNodes.Edges(ml), LabelColumnName = nameof(RandomNode.Number), Network = GraphNetwork.Sage(16, dropout: 0),
                FanOuts = [5, 5], BatchSize = 20, Epochs = 60, ValidationFraction = 0.2f,
        }).Fit(nodes);
        Assert.IsLessThan(model.History.Epochs[0].ValidationLoss!.Value,
            model.History.Epochs[model.History.BestEpoch - 1].ValidationLoss!.Value);
        var scores = model.Transform(nodes).GetColumn<float>("Score").ToArray();
        var numbers = nodes.GetColumn<float>(nameof(RandomNode.Number)).ToArray();
        Assert.IsLessThan(0.4, scores.Zip(numbers, (score, number) => Math.Abs(score - number)).Average());
    }

    [TestMethod]
    public void A_seed_repeats_a_run_and_another_one_does_not()
    {
        var ml = new MLContext(1);
        double[] Losses(int seed)
        {
            using var model = Fit(ml, GraphNetwork.Sage(Width), [2, 2], options => (options.BatchSize, options.Seed) = (10, seed));
            return [.. model.History.Epochs.Select(epoch => epoch.Loss)];
        }
        CollectionAssert.AreEqual(Losses(1), Losses(1));
        CollectionAssert.AreNotEqual(Losses(1), Losses(2));
    }

    [TestMethod]
    public void A_resumed_run_is_the_uninterrupted_one_and_keeps_its_fan_outs()
    {
        var ml = new MLContext(1);
        using var folder = new TemporaryFolder();
        using var whole = Fit(ml, GraphNetwork.Sage(Width), [2, 2], options => (options.BatchSize, options.Epochs) = (10, 6));
        NodePredictionTransformer Part(int epochs, bool resume, int[] fanOuts) => Fit(ml, GraphNetwork.Sage(Width), fanOuts, options =>
            (options.BatchSize, options.Epochs, options.CheckpointFolder, options.Resume) = (10, epochs, folder.Path, resume));
        Part(3, false, [2, 2]).Dispose();
        using var resumed = Part(6, true, [2, 2]);
        CollectionAssert.AreEqual(whole.History.Epochs.Select(epoch => epoch.Loss).ToArray(),
            resumed.History.Epochs.Select(epoch => epoch.Loss).ToArray());
        var error = Assert.ThrowsExactly<CheckpointException>(() => Part(8, true, [2, 3]));
        StringAssert.Contains(error.Message, "FanOuts is [2, 2], not [2, 3]");
    }

    [TestMethod]
    public void Canceling_between_batches_hands_over_the_model()
    {
        var ml = new MLContext(1);
        using var cancel = new CancellationTokenSource();
        var error = Assert.ThrowsExactly<TrainingCanceledException>(() => Fit(ml, GraphNetwork.Sage(Width), [2, 2], options =>
        {
            (options.BatchSize, options.Epochs, options.CancellationToken) = (4, 1_000_000, cancel.Token);
            options.OnEpoch = epoch =>
            {
                if (epoch.Epoch == 2)
                    cancel.CancelAfter(20);
            };
        }));
        Assert.IsInstanceOfType<NodePredictionTransformer>(error.Model);
        Assert.IsGreaterThanOrEqualTo(2, error.History.Epochs.Count);
        AssertDeployed(ml, (NodePredictionTransformer)error.Model);
    }

    [TestMethod]
    public void A_diverging_run_stops()
    {
        var ml = new MLContext(1);
        Assert.ThrowsExactly<TrainingDivergedException>(() =>
            Fit(ml, GraphNetwork.Gcn(Width, dropout: 0, normalization: GraphNormalization.None), [2, 2], options =>
            (options.BatchSize, options.LearningRate, options.Optimizer, options.Epochs) = (10, 1e20f, new Sgd(), 50)));
    }

    private static int[] All(string name) => [.. Enumerable.Repeat(-1, Networks[name].LayerCount!.Value)];

    internal static NodePredictionTransformer Fit(MLContext ml, GraphNetwork network, int[]? fanOuts,
        Action<NodeClassificationTrainer.Options>? change = null, IDataView? nodes = null)
    {
        var options = new NodeClassificationTrainer.Options
        {
            Edges = RandomNodes.Edges(ml), SplitColumnName = nameof(RandomNode.Split), Network = network, FanOuts = fanOuts, Epochs = 5,
                RestoreBestWeights = false, Target = ExecutionTarget.Cpu(1),
        };
        change?.Invoke(options);
        return ml.Graphs().NodeClassification(options).Fit(nodes ?? RandomNodes.View(ml));
    }

    private static void AssertSame(MLContext ml, NodePredictionTransformer whole, NodePredictionTransformer sampled, IDataView nodes)
    {
        foreach (var (expected, actual) in whole.History.Epochs.Zip(sampled.History.Epochs))
        {
            Assert.AreEqual(expected.Loss, actual.Loss, 2e-5 * Math.Max(1, expected.Loss));
            Assert.AreEqual(expected.ValidationLoss!.Value, actual.ValidationLoss!.Value,
                2e-5 * Math.Max(1, expected.ValidationLoss.Value));
            Assert.AreEqual(expected.ValidationMetrics!["accuracy"], actual.ValidationMetrics!["accuracy"], 1e-9);
        }
        AssertClose(Scores(whole, nodes), Scores(sampled, nodes), 1e-4f);
    }

    private static void AssertDeployed(MLContext ml, NodePredictionTransformer model)
    {
        var nodes = RandomNodes.View(ml);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.onnx");
        model.ExportToOnnx(path);
        using var session = OnnxSession.Load(path);
        var data = RandomNodes.Edges(ml).Data;
        // Each edge and, but for loops, its opposite after it: the order that aggregators which heed it were trained with.
        (long Source, long Target)[] ends = [.. data.GetColumn<int>("Source").Zip(data.GetColumn<int>("Target")).SelectMany(edge =>
            edge.First == edge.Second ? ((long, long)[])[(edge.First, edge.Second)]
                : [(edge.First, edge.Second), (edge.Second, edge.First)])];
        long[] both = [.. ends.Select(edge => edge.Source), .. ends.Select(edge => edge.Target)];
        var result = session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(nodes.GetColumn<float[]>("Features").SelectMany(row => row).ToArray(), RandomNodes.Count,
                RandomNodes.Features),
            ["edge_index"] = TensorData.Create(both, 2, both.Length / 2),
        });
        AssertClose(result["Score"].As<float>(), Scores(model, nodes), 1e-5f);
    }

    private static float[] Scores(NodePredictionTransformer model, IDataView nodes) =>
        [.. model.Transform(nodes).GetColumn<float[]>("Score").SelectMany(row => row)];

    private static void AssertClose(float[] expected, float[] actual, float tolerance)
    {
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], tolerance, $"element {i}");
    }
}
