using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Whole fitted pipelines over other nodes and edges.</summary>
[TestClass]
public class GraphPipelineTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Nodes(int count = 2 * TwoCliques.Size) => _ml.Data.LoadFromEnumerable(TwoCliques.Nodes(7)[..count]);

    private NodeClassificationTrainer Trainer(GraphEdgeColumns edges, string features = "Features", int[]? fanOuts = null) =>
        _ml.Graphs().NodeClassification(new()
        {
            Edges = edges, NodeIdColumnName = "Id", Network = GraphNetwork.Sage(8, dropout: 0), FeatureColumnName = features, Epochs = 3,
            FanOuts = fanOuts, Target = ExecutionTarget.Cpu(1),
        });

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void New_nodes_are_scored_in_one_call(bool sampled)
    {
        var edges = TwoCliques.ById(_ml);
        var pipeline = _ml.Transforms.Conversion.MapValueToKey("Label", "Ring")
            .Append(_ml.Transforms.NodePositionalFeatures(edges, new() { RandomWalkSteps = 3 }, nodeIdColumnName: "Id"))
            .Append(_ml.Transforms.NormalizeMeanVariance("Scaled", "Features", fixZero: false))
            .Append(Trainer(edges, "Scaled", sampled ? [3, 3] : null))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
        var model = pipeline.Fit(_ml.Data.LoadFromEnumerable(TwoCliques.Nodes()));
        var others = TwoCliques.ById(_ml, [new("n0", "n1", 0, 1), new("n1", "n2", 1, 2)]);
        // none of the edges of training may be asked for
        var moved = model.WithGraph(Nodes(3), others);
        var scored = moved.Transform(Nodes(3));
        Assert.IsTrue(scored.GetColumn<string>("Answer").All(answer => answer is "left" or "right"));
        // what it gives is what its parts give
        var positions = _ml.Transforms.NodePositionalFeatures(others, new() { RandomWalkSteps = 3 }, nodeIdColumnName: "Id").Fit(Nodes(3));
        var prepared = ((ITransformer[])[.. model])[2].Transform(positions.Transform(Nodes(3)));
        using var byHand = model.OfType<NodePredictionTransformer>().Single().WithEdges(others);
        foreach (var (a, b) in byHand.Transform(prepared).GetColumn<float[]>("Score").Zip(scored.GetColumn<float[]>("Score")))
            CollectionAssert.AreEqual(a, b);
        // the first pipeline is as it was
        Assert.HasCount(16, model.Transform(Nodes()).GetColumn<string>("Answer").ToArray());
        // and the model is saved with the nodes it has now
        using var stream = new MemoryStream();
        _ml.Model.Save(moved.OfType<NodePredictionTransformer>().Single(), prepared.Schema, stream);
        var loaded = new MLContext().Model.Load(stream, out _).Transform(Nodes());
        Assert.AreEqual(3, loaded.GetColumn<uint>("PredictedLabel").Count(key => key > 0));
    }

    [TestMethod]
    public void Parts_of_a_split_are_trained_on_and_tested_on_by_themselves()
    {
        var nodes = TwoCliques.View(_ml);
        var split = _ml.Data.NodeTrainTestSplit(nodes, TwoCliques.ById(_ml), "Id", 0.3, seed: 1);
        var model = _ml.Transforms.CopyColumns("Given", "Features").Append(Trainer(split.TrainEdges)).Fit(split.TrainSet);
        var tested = model.WithGraph(split.TestSet, split.TestEdges).Transform(split.TestSet);
        Assert.HasCount(5, tested.GetColumn<float[]>("Score").ToArray());
        _ml.MulticlassClassification.Evaluate(tested);
        // the edges between the parts are errors where they are not left out
        Assert.ThrowsExactly<InvalidDataException>(() => Trainer(TwoCliques.ById(_ml)).Fit(split.TrainSet));
    }

    [TestMethod]
    public void Models_of_links_move_too_also_in_inner_chains()
    {
        var link = _ml.Graphs().LinkPrediction(TwoCliques.ById(_ml), epochs: 2, nodeIdColumnName: "Id");
        var model = _ml.Transforms.CopyColumns("Given", "Features").Append(
            _ml.Transforms.CopyColumns("Again", "Given").Append(link)).Fit(TwoCliques.View(_ml));
        var moved = model.WithGraph(Nodes(3), TwoCliques.ById(_ml, [new("n0", "n1", 0, 1)]));
        Assert.HasCount(3, moved.Transform(Nodes(3)).GetColumn<float[]>("Embedding").ToArray());
    }

    [TestMethod]
    public void A_model_by_itself_moves_as_its_pipeline_does()
    {
        var edges = TwoCliques.ById(_ml, [new("n0", "n1", 0, 1), new("n1", "n2", 1, 2)]);
        using var model = Trainer(TwoCliques.ById(_ml)).Fit(TwoCliques.View(_ml));
        var moved = ((ITransformer)model).WithGraph(Nodes(3), edges);
        using var byHand = model.WithEdges(edges);
        foreach (var (a, b) in byHand.Transform(Nodes(3)).GetColumn<float[]>("Score").Zip(moved.Transform(Nodes(3))
            .GetColumn<float[]>("Score")))
            CollectionAssert.AreEqual(a, b);
    }

    [TestMethod]
    public void A_pipeline_without_a_graph_is_refused()
    {
        var model = _ml.Transforms.CopyColumns("Given", "Features").Append(_ml.Transforms.CopyColumns("Again", "Given")).Fit(Nodes());
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => model.WithGraph(Nodes(), TwoCliques.ById(_ml))).Message,
            "Nothing in the pipeline reads a graph");
    }
}
