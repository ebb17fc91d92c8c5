using MLSeqGraph.Onnx.Proto;

namespace MLSeqGraph.Onnx;

/// <summary>The graph of a model file, or a body inside it, with its tensors read and its names checked; constant nodes count as
/// tensors.</summary>
internal sealed class ParsedGraph
{
    private readonly Dictionary<string, NodeProto> _producers = new(StringComparer.Ordinal);
    private readonly Dictionary<AttributeProto, ParsedGraph> _bodies = new(ReferenceEqualityComparer.Instance);

    /// <exception cref="ImportException">Two values have one name, or a tensor can't be read.</exception>
    internal ParsedGraph(GraphProto proto, ParsedGraph? parent = null)
    {
        (Proto, Parent) = (proto, parent);
        foreach (var tensor in proto.Initializer)
            Add(tensor.Name, tensor);
        foreach (var node in proto.Node)
        {
            if (node is { OpType: "Constant", Domain: "" or "ai.onnx", Output.Count: 1 })
            {
                AddConstant(node);
                continue;
            }
            foreach (var output in node.Output.Where(output => output.Length > 0))
                if (!_producers.TryAdd(output, node) || Tensors.ContainsKey(output) || proto.Input.Any(input => input.Name == output))
                    throw new ImportException($"{Describe(node)}: its output '{output}' has a name that another value has");
            foreach (var attribute in node.Attribute.Where(attribute => attribute.G is not null))
                _bodies[attribute] = new ParsedGraph(attribute.G, this);
        }
        if (proto.Input.GroupBy(input => input.Name).FirstOrDefault(same => same.Count() > 1) is { } repeated)
            throw new ImportException($"two inputs are called '{repeated.Key}'");
    }

    private void Add(string name, TensorProto tensor)
    {
        // A tensor of a type that can't be read matters only where something reads it.
        if (!Tensors.TryAdd(name, TensorReader.IsSupported(tensor) ? TensorReader.Read(tensor) : null))
            throw new ImportException($"two tensors are called '{name}'");
        tensor.ClearRawData();
    }

    private void AddConstant(NodeProto node)
    {
        var value = node.Attribute.FirstOrDefault(attribute => attribute.Name.StartsWith("value", StringComparison.Ordinal))
            ?? throw new ImportException($"{Describe(node)} has no value that is supported");
        if (value.Name == "value" && value.T is { } tensor)
            Add(node.Output[0], tensor);
        else if (!Tensors.TryAdd(node.Output[0], value.Name switch
        {
            "value_int" => TensorData.Scalar(value.I),
            "value_float" => TensorData.Scalar(value.F),
            "value_string" => TensorData.Scalar(value.S.ToStringUtf8()),
            "value_ints" => TensorData.Vector(value.Ints.ToArray()),
            "value_floats" => TensorData.Vector(value.Floats.ToArray()),
            "value_strings" => TensorData.Vector(value.Strings.Select(text => text.ToStringUtf8()).ToArray()),
            _ => throw new ImportException($"{Describe(node)} has a {value.Name}, which is not supported"),
        }))
        {
            throw new ImportException($"two tensors are called '{node.Output[0]}'");
        }
    }

    internal GraphProto Proto { get; }

    /// <summary>The graph around this one, if it is a body; otherwise null.</summary>
    internal ParsedGraph? Parent { get; }

    /// <summary>The graph's tensors by name; null for those of types that can't be read.</summary>
    internal Dictionary<string, TensorData?> Tensors { get; private set; } = new(StringComparer.Ordinal);

    /// <summary>A tensor of the graph or of a body in it.</summary>
    internal TensorData TensorOf(string name) => Find(name)!;

    /// <summary>A tensor of the graph or of a body in it; null where there is none, or of a type that can't be read.</summary>
    internal TensorData? Find(string name) => All.FirstOrDefault(graph => graph.Tensors.ContainsKey(name))?.Tensors[name];

    /// <summary>The same graph with another tensor in place of one of its own.</summary>
    /// <exception cref="ImportException">The tensor is inside a body.</exception>
    internal ParsedGraph With(string name, TensorData tensor)
    {
        if (!Tensors.ContainsKey(name))
            throw new ImportException($"tensor '{name}' is inside a branch, where it can't be replaced");
        var copy = (ParsedGraph)MemberwiseClone();
        copy.Tensors = new(Tensors, StringComparer.Ordinal) { [name] = tensor };
        return copy;
    }

    /// <summary>The body that is an attribute of a node.</summary>
    internal ParsedGraph Body(AttributeProto attribute) => _bodies[attribute];

    /// <summary>The graph and the bodies in it, outermost first.</summary>
    internal IEnumerable<ParsedGraph> All => _bodies.Values.SelectMany(body => body.All).Prepend(this);

    /// <summary>Inputs that a caller gives: those without a tensor of their name.</summary>
    internal IEnumerable<ValueInfoProto> Inputs => Proto.Input.Where(input => !Tensors.ContainsKey(input.Name));

    internal NodeProto? ProducerOf(string name) => _producers.GetValueOrDefault(name);

    /// <summary>The nodes that some values need, each after those it reads from.</summary>
    /// <param name="outputs">The values.</param>
    /// <param name="known">Values that aren't computed here though a node gives them.</param>
    /// <exception cref="ImportException">Nodes read from each other in a circle.</exception>
    internal List<NodeProto> Needed(IEnumerable<string> outputs, Func<string, bool> known)
    {
        var order = new List<NodeProto>();
        // false while its inputs are visited, true when it is in the list
        var states = new Dictionary<NodeProto, bool>(ReferenceEqualityComparer.Instance);
        var stack = new Stack<NodeProto>(outputs.Reverse().Where(name => !known(name)).Select(ProducerOf).OfType<NodeProto>());
        while (stack.TryPop(out var node))
        {
            if (states.TryGetValue(node, out var done))
            {
                if (!done)
                    order.Add(node);
                states[node] = true;
                continue;
            }
            states[node] = false;
            stack.Push(node); // again, after its inputs
            foreach (var name in Reads(node).Where(name => !known(name)).Reverse()) // so that the first input comes first
                if (ProducerOf(name) is { } producer && (!states.TryGetValue(producer, out done) || !done))
                {
                    if (states.ContainsKey(producer))
                        throw new ImportException($"{Describe(node)} reads '{name}', which depends on it: the graph has a cycle");
                    stack.Push(producer);
                }
        }
        return order;
    }

    /// <summary>The values that a node reads, those that its bodies read from outside included.</summary>
    internal IEnumerable<string> Reads(NodeProto node) => node.Input.Where(name => name.Length > 0)
        .Concat(node.Attribute.Where(attribute => attribute.G is not null).SelectMany(attribute => _bodies[attribute].Captures()))
        .Distinct();

    private IEnumerable<string> Captures()
    {
        var own = _producers.Keys.Concat(Tensors.Keys).Concat(Proto.Input.Select(input => input.Name)).ToHashSet();
        return Proto.Node.SelectMany(Reads).Concat(Proto.Output.Select(output => output.Name)).Where(name => !own.Contains(name));
    }

    /// <summary>A node's operator and name, for messages.</summary>
    internal static string Describe(NodeProto node) =>
        $"node '{(node.Name.Length > 0 ? node.Name : node.Output.FirstOrDefault())}' ({OperatorName(node)})";

    /// <summary>A node's operator, with its domain where that isn't ONNX's own.</summary>
    internal static string OperatorName(NodeProto node) => node.Domain is "" or "ai.onnx" ? node.OpType : $"{node.Domain}:{node.OpType}";
}
