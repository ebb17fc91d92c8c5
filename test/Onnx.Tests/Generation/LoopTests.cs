using MLSeqGraph.Onnx.Generation;

namespace MLSeqGraph.Onnx.Tests.Generation;

[TestClass]
public class LoopTests
{
    [TestMethod]
    [DataRow(100L, 5)]
    [DataRow(3L, 3)]
    [DataRow(0L, 0)]
    public void A_loop_ends_by_its_condition_or_its_limit(long limit, int expected)
    {
        // doubles a state while it is below 20, and captures a value from outside
        var graph = new Graph("doubling");
        var one = graph.Input("one", ElementType.Float, [1]);
        var (last, outputs) = Op.Loop(graph.Scalar(limit), graph.Scalar(true), [one], (step, states) =>
        {
            var next = states[0] + states[0] * one;
            return (Op.Less(Op.Squeeze(next, 0), next.Number(20)), [next], [states[0] * 10.0 + Op.Cast(step, ElementType.Float)]);
        }, "taken");
        graph.Output("last", last[0]);
        graph.Output("outputs", outputs[0]);
        Assert.AreEqual("[taken, 1]", outputs[0].Shape.ToString());
        var results = Evaluation.Run(graph, TensorData.Vector(1f));
        Evaluation.Is(results[0], [1], (float)Math.Pow(2, expected));
        Evaluation.Is(results[1], [expected, 1], Enumerable.Range(0, expected).Select(step => 10f * (1 << step) + step).ToArray());
    }

    [TestMethod]
    public void Errors_name_the_loop_and_what_was_given()
    {
        var graph = new Graph("bad");
        Value x = graph.Input("x", ElementType.Float, [3]), yes = graph.Scalar(true);
        void Fails(Action write, params string[] parts)
        {
            var exception = Assert.ThrowsExactly<GraphException>(write);
            foreach (var part in parts)
                StringAssert.Contains(exception.Message, part);
        }
        Fails(() => Op.Loop(x, yes, [x], (_, states) => (yes, states, []), "n"), "Loop", "limit [] Int64", "x Float [3]");
        Fails(() => Op.Loop(graph.Scalar(3L), x, [x], (_, states) => (yes, states, []), "n"), "Loop", "booleans");
        Fails(() => Op.Loop(graph.Scalar(3L), yes, [x], (_, states) => (yes, [Op.Slice(states[0], 0, 1)], []), "n"), "Loop", "state 0", "[3]", "[2]");
        Fails(() => Op.Loop(graph.Scalar(3L), yes, [x], (_, states) => (yes, [], []), "n"), "Loop", "0 states", "expected 1");
    }

    [TestMethod]
    public void A_gradient_through_a_loop_is_an_error_that_names_it()
    {
        var graph = new Graph("no gradient");
        var x = graph.Input("x", ElementType.Float, [3]);
        var (last, _) = Op.Loop(graph.Scalar(3L), graph.Scalar(true), [x], (_, states) => (graph.Scalar(true), [states[0] * 2.0], []), "n");
        var exception = Assert.ThrowsExactly<GraphException>(() => Gradients.Of(Op.ReduceSum(last[0], keepDims: false), [x]));
        StringAssert.Contains(exception.Message, "Loop has no gradient");
    }

    [TestMethod]
    public void A_greedy_loop_gives_what_the_greedy_generator_gives()
    {
        const int Vocabulary = 6;
        var compared = 0;
        for (var seed = 0; seed < 5; seed++)
        {
            var table = ToyModels.Weights(seed, Vocabulary * Vocabulary, Vocabulary, 2);
            var graph = new Graph("greedy");
            var tokens = graph.Input("tokens", ElementType.Int64, ["batch", 1]);
            var limit = graph.Input("limit", ElementType.Int64, []);
            var logits = graph.Constant(table);
            var (generated, lengths) = GreedyLoop.Write(tokens, [Op.ZerosLike(tokens)], limit, endToken: 0, padToken: 5, (token, _, past) =>
                (Op.Gather(logits, past[0] * (double)Vocabulary + token), [token]));
            graph.Output("generated", generated);
            graph.Output("lengths", lengths);
            var results = Evaluation.Run(graph, TensorData.Create<long>([1, 2, 3, 4], 4, 1), TensorData.Scalar(9L));
            using var generator = ToyModels.Load(ToyModels.Trigram(0, Vocabulary, table.As<float>()));
            var expected = generator.Generate([.. Enumerable.Range(1, 4).Select(token => new GenerationRequest { Prompt = [token] })], new() { MaximumTokens = 9 });
            var width = (int)results[0].Sizes[1];
            for (var row = 0; row < 4; row++)
            {
                var length = (int)results[1].As<long>()[row];
                var found = results[0].As<long>().AsSpan(row * width, width);
                CollectionAssert.AreEqual(expected[row].Tokens.ToArray(), found[..length].ToArray());
                if (length < width)
                    Assert.AreEqual(0, found[length]);
                if (length + 1 < width)
                    Assert.IsTrue(found[(length + 1)..].IndexOfAnyExcept(5L) < 0);
                compared += length < width ? 1 : 0;
            }
        }
        Assert.IsGreaterThan(0, compared, "Some row should have ended before the others.");
    }
}
