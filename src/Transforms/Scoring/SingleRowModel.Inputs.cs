using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

// The nodes put in front, from a row's columns to the model's inputs.
internal static partial class SingleRowModel
{
    /// <summary>The input of this form, and the column it is fed from, for an input of the model.</summary>
    internal static string InputOf(ModelInput input) => input.Name is null ? Sequence : $"mlseqgraph.side.{input.Name}";

    internal static void AddInput(GraphProto graph, ModelInput input, bool takesLengths)
    {
        string from = InputOf(input), to = input.InputName;
        if (input.Kind.IsRow())
        {
            AddRowInput(graph, input, from, to);
            return;
        }

        // In older files lengths default to all steps.
        if (takesLengths && graph.Initializer.All(tensor => tensor.Name != input.LengthsName))
            graph.Node.Insert(0, Size(input.LengthsName!, from, 1));
        // ONNX Runtime takes dimensions of one name for equal.
        var steps = input.FixedLength is { } length ? Fixed(length)
            : Open(input.Name is null || input.MatchesSteps ? "steps" : $"{input.Name}_steps");
        if (input.Kind == SequenceKind.Real)
        {
            graph.Input.Add(Tensor(from, (int)ElementType.Float, Fixed(1), steps, Fixed(input.FeatureCount)));
            graph.Node.Insert(0, Node("Identity", to, from));
            return;
        }

        graph.Input.Add(Tensor(from, ItemType(input), Fixed(1), steps));
        List<NodeProto> nodes = [];
        string values = from;
        void Append(string name, Func<string, NodeProto> node) => nodes.Add(node(values = $"{Prefix}{to}/{name}"));
        void Constant(string name, long value) =>
            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Scalar(value), $"{Prefix}{to}/{name}"));
        Append("ids", output => Cast(output, from));
        if (input.TokenOffset != 0)
        {
            Constant("offset", input.TokenOffset);
            string before = values;
            Append("tokens", output => Node("Add", output, before, $"{Prefix}{to}/offset"));
        }

        // A single row has no padding: 0 is an unknown token wherever it stands.
        if (input.Padding is { } padding)
        {
            Constant("padding", padding);
            Constant("unknown", ModelInput.UnknownToken);
            string before = values;
            Append("is_unknown", output => Node("Equal", output, before, $"{Prefix}{to}/padding"));
            Append("known", output => Node("Where", output, $"{Prefix}{to}/is_unknown", $"{Prefix}{to}/unknown", before));
        }

        nodes[^1].Output[0] = to;
        for (int i = 0; i < nodes.Count; i++)
            graph.Node.Insert(i, nodes[i]);
    }

    /// <summary>A node that gives one size of a tensor, as a vector of one element.</summary>
    internal static NodeProto Size(string output, string input, int axis)
    {
        var node = Node("Shape", output, input);
        node.Attribute.Add(new AttributeProto { Name = "start", Type = AttributeProto.Types.AttributeType.Int, I = axis });
        node.Attribute.Add(new AttributeProto { Name = "end", Type = AttributeProto.Types.AttributeType.Int, I = axis + 1 });
        return node;
    }

    // Scalar columns, too, are fed as [1, size].
    internal static void AddRowInput(GraphProto graph, ModelInput input, string from, string to)
    {
        if (input.Kind == SequenceKind.Vector)
        {
            graph.Input.Add(Tensor(from, (int)ElementType.Float, Fixed(1), Fixed(input.FeatureCount)));
            graph.Node.Insert(0, Node("Identity", to, from));
            return;
        }

        string ids = Prefix + to + "/ids", sizes = Prefix + to + "/sizes";
        graph.Input.Add(Tensor(from, ItemType(input), Fixed(1), Fixed(1)));
        graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector(1L), sizes));
        graph.Node.Insert(0, Cast(ids, from));
        graph.Node.Insert(1, Node("Reshape", to, ids, sizes));
    }

    // ONNX's numbers for the types of keys and integers.
    private static int ItemType(ModelInput input) => input.ItemType switch
    {
        "Byte" => 2,
        "UInt16" => 4,
        "Int32" => 6,
        "Int64" => 7,
        "UInt32" => 12,
        _ => 13,
    };
}
