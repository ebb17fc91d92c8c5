using Google.Protobuf;
using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>Writes a graph as an ONNX model.</summary>
internal static class OnnxWriter
{
    internal const int IrVersion = 8, DefaultOpset = 18, TableVersion = 2;

    // Operations, besides our own, that do less work where an output is left out.
    private static readonly HashSet<string> WithOptionalOutputs = ["GRU", "LSTM", "LayerNormalization", "MaxPool", "RNN"];

    /// <param name="graph">The graph.</param>
    /// <param name="metadata">The file's metadata.</param>
    /// <param name="opset">The version of ONNX's operators.</param>
    /// <param name="isShort">Whether values that have no name of their own get short ones: names are a third of a small file. Nodes keep
    /// theirs.</param>
    internal static ModelProto Write(Graph graph, IEnumerable<KeyValuePair<string, string>>? metadata = null, int opset = DefaultOpset,
        bool isShort = false)
    {
        var model = new ModelProto
        {
            IrVersion = IrVersion,
            ProducerName = "MLSeqGraph",
            ProducerVersion = typeof(OnnxWriter).Assembly.GetName().Version!.ToString(3),
            Graph = WriteGraph(graph, new(graph, isShort)),
        };
        model.OpsetImport.Add(new OperatorSetIdProto { Domain = "", Version = opset });
        if (graph.UsesKernels)
            model.OpsetImport.Add(new OperatorSetIdProto { Domain = Kernel.Domain, Version = 1 });
        foreach (var domain in (string[])[Op.TableDomain, Op.RuntimeDomain])
            if (Uses(graph, domain))
                model.OpsetImport.Add(new OperatorSetIdProto { Domain = domain, Version = domain == Op.TableDomain ? TableVersion : 1 });
        foreach (var (key, value) in metadata ?? [])
            model.MetadataProps.Add(new StringStringEntryProto { Key = key, Value = value });
        return model;
    }

    private static bool Uses(Graph graph, string domain) =>
        graph.Nodes.Any(node => node.Domain == domain || node.Bodies.Any(body => Uses(body, domain)));

    private static GraphProto WriteGraph(Graph graph, Written written)
    {
        var proto = new GraphProto { Name = graph.Name, DocString = graph.Description ?? "" };
        foreach (var input in graph.Inputs)
        {
            proto.Input.Add(Info(written.NameOf(input), input));
            if (input.DefaultValue is { } value)
                proto.Initializer.Add(WriteTensor(value, input.Name));
        }
        foreach (var constant in graph.Constants)
            proto.Initializer.Add(WriteTensor(constant.Constant!, written.NameOf(constant)));
        foreach (var node in graph.Nodes)
        {
            proto.Node.Add(WriteNode(node, written));
            if (node.Domain == Kernel.Domain || node.TellsShape) // ONNX Runtime can't infer the shapes itself
                proto.ValueInfo.AddRange(node.Outputs.Where(written.Read.Contains).Except(graph.Outputs.Select(output => output.Value))
                    .Select(output => Info(written.NameOf(output), output)));
        }
        foreach (var (name, value) in graph.Outputs)
        {
            proto.Output.Add(Info(name == value.Name ? written.NameOf(value) : name, value));
            if (name != value.Name)
                proto.Node.Add(new NodeProto { OpType = "Identity", Name = name, Input = { written.NameOf(value) }, Output = { name } });
        }
        return proto;
    }

    private static NodeProto WriteNode(Node node, Written written)
    {
        var proto = new NodeProto { OpType = node.OpType, Domain = node.Domain, Name = node.Name };
        var inputs = node.ReadInputs;
        while (inputs > 0 && node.Inputs[inputs - 1] is null)
            inputs--;
        for (var i = 0; i < inputs; i++)
            proto.Input.Add(node.Inputs[i] is { } input ? written.NameOf(input) : "");
        var outputs = node.Outputs.Count;
        while (outputs > 1 && IsLeftOut(node, outputs - 1, written.Read))
            outputs--;
        for (var i = 0; i < outputs; i++)
            proto.Output.Add(outputs > 1 && IsLeftOut(node, i, written.Read) ? "" : written.NameOf(node.Outputs[i]));
        foreach (var (name, value) in node.Attributes)
            proto.Attribute.Add(WriteAttribute(name, value, written));
        return proto;
    }

    private static bool IsLeftOut(Node node, int output, HashSet<Value> read) => !read.Contains(node.Outputs[output])
        && (node.Domain == Kernel.Domain ? KernelTable.Of(node).Outputs[output].IsOptional : WithOptionalOutputs.Contains(node.OpType));

    internal static AttributeProto WriteAttribute(string name, object value) => WriteAttribute(name, value, null);

    private static AttributeProto WriteAttribute(string name, object value, Written? written)
    {
        var proto = new AttributeProto { Name = name };
        switch (value)
        {
            case long number:
                (proto.Type, proto.I) = (AttributeProto.Types.AttributeType.Int, number);
                break;
            case float number:
                (proto.Type, proto.F) = (AttributeProto.Types.AttributeType.Float, number);
                break;
            case string text:
                (proto.Type, proto.S) = (AttributeProto.Types.AttributeType.String, ByteString.CopyFromUtf8(text));
                break;
            case long[] numbers:
                proto.Type = AttributeProto.Types.AttributeType.Ints;
                proto.Ints.AddRange(numbers);
                break;
            case float[] numbers:
                proto.Type = AttributeProto.Types.AttributeType.Floats;
                proto.Floats.AddRange(numbers);
                break;
            case string[] texts:
                proto.Type = AttributeProto.Types.AttributeType.Strings;
                proto.Strings.AddRange(texts.Select(ByteString.CopyFromUtf8));
                break;
            case TensorData tensor:
                (proto.Type, proto.T) = (AttributeProto.Types.AttributeType.Tensor, WriteTensor(tensor, ""));
                break;
            case Graph body:
                (proto.Type, proto.G) = (AttributeProto.Types.AttributeType.Graph, WriteGraph(body, written!));
                break;
            default:
                throw new GraphException($"Attribute '{name}' has a value of type {value.GetType()}, which ONNX files can't hold.");
        }
        return proto;
    }

    internal static TensorProto WriteTensor(TensorData tensor, string name)
    {
        var proto = new TensorProto { Name = name, DataType = (int)tensor.Type };
        proto.Dims.AddRange(tensor.Sizes);
        if (tensor.Type == ElementType.String)
            proto.StringData.AddRange(tensor.As<string>().Select(ByteString.CopyFromUtf8));
        else
            proto.RawData = ByteString.CopyFrom(tensor.Bytes);
        return proto;
    }

    private static ValueInfoProto Info(string name, Value value)
    {
        var shape = new TensorShapeProto();
        foreach (var dim in value.Shape)
        {
            var proto = new TensorShapeProto.Types.Dimension();
            if (dim.IsKnown)
                proto.DimValue = dim.Size;
            else if (dim.ToString() is var text && text.All(c => char.IsLetterOrDigit(c) || c is '_' or '/')) // products and sums stay open
                proto.DimParam = text;
            shape.Dim.Add(proto);
        }
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)value.Type, Shape = shape } } };
    }

    /// <summary>What is known of a model's values while it is written.</summary>
    private sealed class Written(Graph root, bool isShort)
    {
        private readonly HashSet<Value> _outputs = [.. root.Outputs.Select(output => output.Value)];
        private readonly Dictionary<Value, string> _short = [];

        /// <summary>Everything that a node, a loop's body or the outside reads.</summary>
        internal HashSet<Value> Read { get; } = [.. ReadBy(root)];

        internal string NameOf(Value value)
        {
            if (!isShort || !value.IsNameless || _outputs.Contains(value))
                return value.Name;
            if (!_short.TryGetValue(value, out var name))
                _short[value] = name = $"_{_short.Count:x}"; // no name of ours begins with it
            return name;
        }

        private static IEnumerable<Value> ReadBy(Graph graph) =>
            graph.Outputs.Select(output => output.Value)
                .Concat(graph.Nodes.SelectMany(node => node.Inputs.OfType<Value>().Concat(node.Bodies.SelectMany(ReadBy))));
    }
}
