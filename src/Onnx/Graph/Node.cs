namespace MLSeqGraph.Onnx;

/// <summary>One operation of a graph.</summary>
public sealed class Node
{
    private readonly List<Value?> _inputs;
    private readonly List<Value> _outputs = [];
    private readonly SortedDictionary<string, object> _attributes = new(StringComparer.Ordinal);

    internal Node(Graph graph, string opType, string domain, IEnumerable<Value?> inputs)
    {
        Graph = graph;
        OpType = opType;
        Domain = domain;
        _inputs = [.. inputs];
    }

    /// <summary>The graph the node is in.</summary>
    public Graph Graph { get; }

    /// <summary>The operation's name in the ONNX specification.</summary>
    public string OpType { get; }

    /// <summary>The operator set; empty for ONNX's own.</summary>
    public string Domain { get; }

    /// <summary>Inputs in the order of the specification; null where an optional input is left out.</summary>
    public IReadOnlyList<Value?> Inputs => _inputs;

    /// <summary>Outputs in the order of the specification.</summary>
    public IReadOnlyList<Value> Outputs => _outputs;

    /// <summary>Attributes: long, float, string, long[], float[], string[], <see cref="TensorData"/> or <see cref="Onnx.Graph"/>.</summary>
    public IReadOnlyDictionary<string, object> Attributes => _attributes;

    /// <summary>An attribute's value.</summary>
    public T Attribute<T>(string name) => (T)_attributes[name];

    /// <summary>For a Scan: the number of steps after which the gradient of its states is cut; 0 for never. Not part of the file.</summary>
    internal int Truncation { get; set; }

    /// <summary>For a Gather: whether the rows it takes are known to differ. Not part of the file.</summary>
    internal bool TakesDifferentRows { get; set; }

    /// <summary>
    /// Whether files say the shape of its outputs: ONNX Runtime, which can't infer it, then lets tensors of one shape share memory, and
    /// loads the file faster (it compares each tensor with all those before it whose shapes it doesn't know).
    /// </summary>
    internal bool TellsShape { get; set; }

    /// <summary>The layer that the node is part of, as its parameters are named.</summary>
    internal string Scope { get; init; } = "";

    /// <summary>What it is called in a file: the layer and its first output, such as <c>encoder/layer_0/attention/softmax</c>.</summary>
    internal string Name => Scope.Length == 0 || _outputs[0].Name.StartsWith(Scope + "/", StringComparison.Ordinal) ? _outputs[0].Name
        : $"{Scope}/{_outputs[0].Name}";

    /// <summary>Whether gradients treat this node's output as a constant. Not part of the file.</summary>
    internal bool StopsGradient { get; set; }

    /// <summary>The gradient rule that replaces the operation's own: see <see cref="Op.WithGradient"/>. Not part of the file.</summary>
    internal GradientRule? Rule { get; set; }

    /// <summary>How many of the inputs the operation reads: what the gradient alone reads stands after the first.</summary>
    internal int ReadInputs => Rule is null ? Inputs.Count : 1;

    internal void SetAttribute(string name, object value) => _attributes[name] = value;

    internal void RemoveAttribute(string name) => _attributes.Remove(name);

    internal void SetInput(int index, Value? value) => _inputs[index] = value;

    internal void RemoveOutput(int index) => _outputs.RemoveAt(index);

    /// <summary>The graphs among the attributes.</summary>
    internal IEnumerable<Graph> Bodies => _attributes.Values.OfType<Graph>();

    internal Value AddOutput(ElementType type, Shape shape, string? name = null)
    {
        var value = new Value(Graph, Graph.UniqueName(name ?? OpType.ToLowerInvariant()), type, shape, this);
        _outputs.Add(value);
        return value;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"{string.Join(", ", _outputs.Select(value => value.Name))} = "
            + $"{OpType}({string.Join(", ", _inputs.Select(value => value?.ToString() ?? "-"))})";
}
