using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs.Sampling;

[TestClass]
public class LayerwiseForwardTests
{
    public static IEnumerable<object[]> Cases =>
        from chunk in (int?[])[null, 200, 1]
        from name in (string[])["gcn", "sage", "gat", "gin", "transformer"]
        select new object[] { name, chunk ?? 0 };

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Chunks_of_any_size_give_what_the_whole_graph_gives(string name, int chunk)
    {
        var network = name switch
        {
            "gcn" => GraphNetwork.Gcn(8, 3), "sage" => GraphNetwork.Sage(8), "gat" => GraphNetwork.Gat(4, 2), "gin" =>
                GraphNetwork.Gin(8, 3), _ => GraphNetwork.Transformer(8, 2),
        };
        var (features, graph) = Data(sparse: false);
        var (model, parameters) = Model(network, features);
        AssertSame(model, parameters, features, graph, chunk == 0 ? null : chunk);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(64)]
    public void Sparse_features_too(int chunk)
    {
        var (features, graph) = Data(sparse: true);
        Assert.IsTrue(features.IsSparse);
        var (model, parameters) = Model(GraphNetwork.Sage(8), features);
        AssertSame(model, parameters, features, graph, chunk == 0 ? null : chunk);
    }

    [TestMethod]
    public void A_second_run_takes_the_parameters_of_its_time()
    {
        var (features, graph) = Data(sparse: false);
        var (model, parameters) = Model(GraphNetwork.Gcn(8), features);
        using var forward = new LayerwiseForward(new(model), parameters, features, graph, ExecutionTarget.Cpu(1), predicts: false);
        var before = forward.Run(name => parameters[name].Value, default);
        foreach (var parameter in parameters.All)
            for (var i = 0; i < parameter.Value.Count; i++)
                parameter.Value.As<float>()[i] *= 2;
        var after = forward.Run(name => parameters[name].Value, default);
        // Two layers without biases: four times as much.
        for (var i = 0; i < before.Length; i++)
            Assert.AreEqual(4 * before[i], after[i], 1e-4f);
    }

    [TestMethod]
    public void Layers_on_other_hardware_have_standard_operators()
    {
        var (features, _) = Data(sparse: false);
        var (model, parameters) = Model(GraphNetwork.Gat(4, 2), features);
        var layered = new LayeredNetworkModel(model);
        Assert.IsFalse(layered.Layer(parameters, 0, predicts: false, ExecutionTarget.Cuda()).Graph.UsesKernels);
        Assert.AreEqual(KernelLibrary.IsOn(), layered.Layer(parameters, 0, predicts: false, ExecutionTarget.Cpu(1)).Graph.UsesKernels);
    }

    [TestMethod]
    public void The_mean_over_samples_is_the_convolution_over_the_whole_graph()
    {
        var (features, graph) = Data(sparse: false);
        // One layer, whose samples are estimates without bias; an activation after them would make them biased.
        foreach (var network in (GraphNetwork[])[GraphNetwork.Gcn(8, 1, 0), GraphNetwork.Gcn(8, 1, 0, GraphNormalization.None),
            GraphNetwork.Sage(8, 1, 0, SageAggregator.Sum), GraphNetwork.Gcn(8, 1, 0, GraphNormalization.Row)])
        {
            var (model, parameters) = Model(network, features);
            using var forward = new LayerwiseForward(new(model), parameters, features, graph, ExecutionTarget.Cpu(1), predicts: false);
            var expected = forward.Run(name => parameters[name].Value, default);
            var (layer, width) = new LayeredNetworkModel(model).Layer(parameters, 0, predicts: false, ExecutionTarget.Cpu(1));
            using var session = new OnnxSession(layer, ExecutionTarget.Cpu(1));
            var names = session.Inputs.Select(input => input.Name).ToHashSet();
            var tensors = new BlockTensors(names.Contains, LayeredNetworkModel.Edges, graph, BlockTensors.DegreesOf(graph));
            var rows = new FeatureRows(names.Contains, "x", features);
            var sampler = new NeighborSampler(graph, [2]);
            var sample = new NeighborSample(1);
            const int Batches = 3000;
            var sums = new double[expected.Length];
            var squares = new double[expected.Length];
            for (var batch = 0; batch < Batches; batch++)
            {
                sampler.Sample([.. Enumerable.Range(0, graph.NodeCount)], batch, sample);
                tensors.Fill(sample.Blocks[0], sample.Nodes);
                rows.Fill(sample.Nodes);
                var run = new TensorInputs();
                tensors.FeedTo(run);
                rows.FeedTo(run);
                foreach (var parameter in parameters.All.Where(parameter => names.Contains(parameter.Name)))
                    run[parameter.Name] = parameter.Value;
                var given = session.Run(run)[LayeredNetworkModel.LayerOutput].As<float>();
                for (var i = 0; i < given.Length; i++)
                {
                    sums[i] += given[i];
                    squares[i] += (double)given[i] * given[i];
                }
            }
            for (var i = 0; i < sums.Length; i++)
            {
                var mean = sums[i] / Batches;
                var deviation = Math.Sqrt(Math.Max(0, squares[i] / Batches - mean * mean) / Batches);
                Assert.AreEqual(expected[i], mean, 5 * deviation + 1e-4, $"{network.Name}, element {i}");
            }
        }
    }

    private static (FeatureMatrix Features, NodeGraph Graph) Data(bool sparse)
    {
        var ml = new MLContext(1);
        var nodes = NodeTable.Read(RandomNodes.View(ml, sparse), new("Features"), default);
        return (nodes.Features, NodeGraph.Read(RandomNodes.Edges(ml), nodes.Ids));
    }

    private static (GraphNetworkModel Model, ParameterSet Parameters) Model(GraphNetwork network, FeatureMatrix features)
    {
        var model = new GraphNetworkModel(network, new ClassificationHead(3, null, 0), features.ColumnCount, features.IsSparse, false, 0,
            0, false);
        var parameters = new ParameterSet();
        model.Predict(new NetworkBuilder(parameters, NetworkMode.Evaluation, seed: 3));
        return (model, parameters);
    }

    private static void AssertSame(GraphNetworkModel model, ParameterSet parameters, FeatureMatrix features, NodeGraph graph, int? chunk)
    {
        var deployed = new NetworkBuilder(parameters, NetworkMode.Deployment);
        model.Predict(deployed);
        using var session = new OnnxSession(deployed.Graph, ExecutionTarget.Cpu(1));
        var dense = new float[features.RowCount * features.ColumnCount];
        features.CopyTo(dense);
        var expected = session.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(dense, features.RowCount, features.ColumnCount),
            ["edge_index"] = TensorData.Create(graph.Sources.Concat(graph.Targets).Select(node => (long)node).ToArray(), 2,
                graph.EdgeCount),
        })["Score"].As<float>();
        using var forward = new LayerwiseForward(new(model), parameters, features, graph, ExecutionTarget.Cpu(1), predicts: true, chunk);
        var actual = forward.Run(name => parameters[name].Value, default);
        Assert.HasCount(expected.Length, actual);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5f, $"element {i}");
    }
}
