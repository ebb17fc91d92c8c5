namespace MLSeqGraph.Onnx.Tests.Operators;

/// <summary>A wrong shape or type is an error where the operation is called; it names the operation and what it was given.</summary>
[TestClass]
public class ShapeErrorTests
{
    private static readonly (string Operation, Action<Graph> Call, string[] Fragments)[] Errors =
    [
        .. Binary("Add", Op.Add), .. Binary("Sub", Op.Sub), .. Binary("Mul", Op.Mul), .. Binary("Div", Op.Div), .. Binary("Pow", Op.Pow),
        .. Binary("Max", Op.Max), .. Binary("Min", Op.Min), .. Binary("Less", Op.Less), .. Binary("LessOrEqual", Op.LessOrEqual),
        .. Binary("Greater", Op.Greater), .. Binary("GreaterOrEqual", Op.GreaterOrEqual), .. Binary("Equal", Op.Equal),
        ("Mod", g => Op.Mod(X(g, 2), X(g, 2)), ["integers", "Float [2]"]),
        ("And", g => Op.And(X(g, 2), X(g, 2)), ["booleans", "Float [2]"]),
        ("Or", g => Op.Or(X(g, 2), X(g, 2)), ["booleans", "Float [2]"]),
        ("Not", g => Op.Not(I(g, 2)), ["booleans", "Int64 [2]"]),
        ("Add", g => Op.Add(Op.Not(B(g, 2)), B(g, 2)), ["numbers", "Bool [2]"]),
        ("Where", g => Op.Where(B(g, 2), X(g, 3), X(g, 3)), ["Bool [2]", "Float [3]"]),
        ("Where", g => Op.Where(B(g, 2), X(g, 2), I(g, 2)), ["one type", "Float [2]", "Int64 [2]"]),
        ("Where", g => Op.Where(X(g, 2), X(g, 2), X(g, 2)), ["booleans", "Float [2]"]),
        ("Exp", g => Op.Exp(I(g, 2)), ["real numbers", "Int64 [2]"]),
        ("Abs", g => Op.Abs(B(g, 2)), ["numbers", "Bool [2]"]),
        ("LeakyRelu", g => Op.LeakyRelu(I(g, 2)), ["real numbers", "Int64 [2]"]),
        ("Clip", g => Op.Clip(X(g, 2), 1, 0), ["1 and 0", "Float [2]"]),
        ("MatMul", g => Op.MatMul(X(g, 2, 3), X(g, 4, 5)), ["Float [2, 3]", "Float [4, 5]"]),
        ("MatMul", g => Op.MatMul(X(g, 7, 2, 3), X(g, 8, 3, 5)), ["leading axes", "[7, 2, 3]", "[8, 3, 5]"]),
        ("MatMul", g => Op.MatMul(X(g, 3), X(g, 3, 5)), ["Float [3]", "Float [3, 5]"]),
        ("MatMul", g => Op.MatMul(g.Input("a", ElementType.Float, ["batch", "time"]), X(g, 3, 5)), ["a Float [batch, time]", "[3, 5]"]),
        ("Gemm", g => Op.Gemm(X(g, 2, 3), X(g, 4, 5), transA: true), ["transA True", "[2, 3]", "[4, 5]"]),
        ("Gemm", g => Op.Gemm(X(g, 2, 3), X(g, 3, 5), X(g, 4)), ["[2, 5]", "Float [4]"]),
        ("Gemm", g => Op.Gemm(I(g, 2, 3), I(g, 3, 5)), ["Int64 [2, 3]"]),
        ("Softmax", g => Op.Softmax(X(g, 2, 3), 2), ["axis 2", "[2, 3]"]),
        ("LogSoftmax", g => Op.LogSoftmax(I(g, 2)), ["real numbers", "Int64 [2]"]),
        ("LayerNormalization", g => Op.LayerNormalization(X(g, 2, 3), X(g, 2), null), ["[3]", "[2, 3]", "Float [2]"]),
        ("LayerNormalization", g => Op.LayerNormalization(X(g, 2, 3), X(g, 3), X(g, 4)), ["[3]", "Float [4]"]),
        ("LayerNormalization", g => Op.LayerNormalization(X(g), X(g, 1), null), ["[]"]),
        ("ReduceSum", g => Op.ReduceSum(X(g, 2, 3), [-3]), ["axis -3", "[2, 3]"]),
        ("ReduceMax", g => Op.ReduceMax(X(g, 2, 3), [0, -2]), ["different axes", "[2, 3]"]),
        ("ReduceMean", g => Op.ReduceMean(B(g, 2)), ["numbers", "Bool [2]"]),
        ("ArgMax", g => Op.ArgMax(X(g, 2), 1), ["axis 1", "[2]"]),
        ("CumSum", g => Op.CumSum(X(g, 2), -2), ["axis -2", "[2]"]),
        ("Transpose", g => Op.Transpose(X(g, 2, 3), 0, 2), ["(0, 2)", "[2, 3]"]),
        ("Reshape", g => Op.Reshape(X(g, 2, 3), [4]), ["[4]", "[2, 3]"]),
        ("Reshape", g => Op.Reshape(g.Input("a", ElementType.Float, ["n", 3]), ["m", 3]), ["[m, 3]", "[n, 3]"]),
        ("Unsqueeze", g => Op.Unsqueeze(X(g, 2), 3), ["not 3", "[2]"]),
        ("Unsqueeze", g => Op.Unsqueeze(X(g, 2), 1, 1), ["different axes", "[2]"]),
        ("Squeeze", g => Op.Squeeze(X(g, 2, 1), 0), ["axis 0 of size 1", "[2, 1]"]),
        ("Squeeze", g => Op.Squeeze(X(g, 2, 1)), ["none", "[2, 1]"]),
        ("Expand", g => Op.Expand(X(g, 2), X(g, 3)), ["[2]", "[3]"]),
        ("Concat", g => Op.Concat(0, X(g, 2, 3), X(g, 2, 4)), ["axis 0", "[2, 3]", "[2, 4]"]),
        ("Concat", g => Op.Concat(0, X(g, 2), I(g, 2)), ["Float [2]", "Int64 [2]"]),
        ("Concat", _ => Op.Concat(0), ["none"]),
        ("Split", g => Op.Split(X(g, 5), 0, 2, 2), ["size 4", "2, 2", "[5]"]),
        ("Split", g => Op.Split(X(g, 2), 0, 3, -1), ["3, -1", "[2]"]),
        ("Slice", g => Op.Slice(X(g, 2), 1, 0, 1), ["axis 1", "[2]"]),
        ("Pad", g => Op.Pad(X(g, 2), 0, -1, 0), ["-1 and 0", "[2]"]),
        ("Gather", g => Op.Gather(X(g, 2), X(g, 2)), ["Int64 or Int32", "Float [2]"]),
        ("Gather", g => Op.Gather(X(g, 2), I(g, 2), axis: 1), ["axis 1", "[2]"]),
        ("TakeRows", g => Op.TakeRows(X(g, 2), I(g, 2, 2)), ["[2]", "[2, 2]"]),
        ("GatherElements", g => Op.GatherElements(X(g, 2, 3), I(g, 2), 0), ["same rank", "[2, 3]", "Int64 [2]"]),
        ("ScatterElements", g => Op.ScatterElements(X(g, 2, 3), I(g, 1, 3), X(g, 2, 3), 0), ["[2, 3]", "Int64 [1, 3]"]),
        ("ReplaceRows", g => Op.ReplaceRows(X(g, 4, 3), I(g, 2), X(g, 2, 5)), ["[2, 3]", "[4, 3]", "[2, 5]"]),
        ("ReplaceRows", g => Op.ReplaceRows(X(g), I(g, 2), X(g, 2)), ["[]"]),
        ("OneHot", g => Op.OneHot(X(g, 2), 3), ["Int64 or Int32", "Float [2]"]),
        ("OneHot", g => Op.OneHot(I(g, 2), 0), ["not 0", "[2]"]),
        ("Range", g => Op.Range(I(g, 2), "n"), ["[1] Int64", "[2]"]),
        ("ReverseSequence", g => Op.ReverseSequence(X(g, 5, 2), I(g, 3)), ["[5, 2]", "Int64 [3]"]),
        ("ConstantOfShape", _ => Op.Filled(0f, ["n"]), ["[n]"]),
        ("ConstantOfShape", g => Op.ZerosLike(B(g, 2)), ["numbers", "Bool [2]"]),
        ("Scan", g => Op.Scan([X(g, 2)], [], (s, _) => (s, [])), ["at least one sequence"]),
        ("Scan", g => Op.Scan([], [X(g, 2), X(g, 3)], (_, x) => ([], x)), ["one number of steps", "[2]", "[3]"]),
        ("Scan", g => Op.Scan([], [X(g)], (_, x) => ([], x)), ["[steps, ..]", "[]"]),
        ("Scan", g => Op.Scan([X(g, 2)], [X(g, 5, 3)], (_, x) => (x, [])), ["state 0", "[2]", "[3]"]),
        ("Scan", g => Op.Scan([X(g, 2)], [X(g, 5, 2)], (_, _) => ([], [])), ["0 states", "1"]),
        ("LSTM", g => Op.Lstm(X(g, 5, 2, 3), X(g, 1, 16, 3), X(g, 1, 12, 4), X(g, 1, 32)), ["[1, 16, 4]", "[1, 12, 4]"]),
        ("GRU", g => Op.Gru(X(g, 5, 2, 3), X(g, 1, 12, 3), X(g, 1, 12, 4), X(g, 1, 24), I(g, 2)), ["[2] Int32", "Int64 [2]"]),
        ("RNN", g => Op.Rnn(X(g, 5, 3), X(g, 1, 4, 3), X(g, 1, 4, 4), X(g, 1, 8)), ["[time, batch, features]", "[5, 3]"]),
    ];

    private static IEnumerable<object[]> Numbers => Errors.Select((error, i) => new object[] { i, error.Operation });

    [TestMethod]
    [DynamicData(nameof(Numbers))]
    public void Names_the_operation_and_what_it_was_given(int number, string operation)
    {
        var (_, call, fragments) = Errors[number];
        var message = Assert.ThrowsExactly<GraphException>(() => call(new Graph("test"))).Message;
        Assert.StartsWith(operation + ":", message);
        foreach (var fragment in fragments)
            Assert.Contains(fragment, message);
    }

    private static IEnumerable<(string, Action<Graph>, string[])> Binary(string operation, Func<Value, Value, Value> write) =>
    [
        (operation, g => write(X(g, 2, 3), X(g, 2)), ["broadcast", "[2, 3]", "Float [2]"]),
        (operation, g => write(g.Input("a", ElementType.Float, ["batch"]), g.Input("b", ElementType.Float, ["time"])),
            ["a Float [batch]", "b Float [time]"]),
        (operation, g => write(X(g, 2), I(g, 2)), ["one type", "Float [2]", "Int64 [2]"]),
    ];

    private static Value X(Graph graph, params long[] sizes) => Input(graph, ElementType.Float, sizes);

    private static Value I(Graph graph, params long[] sizes) => Input(graph, ElementType.Int64, sizes);

    private static Value B(Graph graph, params long[] sizes) => Input(graph, ElementType.Bool, sizes);

    private static Value Input(Graph graph, ElementType type, long[] sizes) => graph.Input($"x{graph.Inputs.Count}", type, Shape.Of(sizes));
}
