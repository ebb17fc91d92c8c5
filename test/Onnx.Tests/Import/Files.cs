using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;
using static MLSeqGraph.Onnx.Proto.AttributeProto.Types;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Small model files, written as other programs write them.</summary>
internal static class Files
{
    internal static byte[] Model(long opset, NodeProto[] nodes, ValueInfoProto[] inputs, string[] outputs,
        params (string Name, TensorData Data)[] tensors)
    {
        var graph = Graph(nodes, outputs, tensors);
        graph.Input.AddRange(inputs);
        var model = new ModelProto { IrVersion = 8, Graph = graph };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "com.microsoft", Version = 1 });
        return model.ToByteArray();
    }

    internal static GraphProto Graph(NodeProto[] nodes, string[] outputs, params (string Name, TensorData Data)[] tensors)
    {
        var graph = new GraphProto { Name = "other" };
        graph.Node.AddRange(nodes);
        graph.Initializer.AddRange(tensors.Select(tensor => OnnxWriter.WriteTensor(tensor.Data, tensor.Name)));
        graph.Output.AddRange(outputs.Select(name => new ValueInfoProto
            { Name = name, Type = new() { TensorType = new() { ElemType = (int)ElementType.Float } } }));
        return graph;
    }

    internal static ValueInfoProto Input(string name, ElementType type, params Dim[] shape)
    {
        var dims = new TensorShapeProto();
        foreach (var dim in shape)
            dims.Dim.Add(dim.IsKnown ? new TensorShapeProto.Types.Dimension { DimValue = dim.Size }
                : new TensorShapeProto.Types.Dimension { DimParam = $"{dim}" });
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)type, Shape = dims } } };
    }

    internal static NodeProto Node(string op, string inputs, string outputs, params (string Name, object Value)[] attributes)
    {
        var domain = op.Contains(':') ? op.Split(':')[0] : "";
        var node = new NodeProto { OpType = op.Split(':')[^1], Domain = domain, Name = $"{op}_{outputs}" };
        node.Input.AddRange(inputs.Length == 0 ? [] : inputs.Split(' ').Select(name => name == "-" ? "" : name));
        node.Output.AddRange(outputs.Split(' '));
        node.Attribute.AddRange(attributes.Select(attribute => attribute.Value is GraphProto body
            ? new AttributeProto { Name = attribute.Name, Type = AttributeType.Graph, G = body }
            : OnnxWriter.WriteAttribute(attribute.Name, attribute.Value is int number ? (long)number : attribute.Value)));
        return node;
    }

    /// <summary>A layer of a Transformer encoder as PyTorch writes it, [batch, time] tokens to [batch, time, 8], with a mask.</summary>
    internal static byte[] Encoder(long opset = 13)
    {
        TensorData W(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Float, seed, sizes);
        var axesAreInputs = opset >= 13;
        NodeProto Unsqueeze(string x, string y, long axis) => axesAreInputs ? Node("Unsqueeze", $"{x} axis{axis}", y)
            : Node("Unsqueeze", x, y, ("axes", new[] { axis }));
        NodeProto[] Split(string x) =>
        [
            Node("Shape", x, x + "_s"), Node("Gather", $"{x}_s zero", x + "_b", ("axis", 0)), Node("Shape", x, x + "_s2"),
            Node("Gather", $"{x}_s2 one", x + "_t", ("axis", 0)), Unsqueeze(x + "_b", x + "_bu", 0), Unsqueeze(x + "_t", x + "_tu", 0),
            Node("Concat", $"{x}_bu {x}_tu heads size", x + "_to", ("axis", 0)), Node("Reshape", $"{x} {x}_to", x + "_h"),
            Node("Transpose", x + "_h", x + "_p", ("perm", x == "k" ? new long[] { 0, 2, 3, 1 } : [0, 2, 1, 3])),
        ];
        NodeProto[] Norm(string x, string y) =>
        [
            Node("ReduceMean", x, y + "_m", ("axes", new[] { -1L })), Node("Sub", $"{x} {y}_m", y + "_c"), Node("Pow", $"{y}_c two", y
                + "_q"),
            Node("ReduceMean", y + "_q", y + "_v", ("axes", new[] { -1L })), Node("Add", $"{y}_v eps", y + "_e"),
            Node("Sqrt", y + "_e", y + "_d"), Node("Div", $"{y}_c {y}_d", y + "_n"), Node("Mul", $"{y}_n norm.weight", y + "_g"),
            Node("Add", $"{y}_g norm.bias", y),
        ];
        NodeProto[] Linear(string x, string name, string y) =>
            [Node("MatMul", $"{x} {(name == "q" ? "11" : $"layer.0.{name}.w")}", y + "_x"), Node("Add", $"layer.0.{name}.bias {y}_x", y)];
        NodeProto[] nodes =
        [
            Node("Shape", "ids", "ids_s"), Node("Gather", "ids_s one", "ids_t", ("axis", 0)), Unsqueeze("ids_t", "ids_tu", 0),
            Node("Slice", "places axis0 ids_tu axis1 axis1", "at"), Node("Gather", "table ids", "words"), Node("Gather", "positions at",
                "where"),
            Node("Add", "words where", "x0"), .. Norm("x0", "x"),
            Unsqueeze("mask", "mask1", 1), Unsqueeze("mask1", "mask2", 2), Node("Cast", "mask2", "maskf", ("to", 1)),
            Node("Sub", "unit maskf", "hidden"), Node("Mul", "hidden large", "bias"),
            .. Linear("x", "q", "q"), .. Linear("x", "k", "k"), .. Linear("x", "v", "v"), .. Split("q"), .. Split("k"), .. Split("v"),
            Node("MatMul", "q_p k_p", "scores"), Node("Div", "scores root", "scaled"), Node("Add", "scaled bias", "masked"),
            Node("Softmax", "masked", "weights", ("axis", 3)), Node("MatMul", "weights v_p", "mixed"),
            Node("Transpose", "mixed", "merged", ("perm", new long[] { 0, 2, 1, 3 })),
            Node("Shape", "merged", "ms"), Node("Gather", "ms zero", "mb", ("axis", 0)), Unsqueeze("mb", "mbu", 0),
            Node("Concat", "mbu rest width", "mto", ("axis", 0)), Node("Reshape", "merged mto", "flat"), .. Linear("flat", "o", "o"),
            Node("Add", "o x", "r"), .. Norm("r", "y"), .. Linear("y", "f", "f"), Node("Div", "f sqrt2", "fs"), Node("Erf", "fs", "fe"),
            Node("Add", "fe unit", "f1"), Node("Mul", "f f1", "f2"), Node("Mul", "f2 half", "last"),
        ];
        return Model(opset, nodes, [Input("ids", ElementType.Int64, "batch", "seq"), Input("mask", ElementType.Int64, "batch", "seq")],
            ["last"],
            ("table", W(1, 20, 8)), ("positions", W(2, 12, 8)), ("places", TensorData.Create([.. Enumerable.Range(0, 12).Select(i =>
                (long)i)],
                1, 12)),
            ("norm.weight", W(3, 8)), ("norm.bias", W(4, 8)), ("11", W(5, 8, 8)), ("layer.0.q.bias", W(6, 8)), ("layer.0.k.w", W(7, 8, 8)),
            ("layer.0.k.bias", W(8, 8)), ("layer.0.v.w", W(9, 8, 8)), ("layer.0.v.bias", W(10, 8)), ("layer.0.o.w", W(11, 8, 8)),
            ("layer.0.o.bias", W(12, 8)), ("layer.0.f.w", W(13, 8, 6)), ("layer.0.f.bias", W(14, 6)),
            ("axis0", TensorData.Vector(0L)), ("axis1", TensorData.Vector(1L)), ("axis2", TensorData.Vector(2L)),
            ("zero", TensorData.Scalar(0L)), ("one", TensorData.Scalar(1L)), ("heads", TensorData.Vector(2L)), ("size",
                TensorData.Vector(4L)),
            ("rest", TensorData.Vector(-1L)), ("width", TensorData.Vector(8L)), ("two", TensorData.Scalar(2f)),
            ("eps", TensorData.Scalar(1e-12f)), ("unit", TensorData.Scalar(1f)), ("large", TensorData.Scalar(-10000f)),
            ("root", TensorData.Scalar(2f)), ("sqrt2", TensorData.Scalar(MathF.Sqrt(2))), ("half", TensorData.Scalar(0.5f)));
    }

    internal static Dictionary<string, TensorData> Sentences(int batch, int time, int seed = 1)
    {
        var random = new Random(seed);
        long[] Draw(int to) => [.. Enumerable.Range(0, batch * time).Select(_ => (long)random.Next(to))];
        return new() { ["ids"] = TensorData.Create(Draw(20), batch, time), ["mask"] = TensorData.Create(Draw(2), batch, time) };
    }
}
