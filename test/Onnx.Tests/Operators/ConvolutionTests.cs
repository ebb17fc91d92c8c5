namespace MLSeqGraph.Onnx.Tests;

[TestClass]
public class ConvolutionTests
{
    private static Value X(params Dim[] shape) => new Graph("test").Input("x", ElementType.Float, [.. shape]);

    private static Value W(Value x, params long[] sizes) => x.Graph.Constant(TensorData.Zeros(ElementType.Float, sizes), "w");

    [TestMethod]
    public void Sizes_known_by_name_stay_sums_where_they_can()
    {
        var x = X("batch", 2, "time");
        Assert.AreEqual("[batch, 3, time-4]", Op.Conv(x, W(x, 3, 2, 3), window: new() { Dilations = [2] }).Shape.ToString());
        Assert.AreEqual("[batch, 3, time]", Op.Conv(x, W(x, 3, 2, 4), window: new() { AutoPad = AutoPad.SameLower }).Shape.ToString());
        Assert.AreEqual("[batch, 3, (time-1)/2]", Op.Conv(x, W(x, 3, 2, 3), window: new() { Strides = [2] }).Shape.ToString());
        var even = X("batch", 2, (Dim)2 * "time");
        Assert.AreEqual("[batch, 3, time]", Op.Conv(even, W(even, 3, 2, 2), window: new() { Strides = [2] }).Shape.ToString());
        Assert.AreEqual("[batch, 3, time-1]", Op.Conv(even, W(even, 3, 2, 3), window: new() { Strides = [2] }).Shape.ToString());
        Assert.AreEqual("[batch, 2, 2*time+1]",
            Op.ConvTranspose(x, W(x, 2, 2, 3), window: new() { Strides = [2] }).Shape.ToString());
    }

    [TestMethod]
    [DataRow("a weight of other channels", "divide channels and outputs; got x Float [2, 4, 5] and w Float [6, 3, 2]")]
    [DataRow("groups that don't divide the channels", "3 groups that divide channels and outputs; got x Float [2, 4, 5] and w")]
    [DataRow("groups that don't divide the outputs", "4 groups that divide channels and outputs; got x Float [2, 4, 5] and w")]
    [DataRow("no spatial axis", "one or more spatial axes")]
    [DataRow("a kernel of another rank", "one or more spatial axes")]
    [DataRow("a kernel larger than the input",
        "fits into the padded input; got one over 9 positions (kernel 5, dilation 2) on axis 2 of x [2, 4, 5], which has 5 + 1 + 2")]
    [DataRow("two strides", "expected 1 strides of at least 1 for x [2, 4, 5]; got [1, 2]")]
    [DataRow("a stride of 0", "expected 1 strides of at least 1")]
    [DataRow("one number of padding", "expected 2 pads of at least 0")]
    [DataRow("padding beside the automatic one", "expected no pads beside AutoPad SameUpper; got [1, 1]")]
    [DataRow("the same size of an unknown one with strides",
        "an axis of known size for the padding that strides of 2 need; got one of size 't'")]
    [DataRow("a bias of another size", "a bias Float [6]")]
    [DataRow("output padding of the stride", "an output padding below stride 2 or dilation 1, not 2")]
    [DataRow("groups of a transposed convolution", "with 3 groups that divide channels")]
    [DataRow("padding that leaves nothing", "padding that leaves a result on axis 2, not 4 + 3 of 6")]
    [DataRow("a pooling padded by its whole window", "less padding than the window's 2 positions, not 2 and 0")]
    [DataRow("a dilated mean", "dilations of 1, not [2]")]
    [DataRow("a pooling over an unknown axis' end", "an axis 2 of known size for windows past its end")]
    [DataRow("a pooling larger than the input", "fits into the padded input; got one over 6 positions")]
    [DataRow("statistics of other channels", "scale, bias, mean and variance [channels] of its type")]
    public void Bad_operands(string what, string expected)
    {
        var x = X(2, 4, 5);
        var exception = Assert.ThrowsExactly<GraphException>(() => what switch
        {
            "a weight of other channels" => Op.Conv(x, W(x, 6, 3, 2)),
            "groups that don't divide the channels" => Op.Conv(x, W(x, 6, 1, 2), groups: 3),
            "groups that don't divide the outputs" => Op.Conv(x, W(x, 6, 1, 2), groups: 4),
            "no spatial axis" => Op.Conv(X(2, 4), W(x, 6, 4)),
            "a kernel of another rank" => Op.Conv(x, W(x, 6, 4, 2, 2)),
            "a kernel larger than the input" => Op.Conv(x, W(x, 6, 4, 5), window: new() { Dilations = [2], Pads = [1, 2] }),
            "two strides" => Op.Conv(x, W(x, 6, 4, 2), window: new() { Strides = [1, 2] }),
            "a stride of 0" => Op.Conv(x, W(x, 6, 4, 2), window: new() { Strides = [0] }),
            "one number of padding" => Op.Conv(x, W(x, 6, 4, 2), window: new() { Pads = [1] }),
            "padding beside the automatic one" => Op.Conv(x, W(x, 6, 4, 2), window: new() { AutoPad = AutoPad.SameUpper, Pads = [1, 1] }),
            "the same size of an unknown one with strides" =>
                Op.Conv(X(2, 4, "t"), W(x, 6, 4, 2), window: new() { AutoPad = AutoPad.SameUpper, Strides = [2] }),
            "a bias of another size" => Op.Conv(x, W(x, 6, 4, 2), W(x, 5)),
            "output padding of the stride" => Op.ConvTranspose(x, W(x, 4, 6, 2), window: new() { Strides = [2] }, outputPadding: [2]),
            "groups of a transposed convolution" => Op.ConvTranspose(x, W(x, 4, 6, 2), groups: 3),
            "padding that leaves nothing" => Op.ConvTranspose(x, W(x, 4, 6, 2), window: new() { Pads = [4, 3] }),
            "a pooling padded by its whole window" => Op.MaxPool(x, [2], new() { Pads = [2, 0] }),
            "a dilated mean" => Op.AveragePool(x, [2], new() { Dilations = [2] }),
            "a pooling over an unknown axis' end" => Op.MaxPool(X(2, 4, "t"), [3], new() { Strides = [2] }, ceiling: true),
            "a pooling larger than the input" => Op.MaxPool(x, [6]),
            "statistics of other channels" => Op.BatchNormalization(x, W(x, 4), W(x, 4), W(x, 3), W(x, 4)),
            _ => throw new AssertFailedException(what),
        });
        StringAssert.Contains(exception.Message, expected);
    }

    [TestMethod]
    [DataRow("ij,jk", "an arrow")]
    [DataRow("ij,jk->ik,l", "an arrow")]
    [DataRow("iij,jk->ik", "different letters")]
    [DataRow("ij,jk->il", "an axis 'l' for the result")]
    [DataRow("ij,ik->jk", "axes 'i' of one size")]
    [DataRow("ij,jkl->ik", "a list of different letters for the axes of each operand")]
    public void Bad_equations(string equation, string expected)
    {
        var x = X(2, 3);
        var exception = Assert.ThrowsExactly<GraphException>(() => Op.Einsum(equation, x, W(x, 3, 4)));
        StringAssert.Contains(exception.Message, expected);
    }

    [TestMethod]
    public void Bad_places_and_counts()
    {
        var x = X(2, 3);
        var places = x.Graph.Constant(TensorData.Create([0L, 0L, 0L], 1, 3));
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.GatherND(x, places)).Message,
            "index the next; got x Float [2, 3]");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.TopK(x, 4)).Message, "an axis 1 of as many, not 4");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.PadByElements(x, 1, 3, 0, reflect: true)).Message,
            "below the axis' size, not 3 and 0");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => Op.Resize(X(1, 2, 3), [2, 2])).Message, "each spatial axis");
    }

    [TestMethod]
    public void Padding_never_wins()
    {
        var graph = new Graph("test");
        var x = graph.Input("x", ElementType.Float, [1, 1, "t"]);
        graph.Output("y", Op.MaxPool(x, [3], new() { Pads = [2, 2] }));
        using var session = new OnnxSession(graph);
        var y = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create([-3f, -2f], 1, 1, 2) })["y"];
        CollectionAssert.AreEqual(new[] { -3f, -2f, -2f, -2f }, y.As<float>());
    }

    [TestMethod]
    public void Deployed_pooling_has_one_output()
    {
        var x = X(1, 1, 4);
        x.Graph.Output("y", Op.MaxPool(x, [2]));
        Assert.HasCount(1, OnnxWriter.Write(x.Graph).Graph.Node.Single().Output);
    }
}
