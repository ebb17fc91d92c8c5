using static MLSeqGraph.Onnx.Tests.Evaluation;

namespace MLSeqGraph.Onnx.Tests.Operators;

[TestClass]
public class FunctionTests
{
    private static readonly float[] Points = [-2.5f, -1, -0.25f, 0.5f, 1, 3];

    private static void Check(Func<Value, Value> function, Func<double, double> expected, bool positive = false)
    {
        var points = positive ? Array.ConvertAll(Points, Math.Abs) : Points;
        Is(Of(v => function(v[0]), Tensor([2, 3], points)), [2, 3], Array.ConvertAll(points, x => (float)expected(x)));
    }

    [TestMethod]
    public void Values()
    {
        Check(Op.Neg, x => -x);
        Check(Op.Reciprocal, x => 1 / x);
        Check(Op.Sqrt, Math.Sqrt, positive: true);
        Check(Op.Exp, Math.Exp);
        Check(Op.Log, Math.Log, positive: true);
        Check(Op.Abs, Math.Abs);
        Check(Op.Sign, x => Math.Sign(x));
        Check(Op.Floor, Math.Floor);
        Check(Op.Sigmoid, x => 1 / (1 + Math.Exp(-x)));
        Check(Op.Tanh, Math.Tanh);
        Check(Op.Relu, x => Math.Max(x, 0));
        Check(Op.Softplus, x => Math.Log(1 + Math.Exp(x)));
        Check(Op.Sin, Math.Sin);
        Check(Op.Cos, Math.Cos);
        Check(x => Op.LeakyRelu(x, 0.1f), x => x >= 0 ? x : 0.1 * x);
        Check(x => Op.Elu(x, 1.5f), x => x >= 0 ? x : 1.5 * (Math.Exp(x) - 1));
        Check(x => Op.Clip(x, -1, 0.5), x => Math.Clamp(x, -1, 0.5));
        Check(x => Op.Clip(x, min: 0), x => Math.Max(x, 0));
        Check(x => Op.Clip(x), x => x);
    }

    [TestMethod]
    public void Error_function_and_gelu()
    {
        // erf(0.5) = 0.5204998778, and Φ(1) = 0.8413447461
        Is(Of(v => Op.Erf(v[0]), Tensor([3], -0.5f, 0, 0.5f)), [3], -0.5204998778f, 0, 0.5204998778f);
        Is(Of(v => Op.Gelu(v[0]), Tensor([3], -1f, 0, 1)), [3], -0.1586552539f, 0, 0.8413447461f);
    }

    [TestMethod]
    public void Gradients_at_kinks()
    {
        var zero = Tensor([1], 0.0);
        Is(Gradient(v => Op.Abs(v[0]), [zero])[0]!, [1], 0.0);
        Is(Gradient(v => Op.Relu(v[0]), [zero])[0]!, [1], 0.0);
        Is(Gradient(v => Op.Clip(v[0], 0, 1), [Tensor([4], -0.1, 0, 1, 1.1)])[0]!, [4], 0.0, 1, 1, 0);
        Is(Gradient(v => Op.LeakyRelu(v[0], 0.1f), [Tensor([1], 0f)])[0]!, [1], 1f);
    }

    [TestMethod]
    public void No_gradient_passes_through_steps()
    {
        var x = Tensor([2], 0.3, -0.7);
        Assert.IsNull(Gradient(v => Op.Sign(v[0]), [x])[0]);
        Assert.IsNull(Gradient(v => Op.Floor(v[0]), [x])[0]);
        Assert.IsNull(Gradient(v => Op.Cast(Op.Cast(v[0], ElementType.Int64), ElementType.Double), [x])[0]);
        Assert.IsNull(Gradient(v => Op.Cast(Op.Less(v[0], v[0].Number(0)), ElementType.Double), [x])[0]);
        Is(Gradient(v => v[0] * Op.Sign(v[0]), [x])[0]!, [2], 1.0, -1);
    }

    [TestMethod]
    public void Stopped_gradient()
    {
        var x = Tensor([2], 2.0, 3);
        Is(Of(v => Op.StopGradient(v[0]), x), [2], 2.0, 3);
        Assert.IsNull(Gradient(v => Op.StopGradient(v[0]), [x])[0]);
        Is(Gradient(v => v[0] * Op.StopGradient(v[0] * v[0]), [x])[0]!, [2], 4.0, 9);
    }

    [TestMethod]
    public void Stopped_gradient_is_an_identity_in_the_file()
    {
        var graph = new Graph("test");
        graph.Output("same", Op.StopGradient(graph.Input("x", ElementType.Float, [2])));
        var node = OnnxWriter.Write(graph).Graph.Node[0];
        Assert.AreEqual("Identity", node.OpType);
        Assert.IsEmpty(node.Attribute);
    }
}
