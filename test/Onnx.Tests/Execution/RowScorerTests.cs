using Row = System.Collections.Generic.Dictionary<string, MLSeqGraph.Onnx.TensorData>;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Rows that are joined to one run and taken apart again.</summary>
[TestClass]
public class RowScorerTests
{
    [TestMethod]
    public void Series_of_different_lengths_are_padded_and_their_outputs_cut()
    {
        var graph = new Graph("series");
        var features = graph.Input("features", ElementType.Float, ["batch", "time", 2]);
        var lengths = graph.Input("lengths", ElementType.Int64, ["batch"]);
        graph.Output("sum", Op.ReduceSum(features, [1, 2], keepDims: false));
        graph.Output("doubled", features * 2f);
        graph.Output("steps", Op.Identity(lengths));
        using var session = new OnnxSession(graph);
        var scorer = new RowScorer(session);
        Assert.AreEqual("features: Float [time, 2]", string.Join("; ", scorer.Inputs));
        Row[] rows = [Series(1, 2), Series(1, 2, 3, 4, 5, 6), Series(7, 8, 9, 10)];
        var joined = scorer.Join(rows);
        CollectionAssert.AreEqual(new float[] { 1, 2, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0 }, joined["features"].As<float>());
        CollectionAssert.AreEqual(new long[] { 1, 3, 2 }, joined["lengths"].As<long>());
        var results = scorer.Run(rows);
        for (var i = 0; i < rows.Length; i++)
        {
            var values = rows[i]["features"].As<float>();
            Assert.AreEqual(values.Sum(), results[i]["sum"].As<float>().Single());
            Assert.HasCount(0, results[i]["sum"].Sizes);
            CollectionAssert.AreEqual(values.Select(value => 2 * value).ToArray(), results[i]["doubled"].As<float>());
            CollectionAssert.AreEqual(new long[] { values.Length / 2, 2 }, results[i]["doubled"].Sizes.ToArray());
            Assert.AreEqual(values.Length / 2, results[i]["steps"].As<long>().Single());
        }
    }

    [TestMethod]
    public void Tokens_are_padded_with_zeros()
    {
        var graph = new Graph("tokens");
        var tokens = graph.Input("tokens", ElementType.Int64, ["batch", "time"]);
        graph.Output("same", Op.Identity(tokens));
        using var session = new OnnxSession(graph);
        var scorer = new RowScorer(session);
        Row[] rows = [new() { ["tokens"] = TensorData.Vector(5L, 6) }, new() { ["tokens"] = TensorData.Vector(7L) }];
        CollectionAssert.AreEqual(new long[] { 5, 6, 7, 0 }, scorer.Join(rows)["tokens"].As<long>());
        CollectionAssert.AreEqual(new long[] { 7 }, scorer.Run(rows)[1]["same"].As<long>());
    }

    [TestMethod]
    public void Texts_are_joined_and_words_padded_with_empty_ones()
    {
        var graph = new Graph("texts");
        var text = graph.Input("text", ElementType.String, ["batch"]);
        var words = graph.Input("words", ElementType.String, ["batch", "time"]);
        graph.Output("text_again", Op.Identity(text));
        graph.Output("words_again", Op.Identity(words));
        using var session = new OnnxSession(graph);
        var scorer = new RowScorer(session);
        Row[] rows =
        [
            new() { ["text"] = TensorData.Scalar("a b"), ["words"] = TensorData.Vector("c") },
            new() { ["text"] = TensorData.Scalar(""), ["words"] = TensorData.Vector("d", "e") },
        ];
        CollectionAssert.AreEqual(new[] { "c", "", "d", "e" }, scorer.Join(rows)["words"].As<string>());
        var results = scorer.Run(rows);
        CollectionAssert.AreEqual(new[] { "a b" }, results[0]["text_again"].As<string>());
        CollectionAssert.AreEqual(new[] { "c" }, results[0]["words_again"].As<string>());
        CollectionAssert.AreEqual(new[] { "d", "e" }, results[1]["words_again"].As<string>());
    }

    [TestMethod]
    public void Series_that_a_model_has_no_lengths_for_run_with_those_of_their_length()
    {
        var graph = new Graph("means");
        var features = graph.Input("features", ElementType.Float, ["batch", "time", 2]);
        graph.Output("mean", Op.ReduceMean(features, [1, 2], keepDims: false)); // padding would show
        using var session = new OnnxSession(graph);
        var results = new RowScorer(session).Run([Series(1, 3), Series(2, 2, 5, 7), Series(5, 7), Series(0, 0, 0, 4)]);
        CollectionAssert.AreEqual(new float[] { 2, 4, 6, 1 }, results.Select(result => result["mean"].As<float>().Single()).ToArray());
    }

    [TestMethod]
    public void Graphs_are_put_side_by_side()
    {
        var graph = new Graph("graphs");
        var x = graph.Input("x", ElementType.Float, ["nodes", 1]);
        var edges = graph.Input("edge_index", ElementType.Int64, [2, "edges"]);
        var graphs = graph.Input("graph_index", ElementType.Int64, ["nodes"]);
        graph.Output("of_source", Op.Gather(x, Op.Squeeze(Op.Slice(edges, 0, 0, 1), 0))); // [edges, 1]
        graph.Output("graph", Op.Identity(graphs));
        using var session = new OnnxSession(graph);
        var scorer = new RowScorer(session);
        Row[] rows = [Graph([1, 2, 3], [0, 2], [1, 0]), Graph([4], [], []), Graph([5, 6], [1, 1, 0], [0, 1, 1])];
        CollectionAssert.AreEqual(new long[] { 0, 2, 5, 5, 4, 1, 0, 4, 5, 5 }, scorer.Join(rows)["edge_index"].As<long>());
        var results = scorer.Run(rows);
        CollectionAssert.AreEqual(new float[] { 1, 3 }, results[0]["of_source"].As<float>());
        CollectionAssert.AreEqual(Array.Empty<float>(), results[1]["of_source"].As<float>());
        CollectionAssert.AreEqual(new float[] { 6, 6, 5 }, results[2]["of_source"].As<float>());
        CollectionAssert.AreEqual(new long[] { 2, 2 }, results[2]["graph"].As<long>());
        Assert.Contains("names the node 3; expected 0 to 2",
            Assert.ThrowsExactly<ArgumentException>(() => scorer.Check(Graph([1, 2, 3], [3], [0]))).Message);
        Assert.Contains("names the node -1",
            Assert.ThrowsExactly<ArgumentException>(() => scorer.Check(Graph([1, 2, 3], [-1], [0]))).Message);
    }

    [TestMethod]
    public void Rows_that_are_not_what_the_model_reads_are_refused()
    {
        var graph = new Graph("series");
        graph.Output("doubled", graph.Input("features", ElementType.Float, ["batch", "time", 2]) * 2f);
        using var session = new OnnxSession(graph);
        var scorer = new RowScorer(session);
        Assert.Contains("'features' is missing", Assert.ThrowsExactly<ArgumentException>(() => scorer.Check(new Row())).Message);
        Assert.Contains("is empty", Assert.ThrowsExactly<ArgumentException>(() => scorer.Check(Series())).Message);
        Assert.Contains("Float [time, 2] is expected", Assert.ThrowsExactly<ArgumentException>(() =>
            scorer.Check(new Row { ["features"] = TensorData.Vector(1f) })).Message);

        var option = new Graph("option");
        option.Output("scaled", option.Input("x", ElementType.Float, ["batch"]) * option.Input("scale", ElementType.Float, []));
        using var scaled = new OnnxSession(option);
        Assert.Contains("'scale: Float []'", Assert.ThrowsExactly<ArgumentException>(() => new RowScorer(scaled)).Message);
    }

    private static Row Series(params float[] values) => new() { ["features"] = TensorData.Create(values, values.Length / 2, 2) };

    private static Row Graph(float[] x, long[] sources, long[] targets) => new()
    {
        ["x"] = TensorData.Create(x, x.Length, 1),
        ["edge_index"] = TensorData.Create([.. sources, .. targets], 2, sources.Length),
    };
}
