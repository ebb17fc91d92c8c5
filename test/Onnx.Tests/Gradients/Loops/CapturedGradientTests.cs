using static MLSeqGraph.Tests.FiniteDifferences;
using static MLSeqGraph.Onnx.Tests.GradientCase;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Gradients of what a loop's body captures: right, and where they are sums of products taken outside the loop.</summary>
[TestClass]
public class CapturedGradientTests
{
    // How a captured weight can be used; the matrix products that are left in the backward loop, which are those for the state;
    // and whether sums are left there.
    private static readonly (string Name, Func<Value, Value, Value> Use, long[] Weight, int Products, bool Sums)[] Uses =
    [
        ("MatMul, on the right", (h, w) => Op.MatMul(h, w), [3, 3], 1, false),
        ("MatMul, on the left", (h, w) => Op.Transpose(Op.MatMul(w, Op.Transpose(h, 1, 0)), 1, 0), [3, 3], 1, false),
        ("MatMul, twice", (h, w) => Op.MatMul(Op.Tanh(Op.MatMul(h, w)), w), [3, 3], 2, false),
        ("MatMul and bias of one tensor", (h, w) => Op.MatMul(h, w) + Op.ReduceSum(w, [0]), [3, 3], 1, false),
        ("MatMul of rows in three axes", (h, w) => Op.Reshape(Op.MatMul(Op.Unsqueeze(h, 1), w), h.Shape), [3, 3], 1, false),
        ("MatMul of three axes, on the left", (h, w) => Op.Squeeze(Op.MatMul(w, Op.Unsqueeze(h, 2)), 2), [3, 3], 1, false),
        ("MatMul, a matrix a row", (h, w) => Op.Squeeze(Op.MatMul(Op.Unsqueeze(h, 1), w), 1), [2, 3, 3], 1, false),
        ("MatMul, a matrix a row, on the left", (h, w) => Op.Squeeze(Op.MatMul(w, Op.Unsqueeze(h, 2)), 2), [2, 3, 3], 1, false),
        ("MatMul, a matrix stretched over rows", (h, w) => Op.Squeeze(Op.MatMul(Op.Unsqueeze(h, 1), w), 1), [1, 3, 3], 1, false),
        ("MatMul, rows stretched over matrices", (h, w) =>
            Op.ReduceMean(Op.MatMul(Op.Unsqueeze(h, 0), w), [0], keepDims: false), [4, 3, 3], 2, true),
        ("Gemm", (h, w) => Op.Gemm(h, w), [3, 3], 1, false),
        ("Gemm of the transpose", (h, w) => Op.Gemm(h, w, transB: true), [3, 3], 1, false),
        ("Gemm, on both sides", (h, w) => Op.Gemm(Op.Gemm(w, h, transA: true, transB: true), w, transA: true), [3, 3], 2, false),
        ("Gemm with the weight as bias", (h, w) => Op.Gemm(Op.Gemm(h, h, transB: true), h, w), [3], 4, false),
        ("bias", (h, w) => h + w, [3], 0, false),
        ("bias of one element", (h, w) => h - w, [1], 0, false),
        ("scalar", (h, w) => h * w, [], 0, false),
        ("elementwise", (h, w) => h * w, [2, 3], 0, false),
        ("elementwise, stretched", (h, w) => h / (w + 3), [2, 1], 0, false),
        ("elementwise, for all rows", (h, w) => h * Op.Sigmoid(w), [3], 0, false),
        ("through a transpose", (h, w) => Op.MatMul(h, Op.Transpose(w, 1, 0)), [3, 3], 1, false),
        ("through a reshape", (h, w) => Op.MatMul(h, Op.Reshape(w, [3, 3])), [9], 1, false),
        ("through parts", (h, w) => Op.MatMul(h, Op.Slice(w, 1, 1, 4)) + Op.Slice(Op.Slice(w, 0, 0, 1), 1, 0, 3), [3, 5], 1, false),
        ("joined to the state", (h, w) => Op.ReduceMean(Op.Reshape(Op.Concat(0, h, w), [2, 2, 3]), [0], keepDims: false), [2, 3], 0, false),
        ("rows of it", (h, w) => Op.Gather(w, w.Graph.Vector(1L, 1L)) * h, [4, 3], 0, false),
    ];

    private static IEnumerable<object[]> Names => Uses.Select(use => new object[] { use.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Use(string name)
    {
        var (_, use, weight, products, sums) = Uses.Single(use => use.Name == name);
        foreach (var reverse in (bool[])[false, true])
            Check(v =>
            {
                var loop = Op.Scan([v[1]], [v[0]], (s, x) =>
                {
                    var next = Op.Tanh(use(s[0], v[2]) + x[0]);
                    return ([next], [next]);
                }, reverse);
                return Op.Concat(0, Op.Unsqueeze(loop.States[0], 0), loop.Outputs[0]);
            }, [X(3, 2, 3), X(2, 3), X(weight)]);
        var body = BackwardBody([["time", 2, 3], [2, 3], Shape.Of(weight)], ElementType.Float, v =>
            Op.ReduceSum(Op.Scan([v[1]], [v[0]], (s, x) => ([Op.Tanh(use(s[0], v[2]) + x[0])], [])).States[0], keepDims: false));
        Assert.AreEqual(products, body.Nodes.Count(node => node.OpType is "MatMul" or "Gemm"), string.Join("; ", body.Nodes));
        Assert.AreEqual(sums, body.Nodes.Any(node => node.OpType is "ReduceSum" or "ScatterElements"), string.Join("; ", body.Nodes));
    }

    [TestMethod]
    public void Batch_and_time_known_by_name() => Check(v =>
    {
        // Attention over a memory that every step reads: captured, of sizes known by name, used on both sides of a product.
        var (states, _) = Op.Scan([v[1]], [v[0]], (s, x) =>
        {
            var scores = Op.MatMul(v[2], Op.Unsqueeze(Op.MatMul(s[0], v[3]), 2)); // [batch, source, 1]
            var context = Op.ReduceSum(Op.Softmax(scores, 1) * v[2], [1], keepDims: false);
            return ([Op.Tanh(context + x[0]) * v[1]], []);
        });
        return states[0];
    }, [X(3, 2, 3), X(2, 3), X(2, 4, 3), X(3, 3)], [["time", "batch", 3], ["batch", 3], ["batch", "source", 3], [3, 3]]);

    [TestMethod]
    public void A_large_one_is_summed_in_the_loop()
    {
        const int Size = 80; // 6400 elements
        TensorData x = X(3), w = X(Size, Size);
        var gradient = Evaluation
            .Gradient(v => Op.Scan([Op.ZerosLike(v[1])], [v[0]], (s, step) => ([s[0] + v[1] * v[1] * step[0]], [])).States[0], [x, w]);
        var sum = x.As<double>().Sum();
        Evaluation.Is(gradient[1]!, [Size, Size], Array.ConvertAll(w.As<double>(), element => 2 * element * sum));
        Evaluation.Is(gradient[0]!, [3], Enumerable.Repeat(w.As<double>().Sum(element => element * element), 3).ToArray());
    }

    [TestMethod]
    public void Rows_chosen_by_the_step_are_scattered_once()
    {
        Value Loop(Value[] v) => Op.Scan([v[2]], [v[0]], (s, ids) => ([Op.Tanh(s[0] + Op.Gather(v[1], ids[0]))], [])).States[0];
        Check(Loop, [TensorData.Create([0L, 3, 3, 1, 2, 3], 3, 2), X(4, 3), X(2, 3)]);
        var body = BackwardBody([["time", "batch"], [50, 3], ["batch", 3]], null, v => Op.ReduceSum(Loop(v), keepDims: false));
        Assert.IsFalse(body.Nodes.Any(node => node.OpType == "ScatterElements"));
    }

    [TestMethod]
    public void The_weight_gradient_of_a_recurrent_network_is_no_work_of_the_loop()
    {
        var body = BackwardBody([["time", "batch", 8], [8, 16], [4, 16], [16], ["batch", 4], ["batch", 4]], ElementType.Float, v =>
            Op.ReduceSum(Op.Scan([v[4], v[5]], [Op.MatMul(v[0], v[1]) + v[3]], (s, x) =>
            {
                var gates = Op.Split(x[0] + Op.MatMul(s[0], v[2]), 1, 4, 4, 4, 4);
                var cell = Op.Sigmoid(gates[1]) * s[1] + Op.Sigmoid(gates[0]) * Op.Tanh(gates[2]);
                return ([Op.Sigmoid(gates[3]) * Op.Tanh(cell), cell], []);
            }).States[0], keepDims: false));
        // One product a step is left: the gradient of the state.
        Assert.AreEqual(1, body.Nodes.Count(node => node.OpType is "MatMul" or "Gemm"));
        Assert.IsFalse(body.Nodes.Any(node => node.OpType == "Gemm" && node.Attribute<long>("transA") == 1));
        Assert.IsFalse(body.Nodes.Any(node => node.OpType is "Transpose" or "ReduceSum" or "Shape" or "Reshape"),
            string.Join("; ", body.Nodes));
        Assert.HasCount(3, body.Outputs); // two states, the gradient of the gates
    }

    // The body of the backward loop that the gradients of all real inputs need.
    private static Graph BackwardBody(Shape[] shapes, ElementType? type, Func<Value[], Value> function)
    {
        var graph = new Graph("test");
        Value[] inputs = [.. shapes
            .Select((shape, i) => graph.Input($"x{i}", type ?? (i == 0 ? ElementType.Int64 : ElementType.Float), shape))];
        var gradients = Gradients.Of(function(inputs), [.. inputs.Where(input => input.Type.IsReal())]);
        for (var i = 0; i < gradients.Length; i++)
            graph.Output($"gradient_{i}", gradients[i]!);
        DeadCode.Remove(graph);
        return graph.Nodes.Last(node => node.OpType == "Scan").Attribute<Graph>("body");
    }
}
