using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Models of links saved by ML.NET and loaded by ML.NET alone: known pairs score as before, of others nothing is known.</summary>
[TestClass]
public class SavedLinkTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(LinkDecoder.DotProduct, false, false)]
    [DataRow(LinkDecoder.DotProduct, true, false)]
    [DataRow(LinkDecoder.DistMult, false, false)]
    [DataRow(LinkDecoder.DistMult, false, true)]
    [DataRow(LinkDecoder.Perceptron, false, false)]
    public void A_loaded_model_scores_known_pairs_alike_and_says_nothing_of_others(LinkDecoder decoder, bool isVariational, bool typed)
    {
        var edges = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(TwoCliques.Edges()))
        {
            RelationColumnName = typed ? nameof(Friendship.Relation) : null,
        };
        using var model = Train(edges, decoder, isVariational);
        Friendship[] known = [new("n1", "n2", 0, 0) { Relation = 1 }, new("n2", "n9", 0, 0) { Relation = 0 },
            new("n15", "n0", 0, 0) { Relation = 1 }];
        Friendship[] unknown = [new("n1", "n99", 0, 0) { Relation = 1 }, new("who", "n2", 0, 0) { Relation = 1 },
            new("", "n2", 0, 0) { Relation = 1 }, .. typed ? [new("n1", "n2", 0, 0) { Relation = 5 }] : (Friendship[])[]];
        AssertSame(model, known, unknown);
    }

    [TestMethod]
    public void Nodes_can_be_named_by_row_and_by_keys()
    {
        using var byRow = Train(TwoCliques.ByRow(_ml), LinkDecoder.DotProduct, isVariational: false, idColumn: null);
        AssertSame(byRow, [new("", "", 0, 15), new("", "", 3, 4)], [new("", "", 16, 0), new("", "", 0, -1)]);

        var keys = _ml.Transforms.Conversion.MapValueToKey([new InputOutputColumnPair("Source"), new("Target")])
            .Fit(Rows(TwoCliques.Edges()));
        using var byKey = Train(new(keys.Transform(Rows(TwoCliques.Edges()))), LinkDecoder.DistMult, isVariational: false);
        Friendship[] pairs = [new("n1", "n2", 0, 0), new("n3", "n11", 0, 0), new("n1", "n99", 0, 0)];
        var loaded = Load(byKey).Transform(keys.Transform(Rows(pairs)));
        var expected = byKey.Transform(keys.Transform(Rows(pairs[..2]))).GetColumn<float>("Score").ToArray();
        var found = loaded.GetColumn<float>("Score").ToArray();
        Assert.AreEqual(expected[0], found[0], 1e-5f);
        Assert.AreEqual(expected[1], found[1], 1e-5f);
        Assert.AreEqual(float.NaN, found[2]);
    }

    [TestMethod]
    public void A_model_moved_to_another_graph_is_saved_with_its_nodes()
    {
        using var model = Train(TwoCliques.ById(_ml), LinkDecoder.DotProduct, isVariational: false);
        Member[] others = [.. TwoCliques.Nodes(7).Select(member => { member.Id = "m" + member.Id[1..]; return member; })];
        var edges = TwoCliques.Edges().Select(edge => new Friendship("m" + edge.Source[1..], "m" + edge.Target[1..], 0, 0));
        var moved = model.WithGraph(TwoCliques.View(_ml, others), TwoCliques.ById(_ml, edges));
        AssertSame(moved, [new("m1", "m2", 0, 0)], [new("n1", "n2", 0, 0)]);
    }

    private void AssertSame(LinkPredictionTransformer model, Friendship[] known, Friendship[] unknown)
    {
        var loaded = Load(model);
        var (expected, found) = (model.Transform(Rows(known)), loaded.Transform(Rows(known)));
        foreach (var column in (string[])["Score", "Probability"])
            foreach (var (a, b) in expected.GetColumn<float>(column).Zip(found.GetColumn<float>(column)))
                Assert.AreEqual(a, b, 1e-5f);
        CollectionAssert.AreEqual(
            expected.GetColumn<bool>("PredictedLabel").ToArray(), found.GetColumn<bool>("PredictedLabel").ToArray());
        var missing = loaded.Transform(Rows(unknown));
        foreach (var column in (string[])["Score", "Probability"])
            Assert.IsTrue(missing.GetColumn<float>(column).All(float.IsNaN));
        Assert.IsFalse(missing.GetColumn<bool>("PredictedLabel").Any(label => label));
        // nothing in between is left
        CollectionAssert.AreEquivalent(expected.Schema.Select(column => column.Name).ToArray(),
            found.Schema.Where(column => !column.IsHidden).Select(column => column.Name).ToArray());
    }

    private ITransformer Load(LinkPredictionTransformer model)
    {
        using var stream = new MemoryStream();
        _ml.Model.Save(model, Rows([]).Schema, stream);
        return new MLContext().Model.Load(stream, out _);
    }

    private IDataView Rows(IEnumerable<Friendship> pairs) => _ml.Data.LoadFromEnumerable(pairs);

    private LinkPredictionTransformer Train(GraphEdgeColumns edges, LinkDecoder decoder, bool isVariational, string? idColumn = "Id") =>
        _ml.Graphs().LinkPrediction(new()
        {
            Edges = edges, NodeIdColumnName = idColumn, Decoder = decoder, IsVariational = isVariational,
            EmbeddingSize = 6, Epochs = 5, Seed = 1,
            Network = edges.RelationColumnName is null ? GraphNetwork.Gcn() : GraphNetwork.Rgcn(8), Target = ExecutionTarget.Cpu(1),
        }).Fit(TwoCliques.View(_ml));
}
