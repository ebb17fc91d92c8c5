using MLSeqGraph.Onnx;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Transforms;

// Rows that can't be read. OnnxTransformer hands them to the model as they are, and ONNX Runtime can't run some of them. So nodes behind
// those of the inputs put something in their place that can be read, and nodes in front of the outputs take away what the model says of
// it; or, where such rows are errors, a node fails whose name says what is wrong: ONNX Runtime's message has the names of nodes.
internal static partial class SingleRowModel
{
    // [1] Boolean
    private const string IsBad = Prefix + "is_bad";

    private const string None = Prefix + "none", One = Prefix + "one", NoNumber = Prefix + "no_number", Start = Prefix + "start",
        Steps = Prefix + "steps", Nothing = Prefix + "nothing", All = Prefix + "all", Unlabelled = Prefix + "unlabelled";

    /// <summary>What is done with bad rows in a model of this form; of an older one nothing.</summary>
    internal static BadRows BadRowsOf(ModelProto row) =>
        row.MetadataProps.Any(entry => entry.Key == BadRowsKey && entry.Value == nameof(BadRows.Skip)) ? BadRows.Skip : BadRows.Error;

    private static void AddGuards(GraphProto graph, IReadOnlyList<ModelInput> inputs, BadRows badRows)
    {
        foreach (var (name, value) in ((string, TensorData)[])[(None, TensorData.Vector(0L)), (One, TensorData.Vector(1L)),
            (NoNumber, TensorData.Scalar(float.NaN)), (Start, TensorData.Vector(0L)), (Steps, TensorData.Vector(1L)),
            (Nothing, TensorData.Scalar(0f)), (All, TensorData.Vector((long)int.MaxValue)), (Unlabelled, TensorData.Scalar(NoClass))])
            graph.Initializer.Add(OnnxWriter.WriteTensor(value, name));
        List<string> faults = [];
        foreach (var input in inputs)
        {
            if (input.MayBeMissing)
                AddPresence(graph, input);
            AddGuard(graph, input, faults);
        }

        if (inputs.Any(input => input.MayBeMissing))
            faults.Add(AddNonePresent(graph, [.. inputs.Where(input => input.MayBeMissing)]));
        string total = None;
        foreach (string fault in faults)
        {
            graph.Node.Add(Node("Add", fault + "_and_others", total, fault));
            total = fault + "_and_others";
        }

        if (badRows == BadRows.Error)
        {
            // 0 where there is no fault, else an index that isn't there
            var check = Node("Gather", Prefix + "checked", None, total);
            check.Name = $"{Prefix}{string.Join(" or ", inputs.Where(input => input.Kind != SequenceKind.Category)
                .Select(input => $"column '{input.Column}'"))}: the row is empty, too long, or has a number that is NaN or infinite";
            graph.Node.Add(check);
            total = Prefix + "checked";
        }

        graph.Node.Add(Node("Greater", IsBad, total, None));
    }

    // The nodes stand directly behind the one that gives the input. Faults are [1] Int64, above 0 for a bad row.
    private static void AddGuard(GraphProto graph, ModelInput input, List<string> faults)
    {
        if (input.Kind == SequenceKind.Category || (!input.Kind.IsReal() && input.FixedLength is not null))
            return;
        string to = input.InputName, own = $"{Prefix}{to}/row/", read = own + "read";
        int at = 0;
        while (!graph.Node[at].Output.Contains(to))
            at++;
        graph.Node[at].Output[0] = read;
        List<NodeProto> nodes = [];
        string value = read;
        string Append(NodeProto node)
        {
            nodes.Add(node);
            return node.Output[0];
        }

        if (input.Kind.IsReal())
        {
            // x - x is 0 for finite numbers alone; NaN may stand for a missing one
            string isNone = input.AllowsMissing || input.MayBeMissing ? Append(Node("IsInf", own + "is_none", read))
                : Append(Node("IsNaN", own + "is_none", Append(Node("Sub", own + "zero", read, read))));
            value = Append(Node("Where", own + "finite", isNone, Nothing, read));
            var count = Node("ReduceSum", own + "count", Append(Cast(own + "ones", isNone)));
            count.Attribute.Add(new AttributeProto { Name = "keepdims", Type = AttributeProto.Types.AttributeType.Int, I = 0 });
            faults.Add(Append(Node("Reshape", own + "nans", Append(count), One)));
        }

        if (!input.Kind.IsRow() && input.FixedLength is null)
        {
            string steps = Append(Size(own + "steps", read, 1));
            string missing = Append(Node("Max", own + "missing", Append(Node("Sub", own + "lacks", One, steps)), None));
            if (!input.MayBeMissing)
                faults.Add(missing);
            if (input.MaximumLength is { } most)
            {
                graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector((long)most), own + "most"));
                faults.Add(Append(Node("Max", own + "excess", Append(Node("Sub", own + "beyond", steps, own + "most")), None)));
                value = Append(Node("Slice", own + "cut", value, Start, own + "most", Steps));
            }

            graph.Initializer.Add(OnnxWriter.WriteTensor(TensorData.Vector((long)Math.Max(1, input.FeatureCount)), own + "width"));
            string[] sizes = input.Kind.IsReal() ? [One, missing, own + "width"] : [One, missing];
            var filled = Node("ConstantOfShape", own + "filled", Append(Along(0, Node("Concat", own + "sizes", sizes))));
            filled.Attribute.Add(new AttributeProto
            {
                Name = "value", Type = AttributeProto.Types.AttributeType.Tensor,
                // a known token: 0 may be padding
                T = OnnxWriter.WriteTensor(input.Kind.IsReal() ? TensorData.Vector(input.MayBeMissing ? float.NaN : 0f)
                    : TensorData.Vector(input.MayBeMissing ? ModelInput.UnknownToken : 1L), ""),
            });
            value = Append(Along(1, Node("Concat", own + "whole", value, Append(filled))));
            foreach (var lengths in graph.Node.Where(node => node.OpType == "Shape" && node.Output[0] == input.LengthsName))
                lengths.Input[0] = to;
        }

        nodes.Single(node => node.Output[0] == value).Output[0] = to;
        for (int i = 0; i < nodes.Count; i++)
            graph.Node.Insert(at + 1 + i, nodes[i]);
    }

    /// <summary>Takes away what is said of a bad row: numbers become NaN, classes unknown, and what has no fixed size empty.</summary>
    private static void AddMissing(GraphProto graph, string output, string value, ElementType type, bool isFixed)
    {
        if (isFixed)
        {
            graph.Node.Add(Node("Where", output, IsBad, type == ElementType.Float ? NoNumber : Unlabelled, value));
            return;
        }

        string end = Prefix + output + "/end";
        graph.Node.Add(Node("Where", end, IsBad, None, All));
        graph.Node.Add(Node("Slice", output, value, Start, end, Steps));
    }

    private static NodeProto Along(int axis, NodeProto node)
    {
        node.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = axis });
        return node;
    }
}
