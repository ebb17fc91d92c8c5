using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>What is wrong with nodes, edges or options is said with the column, the row, what was found and what was expected.</summary>
[TestClass]
public class BadNodeTests
{
    [TestMethod]
    public void An_edge_to_a_node_that_does_not_exist() =>
        Fails<InvalidDataException>(["Target", "row 1", "'n99'", "'Id'"], edges: [new("n0", "n1", 0, 1), new("n0", "n99", 0, 99)]);

    [TestMethod]
    [DataRow(99)]
    [DataRow(-1)]
    public void A_row_number_that_does_not_exist(int row) =>
        Fails<InvalidDataException>(["SourceRow", "row 0", $"{row}", "0 to 15"], edges: [new("n0", "n1", row, 1)], change: options =>
        {
            options.Edges = new(options.Edges!.Data) { SourceColumnName = nameof(Friendship.SourceRow),
                TargetColumnName = nameof(Friendship.TargetRow) };
            options.NodeIdColumnName = null;
        });

    [TestMethod]
    public void Ids_that_repeat() => Fails<InvalidDataException>(["'Id'", "row 5", "'n2'", "row 2"], nodes => nodes[5].Id = "n2");

    [TestMethod]
    [DataRow(float.NaN)]
    [DataRow(float.PositiveInfinity)]
    public void Features_that_are_no_numbers(float value) =>
        Fails<InvalidDataException>(["'Features'", "row 3", "finite"], nodes => nodes[3].Features[1] = value);

    [TestMethod]
    public void Weights_that_are_no_numbers() => Fails<InvalidDataException>(
        ["'Weight'", "row 0", "NaN"], edges: [new("n0", "n1", 0, 1) { Weight = float.NaN }], change: Weighted);

    [TestMethod]
    [DataRow(0f)]
    [DataRow(-2f)]
    public void Weights_that_can_not_be_normalized(float weight) =>
        Fails<InvalidDataException>(["'Weight', row 0", "from node 'n0' to node 'n1'", $"{weight}", "GCN", "above 0"],
            edges: [new("n0", "n1", 0, 1) { Weight = weight }], change: Weighted);

    [TestMethod]
    public void A_split_without_labelled_nodes() => Fails<InvalidDataException>(
        ["'Split'", "no node is left to train on"], nodes => Array.ForEach(nodes, node => node.Split = "test"));

    [TestMethod]
    public void A_split_of_another_name() => Fails<InvalidDataException>(
        ["'Split'", "row 4", "'holdout'", "train, validation, test or none"], nodes => nodes[4].Split = "holdout");

    [TestMethod]
    public void Labels_of_one_class() => Fails<InvalidOperationException>(
        ["'Label'", "one class"], nodes => Array.ForEach(nodes, node => node.Ring = "left"));

    [TestMethod]
    public void A_label_that_is_no_key() => Fails<ArgumentException>(
        ["'Ring'", "key", "MapValueToKey"], change: options => options.LabelColumnName = nameof(Member.Ring));

    [TestMethod]
    public void A_missing_column() => Fails<ArgumentException>(
        ["'Feature'", "Features"], change: options => options.FeatureColumnName = "Feature");

    [TestMethod]
    public void Features_of_another_type() => Fails<ArgumentException>(
        ["'Distance'", "Single"], change: options => options.FeatureColumnName = nameof(Member.Distance));

    [TestMethod]
    public void No_edges_given() => Fails<ArgumentException>(["Edges", "null"], change: options => options.Edges = null);

    [TestMethod]
    public void No_nodes()
    {
        var ml = new MLContext(1);
        var trainer = NodeTrainerTests.Trainer(ml, GraphNetwork.Gcn());
        var view = TwoCliques.View(ml);
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => trainer.Fit(ml.Data.FilterRowsByColumn(view, nameof(Member.Distance), 1000, 1001)));
        StringAssert.Contains(error.Message, "no rows");
    }

    [TestMethod]
    public void Relations_the_model_has_not_seen()
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.View(ml);
        GraphEdgeColumns Typed(IEnumerable<Friendship> edges) =>
            new(ml.Data.LoadFromEnumerable(edges)) { RelationColumnName = nameof(Friendship.Relation), IsDirected = true };
        using var model = NodeTrainerTests.Trainer(ml, GraphNetwork.Rgcn(4, bases: 2), options =>
        {
            options.Edges = Typed(TwoCliques.Edges());
            options.Epochs = 2;
        }).Fit(nodes);
        using var untyped = model.WithEdges(TwoCliques.ById(ml));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => untyped.Transform(nodes).GetColumn<float[]>("Score").ToArray());
        StringAssert.Contains(error.Message, "no relations");
    }

    [TestMethod]
    public void Other_nodes_for_a_network_of_fixed_size()
    {
        Fails<ArgumentException>(["adjacency perceptron", "17 nodes", "16"], change: options =>
            options.Network = GraphNetwork.AdjacencyPerceptron(17));
        var ml = new MLContext(1);
        using var model = NodeTrainerTests.Trainer(ml, GraphNetwork.AdjacencyPerceptron(16), options => options.Epochs = 2).Fit(
            TwoCliques.View(ml));
        using var other = model.WithEdges(TwoCliques.ById(ml, []));
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => other.Transform(TwoCliques.View(ml, TwoCliques.Nodes().Take(3))).GetColumn<float[]>("Score").ToArray());
        StringAssert.Contains(error.Message, "3 nodes");
    }

    [TestMethod]
    public void A_graph_without_edges_is_none()
    {
        var ml = new MLContext(1);
        using var model = NodeTrainerTests.Trainer(ml, GraphNetwork.Gcn(), options =>
        {
            options.Edges = TwoCliques.ById(ml, []);
            options.Epochs = 2;
        }).Fit(TwoCliques.View(ml));
        Assert.HasCount(2, model.History.Epochs);
    }

    [TestMethod]
    public void Training_that_is_canceled_hands_over_the_model()
    {
        var ml = new MLContext(1);
        using var cancel = new CancellationTokenSource();
        var trainer = NodeTrainerTests.Trainer(ml, GraphNetwork.Gcn(), options =>
        {
            options.CancellationToken = cancel.Token;
            options.OnEpoch = epoch =>
            {
                if (epoch.Epoch == 3)
                    cancel.Cancel();
            };
        });
        var error = Assert.ThrowsExactly<TrainingCanceledException>(() => trainer.Fit(TwoCliques.View(ml)));
        Assert.IsInstanceOfType<NodePredictionTransformer>(error.Model);
        Assert.HasCount(3, error.History.Epochs);
    }

    private static void Weighted(NodeClassificationTrainer.Options options) =>
        options.Edges = new(options.Edges!.Data) { WeightColumnName = nameof(Friendship.Weight) };

    private static void Fails<T>(string[] parts, Action<Member[]>? spoil = null, Friendship[]? edges = null,
        Action<NodeClassificationTrainer.Options>? change = null) where T : Exception
    {
        var ml = new MLContext(1);
        var nodes = TwoCliques.Nodes();
        spoil?.Invoke(nodes);
        var trainer = NodeTrainerTests.Trainer(ml, GraphNetwork.Gcn(), options =>
        {
            options.Edges = TwoCliques.ById(ml, edges);
            change?.Invoke(options);
        });
        var error = Assert.ThrowsExactly<T>(() => trainer.Fit(TwoCliques.View(ml, nodes)));
        foreach (var part in parts)
            StringAssert.Contains(error.Message, part);
    }
}
