using MLSeqGraph.Onnx.Proto;
using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Operators as different operator sets write them, each against ONNX Runtime on the same file.</summary>
[TestClass]
public class OperatorVersionTests
{
    private static readonly TensorData X = FiniteDifferences.Random(ElementType.Float, 5, 2, 3, 4);

    private static IEnumerable<object[]> Cases
    {
        get
        {
            (string Name, long Opset, NodeProto[] Nodes, (string, TensorData)[] Tensors)[] all =
            [
                ("softmax over all axes from the first on", 11, [Node("Softmax", "x", "y", ("axis", 1))], []),
                ("softmax with the old default axis", 7, [Node("Softmax", "x", "y")], []),
                ("softmax over one axis", 13, [Node("Softmax", "x", "y", ("axis", 1))], []),
                ("log-softmax of old", 9, [Node("LogSoftmax", "x", "y")], []),
                ("clip by attributes", 7, [Node("Clip", "x", "y", ("min", -0.5f), ("max", 0.5f))], []),
                ("clip by inputs", 13, [Node("Clip", "x - most", "y")], [("most", TensorData.Scalar(0.25f))]),
                ("squeeze by attribute", 11, [Node("Unsqueeze", "x", "u", ("axes", new[] { 0L, 3L })), Node("Squeeze", "u", "y", ("axes",
                    new[] { 3L }))], []),
                ("squeeze of all", 13, [Node("Unsqueeze", "x at", "u"), Node("Squeeze", "u", "y")], [("at", TensorData.Vector(0L, -1L))]),
                ("sum by attribute", 11, [Node("ReduceSum", "x", "y", ("axes", new[] { 1L }), ("keepdims", 0))], []),
                ("sum by input", 13, [Node("ReduceSum", "x at", "y")], [("at", TensorData.Vector(-1L))]),
                ("sum of all", 13, [Node("ReduceSum", "x", "y")], []),
                ("sum of nothing", 13, [Node("ReduceSum", "x", "y", ("noop_with_empty_axes", 1))], []),
                ("mean by input", 18, [Node("ReduceMean", "x at", "y")], [("at", TensorData.Vector(0L, 2L))]),
                ("norms", 13, [Node("ReduceL2", "x", "a", ("axes", new[] { 1L })), Node("ReduceL1", "a", "y", ("axes", new[] { 2L }))], []),
                ("log of a sum of exponentials", 13, [Node("ReduceLogSumExp", "x", "y", ("axes", new[] { 1L }), ("keepdims", 0))], []),
                ("slice by attributes", 9, [Node("Slice", "x", "y", ("starts", new[] { 0L, -3L }), ("ends", new[] { 1L, 1000L }), ("axes",
                    new[] { 0L, 2L }))], []),
                ("slice with steps", 13, [Node("Slice", "x from to at by", "y")], [("from", TensorData.Vector(-1L, 0L)), ("to",
                    TensorData.Vector(long.MinValue, 4L)), ("at", TensorData.Vector(1L, 2L)), ("by", TensorData.Vector(-1L, 2L))]),
                ("split by attribute", 11, [Node("Split", "x", "a b", ("axis", 2), ("split", new[] { 1L, 3L })), Node("ReduceMax", "b", "m",
                    ("axes", new[] { 2L })), Node("Add", "a m", "y")], []),
                ("split in equal parts", 18, [Node("Split", "x", "a b", ("axis", 1), ("num_outputs", 2)), Node("ReduceMin", "a at", "m"),
                    Node("Add", "m b", "y")], [("at", TensorData.Vector(1L))]),
                ("reshape that copies and infers", 13, [Node("Reshape", "x to", "y")], [("to", TensorData.Vector(0L, -1L, 2L))]),
                ("flatten", 13, [Node("Flatten", "x", "y", ("axis", 2))], []),
                ("expand to a shape that is computed", 13, [Node("Shape", "x", "s"), Node("ReduceMean", "x", "m", ("axes", new[] { 1L })),
                    Node("Expand", "m s", "y")], []),
                ("a shape where -1 keeps the size", 13, [Node("ConstantOfShape", "three", "ones", ("value", TensorData.Vector(1L))),
                    Node("Equal", "wish minus", "open"), Node("Where", "open ones wish", "to"), Node("Expand", "x to", "y")],
                    [("three", TensorData.Vector(3L)), ("wish", TensorData.Vector(-1L, 3L, -1L)), ("minus", TensorData.Scalar(-1L))]),
                ("a range as long as an axis", 13, [Node("Shape", "x", "s"), Node("Gather", "s two", "n"), Node("Range", "zero n one", "r"),
                    Node("Cast", "r", "f", ("to", 1)), Node("Add", "x f", "y")],
                    [("two", TensorData.Scalar(2L)), ("zero", TensorData.Scalar(0L)), ("one", TensorData.Scalar(1L))]),
                ("gemm", 13, [Node("Flatten", "x", "f", ("axis", 1)), Node("Gemm", "f w c", "y", ("alpha", 0.5f), ("beta", 2f),
                    ("transB", 1))], [("w", FiniteDifferences.Random(ElementType.Float, 1, 5, 12)), ("c", FiniteDifferences.Random(
                    ElementType.Float, 2, 5))]),
                ("a matrix and a vector", 13, [Node("MatMul", "x v", "y")], [("v", FiniteDifferences.Random(ElementType.Float, 1, 4))]),
                ("layer normalization", 17, [Node("LayerNormalization", "x w b", "y", ("axis", 1))],
                    [("w", FiniteDifferences.Random(ElementType.Float, 1, 3, 4)), ("b", FiniteDifferences.Random(ElementType.Float, 2, 3,
                        4))]),
                ("instance normalization", 13, [Node("InstanceNormalization", "x w b", "y")], [("w", FiniteDifferences.Random(
                    ElementType.Float, 1, 3)), ("b", FiniteDifferences.Random(ElementType.Float, 2, 3))]),
                ("several operands", 13, [Node("Max", "x a b", "m"), Node("Min", "m x a", "n"), Node("Sum", "m n x", "s"), Node("Mean",
                    "s a",
                    "y")], [("a", TensorData.Scalar(0.1f)), ("b", TensorData.Vector(0f, 0.2f, -1f, 0.5f))]),
                ("functions", 18, [Node("HardSwish", "x", "a"), Node("PRelu", "a s", "b"), Node("Selu", "b", "c"), Node("Mish", "c", "d"),
                    Node("Softsign", "d", "e"), Node("Ceil", "e", "f"), Node("ThresholdedRelu", "x", "g", ("alpha", 0.3f)), Node("Add",
                    "f g", "y")], [("s", TensorData.Scalar(0.2f))]),
                ("a branch chosen by a size", 13, [Node("Shape", "x", "s"), Node("Gather", "s two", "n"), Node("Equal", "n four", "is"),
                    Node("If", "is", "y", ("then_branch", Graph([Node("Mul", "x x", "t")], ["t"])), ("else_branch",
                    Graph([Node("Neg", "x", "e")], ["e"])))], [("two", TensorData.Scalar(2L)), ("four", TensorData.Scalar(4L))]),
                ("operators of ONNX Runtime", 13, [Node("com.microsoft:SkipLayerNormalization", "x x w b", "n"),
                    Node("com.microsoft:FastGelu",
                    "n b", "g"), Node("com.microsoft:BiasGelu", "g b", "h"), Node("com.microsoft:Gelu", "h", "y")],
                    [("w", FiniteDifferences.Random(ElementType.Float, 1, 4)), ("b", FiniteDifferences.Random(ElementType.Float, 2, 4))]),
                ("attention of ONNX Runtime with a mask", 13, [Node("com.microsoft:Attention", "x w b m", "y", ("num_heads", 2))],
                    [("w", FiniteDifferences.Random(ElementType.Float, 1, 4, 12)), ("b", FiniteDifferences.Random(ElementType.Float, 2,
                        12)), ("m", TensorData.Create([1, 1, 0, 1, 1, 1], 2, 3))]),
                ("attention of ONNX Runtime with lengths, to earlier steps", 13, [Node("com.microsoft:Attention", "x w b m", "y",
                    ("num_heads", 4), ("unidirectional", 1))], [("w", FiniteDifferences.Random(ElementType.Float, 1, 4, 12)), ("b",
                        FiniteDifferences.Random(ElementType.Float, 2, 12)), ("m", TensorData.Vector(2, 3))]),
                ("convolutions and poolings", 11, [Node("Conv", "x w b", "c", ("pads", new[] { 1L, 1L }), ("group", 3)), Node(
                    "BatchNormalization", "c b b b one", "n", ("epsilon", 0.1f)), Node("MaxPool", "n", "m", ("kernel_shape", new[] { 2L }),
                    ("auto_pad", "SAME_UPPER")), Node("AveragePool", "m", "a", ("kernel_shape", new[] { 2L }), ("strides", new[] { 2L }),
                    ("ceil_mode", 1)), Node("ConvTranspose", "a w b", "t", ("group", 3), ("strides", new[] { 2L })), Node("HardSigmoid",
                        "t",
                    "h"), Node("GlobalAveragePool", "h", "g"), Node("GlobalMaxPool", "t", "k"), Node("Mul", "g k", "y")],
                    [("w", FiniteDifferences.Random(ElementType.Float, 1, 3, 1, 3)), ("b", FiniteDifferences.Random(ElementType.Float, 2,
                        3)),
                    ("one", TensorData.Vector(1f, 2f, 3f))]),
                ("padding by attributes", 10, [Node("Pad", "x", "y", ("pads", new[] { 0L, 1L, 0L, 0L, 0L, 2L }), ("value", 7f))], []),
                ("padding by inputs", 13, [Node("Pad", "x pads", "y", ("mode", "reflect"))], [("pads", TensorData.Vector(0L, 1L, 2L, 0L, 0L,
                    1L))]),
                ("padding that is computed", 13, [Node("ConstantOfShape", "four", "zeros", ("value", TensorData.Vector(0L))), Node("Concat",
                    "ends zeros", "all", ("axis", 0)), Node("Reshape", "all rows", "r"), Node("Slice", "r minus far zero minus", "back"),
                        Node(
                    "Transpose", "back", "t"), Node("Reshape", "t minus", "p"), Node("Cast", "p", "pads", ("to", 7)), Node("Pad", "x pads",
                    "y")], [("four", TensorData.Vector(4L)), ("ends", TensorData.Vector(1L, 2L)), ("rows", TensorData.Vector(-1L, 2L)),
                    ("minus", TensorData.Vector(-1L)), ("far", TensorData.Vector(long.MinValue)), ("zero", TensorData.Vector(0L))]),
                ("padding that cuts", 18, [Node("Pad", "x pads seven at", "y")], [("pads", TensorData.Vector(-1L, 2L)), ("seven",
                    TensorData.Scalar(7f)), ("at", TensorData.Vector(-1L))]),
                ("resizing by factors", 11, [Node("Resize", "x none scales", "y", ("mode", "linear"))], [("none",
                    TensorData.Vector<float>()),
                    ("scales", TensorData.Vector(1f, 1f, 2f))]),
                ("resizing to sizes", 13, [Node("Shape", "x", "s"), Node("Slice", "s zero two", "head"), Node("Concat", "head six", "to",
                    ("axis",
                    0)), Node("Resize", "x - - to", "y", ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor"))],
                    [("zero", TensorData.Vector(0L)), ("two", TensorData.Vector(2L)), ("six", TensorData.Vector(6L))]),
                ("resizing of old", 9, [Node("Upsample", "x scales", "y")], [("scales", TensorData.Vector(1f, 1f, 3f))]),
                ("the largest, sums and slices", 13, [Node("TopK", "x two", "v i", ("axis", 2)), Node("CumSum", "v last", "c"),
                    Node("Einsum",
                    "c c", "e", ("equation", "bij,bkj->bik")), Node("GatherND", "e at", "y")], [("two", TensorData.Vector(2L)), ("last",
                    TensorData.Scalar(2L)), ("at", TensorData.Create([0L, 1L, 1L, 2L], 2, 2))]),
                ("one-hot numbers", 13, [Node("ArgMax", "x", "i", ("axis", 2), ("keepdims", 0)), Node("OneHot", "i depth values", "y")],
                    [("depth", TensorData.Scalar(4L)), ("values", TensorData.Vector(-1f, 2f))]),
            ];
            return all.Select(one => new object[] { one.Name, Model(one.Opset, one.Nodes, [Input("x", ElementType.Float, "n", 3, 4)], ["y"],
                one.Tensors) });
        }
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gives_what_the_file_gives(string name, byte[] model) =>
        ImportedModelTests.Compare(model, new() { ["x"] = X });
}
