using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs.Sampling;

[TestClass]
public class BadSamplingTests
{
    [TestMethod]
    [DataRow(new[] { 5 }, "[5]", "2 of them, one for each layer of the GCN")]
    [DataRow(new[] { 5, 5, 5 }, "[5, 5, 5]", "2 of them")]
    [DataRow(new int[0], "[]", "2 of them")]
    [DataRow(new[] { 5, 0 }, "[5, 0]", "at least 1, or -1")]
    [DataRow(new[] { -2, 5 }, "[-2, 5]", "at least 1, or -1")]
    public void Fan_outs_that_do_not_fit(int[] fanOuts, string found, string expected) =>
        Fails<ArgumentException>(fanOuts, GraphNetwork.Gcn(), null, "FanOuts", found, expected);

    [TestMethod]
    public void Networks_without_layers_to_sample_for()
    {
        foreach (var network in (GraphNetwork[])[GraphNetwork.Appnp(), GraphNetwork.Sgc(), GraphNetwork.Gated(),
            GraphNetwork.AdjacencyPerceptron(RandomNodes.Count), GraphNetwork.Custom("mine", (x, outputs) => x.Features)])
            Fails<ArgumentException>([5, 5], network, null, "FanOuts", "null", network.Name);
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(-3)]
    public void Batches_of_nothing(int size) => Fails<ArgumentException>(
        [5, 5], GraphNetwork.Gcn(), options => options.BatchSize = size, "BatchSize", $"{size}", "1 to 16777216");

    [TestMethod]
    public void A_split_without_labelled_nodes()
    {
        var ml = new MLContext(1);
        var nodes = RandomNodes.View(ml, change: nodes => Array.ForEach(nodes, node => node.Split = "test"));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => SampledTrainerTests.Fit(ml, GraphNetwork.Gcn(), [5, 5], null, nodes));
        StringAssert.Contains(error.Message, "no node is left to train on");
    }

    [TestMethod]
    public void Edges_without_the_relations_that_a_network_needs()
    {
        var ml = new MLContext(1);
        var error = Assert.ThrowsExactly<GraphException>(() => SampledTrainerTests.Fit(ml, GraphNetwork.Rgcn(), [5, 5]));
        StringAssert.Contains(error.Message, "RelationColumnName");
    }

    [TestMethod]
    public void A_graph_without_edges_trains()
    {
        var ml = new MLContext(1);
        using var model = SampledTrainerTests.Fit(ml, GraphNetwork.Gcn(), [5, 5], options =>
            options.Edges = new(ml.Data.LoadFromEnumerable(Array.Empty<RandomEdge>())));
        Assert.HasCount(5, model.History.Epochs);
    }

    [TestMethod]
    public void A_node_of_a_million_neighbors_trains_and_is_scored()
    {
        const int Neighbors = 1_000_000;
        var ml = new MLContext(1);
        var hub = ml.Data.LoadFromEnumerable(Enumerable.Range(0, Neighbors + 1)
            .Select(id => new Spoke { Features = [id % 2, 1], Target = id < 20 ? id % 2 : 0, Split = id < 20 ? "train" : "none" }));
        using var model = ml.Graphs().NodeRegression(new()
        {
            Edges = new(ml.Data.LoadFromEnumerable(Enumerable.Range(1, Neighbors)
                .Select(id => new RandomEdge { Source = id, Target = 0 }))) { IsDirected = true },
            LabelColumnName = nameof(Spoke.Target), SplitColumnName = nameof(Spoke.Split), Network = GraphNetwork.Sage(4, dropout: 0),
                FanOuts = [10, 25], BatchSize = 8, Epochs = 3, Target = ExecutionTarget.Cpu(1),
        }).Fit(hub);
        Assert.HasCount(3, model.History.Epochs);
        Assert.IsTrue(float.IsFinite(model.Transform(hub).GetColumn<float>("Score").First()));
    }

    private sealed class Spoke
    {
        [VectorType(2)]
        public float[] Features { get; set; } = [];

        public float Target { get; set; }

        public string Split { get; set; } = "none";
    }

    private static void Fails<T>(int[] fanOuts, GraphNetwork network, Action<NodeClassificationTrainer.Options>? change,
        params string[] parts) where T : Exception
    {
        var ml = new MLContext(1);
        var error = Assert.ThrowsExactly<T>(() => SampledTrainerTests.Fit(ml, network, fanOuts, change));
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }
}
