using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Splits of nodes: edges stay within the nodes that are there.</summary>
[TestClass]
public class NodeTrainTestTests
{
    private const int Count = 53;

    private readonly MLContext _ml = new(1);

    private sealed class Node
    {
        public string Id { get; set; } = "";
    }

    private sealed class Edge
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";

        public float Weight { get; set; } = 1;
    }

    private static readonly Edge[] All = [.. Enumerable.Range(0, 400).Select(i =>
        new Edge { Source = $"n{i % Count}", Target = $"n{(i * 17 + i / 7) % Count}" })];

    private IDataView Nodes => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(i => new Node { Id = $"n{i}" }));

    private GraphEdgeColumns Edges(bool isDirected, params Edge[] more) => new(_ml.Data.LoadFromEnumerable(All.Concat(more)))
    {
        IsDirected = isDirected, WeightColumnName = nameof(Edge.Weight), BadRows = BadRows.Skip,
    };

    private static string[] Ids(IDataView nodes) => [.. nodes.GetColumn<string>("Id")];

    private Edge[] Rows(GraphEdgeColumns edges) => [.. _ml.Data.CreateEnumerable<Edge>(edges.Data, reuseRowObject: false)];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Each_node_is_tested_on_once_and_edges_lie_within_a_part(bool isDirected)
    {
        var folds = _ml.Data.NodeCrossValidationSplit(Nodes, Edges(isDirected), "Id", numberOfFolds: 5, seed: 3);
        Assert.HasCount(5, folds);
        CollectionAssert.AreEquivalent(Ids(Nodes), folds.SelectMany(fold => Ids(fold.TestSet)).ToArray());
        foreach (var fold in folds)
        {
            string[] train = Ids(fold.TrainSet), test = Ids(fold.TestSet);
            CollectionAssert.AreEquivalent(Ids(Nodes), train.Concat(test).ToArray());
            Assert.IsTrue(test.Length is 10 or 11);
            foreach (var (nodes, edges) in ((string[], GraphEdgeColumns)[])[(train, fold.TrainEdges), (test, fold.TestEdges)])
            {
                Assert.AreEqual(isDirected, edges.IsDirected);
                Assert.AreEqual(nameof(Edge.Weight), edges.WeightColumnName);
                static string Text(Edge edge) => $"{edge.Source} {edge.Target}";
                CollectionAssert.AreEqual(
                    All.Where(edge => nodes.Contains(edge.Source) && nodes.Contains(edge.Target)).Select(Text).ToArray(),
                    Rows(edges).Select(Text).ToArray());
            }
            CollectionAssert.AreEqual(Ids(Nodes).Select(id => test.Contains(id) ? "test" : "train").ToArray(),
                fold.AllNodes.GetColumn<string>(NodeTrainTestData.SplitColumnName).ToArray());
        }
    }

    [TestMethod]
    public void The_seed_and_the_fraction_decide()
    {
        string Test(int seed, double fraction = 0.2) =>
            string.Join(' ', Ids(_ml.Data.NodeTrainTestSplit(Nodes, Edges(false), "Id", fraction, seed).TestSet));
        Assert.AreEqual(Test(1), Test(1));
        Assert.AreNotEqual(Test(1), Test(2));
        Assert.HasCount(11, Test(1).Split(' '));
        Assert.HasCount(26, Test(1, 0.5).Split(' '));
    }

    [TestMethod]
    public void Rows_that_are_no_edge_stay_for_the_reader_to_pass_over()
    {
        Edge[] bad = [new() { Source = "n1", Target = "who" }, new() { Source = "n1", Target = "n2", Weight = float.NaN }];
        var split = _ml.Data.NodeTrainTestSplit(Nodes, Edges(false, bad), "Id", 0.3);
        Assert.HasCount(2, Rows(split.TrainEdges).Where(edge => edge.Target == "who" || float.IsNaN(edge.Weight)).ToArray());
    }

    [TestMethod]
    public void What_can_not_be_split_is_named()
    {
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.Data.NodeCrossValidationSplit(Nodes, Edges(false), "Id", numberOfFolds: 60)).Message, "53 nodes are too few");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.Data.NodeTrainTestSplit(Nodes, Edges(false), "Id", 0.001)).Message, "53 nodes are too few");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.NodeTrainTestSplit(Nodes, Edges(false), "Id", 1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.NodeCrossValidationSplit(Nodes, Edges(false), "Id", 1));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Data.NodeTrainTestSplit(Nodes, Edges(false), "Name")).Message, "'Name'");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.NodeTrainTestSplit(Nodes,
            new(_ml.Data.LoadFromEnumerable(new[] { new Edge { Source = "n1", Target = "who" } })), "Id")).Message, "'who'");
    }
}
