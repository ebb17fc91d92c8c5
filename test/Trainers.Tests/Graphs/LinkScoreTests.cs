using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Scores of triples against values and gradients computed from the papers' equations; all at once as one by one.</summary>
[TestClass]
public class LinkScoreTests
{
    private static LinkDecoder Of(string operation) => operation switch
    {
        "KG_TRANSE_L1" => LinkDecoder.TransEL1,
        "KG_TRANSE_L2" => LinkDecoder.TransEL2,
        "KG_DISTMULT" => LinkDecoder.DistMult,
        "KG_COMPLEX" => LinkDecoder.ComplEx,
        "KG_ROTATE" => LinkDecoder.RotatE,
        _ => throw new NotSupportedException(operation),
    };

    [TestMethod]
    [TestCategory("Oracle")]
    [OracleData("KG_TRANSE_L1", "KG_TRANSE_L2", "KG_DISTMULT", "KG_COMPLEX", "KG_ROTATE")]
    public void Golden_values(string file)
    {
        var oracle = OracleCase.Load(file);
        var decoder = Of(oracle.Operation);
        foreach (var isTail in (bool[])[true, false])
            oracle.Check(v =>
            {
                var relation = v.GetValueOrDefault("phase") ?? v["relation"];
                Assert.AreEqual(decoder.RelationWidth(v["head"].Shape[1].Size), relation.Shape[1].Size);
                var (known, answer) = isTail ? (v["head"], v["tail"]) : (v["tail"], v["head"]);
                return new Dictionary<string, Value>
                {
                    ["score"] = decoder.Score(decoder.Question(known, relation, isTail), answer),
                };
            });
    }

    [TestMethod]
    [DataRow(LinkDecoder.DistMult)]
    [DataRow(LinkDecoder.TransEL1)]
    [DataRow(LinkDecoder.TransEL2)]
    [DataRow(LinkDecoder.ComplEx)]
    [DataRow(LinkDecoder.RotatE)]
    public void Gradients(LinkDecoder decoder)
    {
        TensorData Random(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Double, seed, sizes);
        FiniteDifferences.Check(
            v => decoder.Score(decoder.Question(v[0], v[1], isTail: true), v[2]),
            [Random(1, 3, 4), Random(2, 3, decoder.RelationWidth(4)), Random(3, 3, 4)]);
        FiniteDifferences.Check(
            v => decoder.ScoreAll(decoder.Question(v[0], v[1], isTail: false), v[2]),
            [Random(1, 2, 3, 4), Random(2, 2, 3, decoder.RelationWidth(4)), Random(3, 2, 5, 4)]);
    }

    [TestMethod]
    [DataRow(LinkDecoder.DotProduct)]
    [DataRow(LinkDecoder.DistMult)]
    [DataRow(LinkDecoder.TransEL1)]
    [DataRow(LinkDecoder.TransEL2)]
    [DataRow(LinkDecoder.ComplEx)]
    [DataRow(LinkDecoder.RotatE)]
    public void All_at_once_are_one_by_one(LinkDecoder decoder)
    {
        const int Questions = 3, Answers = 5, Width = 6;
        var graph = new Graph("test");
        Value Input(string name, params Dim[] shape) => graph.Input(name, ElementType.Float, [.. shape]);
        Value question = Input("question", Questions, Width), answer = Input("answer", Answers, Width);
        graph.Output("all", decoder.ScoreAll(question, answer));
        graph.Output("groups", Op.Squeeze(decoder.ScoreAll(Op.Unsqueeze(question, 0), Op.Unsqueeze(answer, 0)), 0));
        graph.Output("single", Op.Concat(1, [.. Enumerable.Range(0, Answers).Select(row =>
            Op.Unsqueeze(decoder.Score(question, Op.Slice(answer, 0, row, row + 1)), 1))]));
        using var session = new OnnxSession(graph);
        var results = session.Run(new Dictionary<string, TensorData>
        {
            ["question"] = FiniteDifferences.Random(ElementType.Float, 1, Questions, Width),
            ["answer"] = FiniteDifferences.Random(ElementType.Float, 2, Answers, Width),
        });
        for (var i = 0; i < Questions * Answers; i++)
        {
            Assert.AreEqual(results["single"].As<float>()[i], results["all"].As<float>()[i], 1e-5f);
            Assert.AreEqual(results["single"].As<float>()[i], results["groups"].As<float>()[i], 1e-5f);
        }
    }
}
