namespace MLSeqGraph.Onnx;

/// <summary>
/// A graph under construction: inputs, constants, nodes in execution order, outputs. Operations are methods of
/// <see cref="Op"/>; each puts its node into the innermost graph that one of its inputs belongs to, so what a loop's body
/// computes from outer values alone stands outside the loop.
/// </summary>
public sealed class Graph
{
    private readonly List<Value> _inputs = [];
    private readonly List<(string Name, Value Value)> _outputs = [];
    private readonly List<Node> _nodes = [];
    private readonly List<Value> _constants = [];
    private readonly Dictionary<string, int> _names;

    /// <summary>An empty graph.</summary>
    public Graph(string name) : this(name, null)
    {
    }

    internal Graph(string name, Graph? parent)
    {
        Name = name;
        Parent = parent;
        _names = parent?._names ?? new(StringComparer.Ordinal);
    }

    /// <summary>The graph's name.</summary>
    public string Name { get; }

    /// <summary>The graph around this one, where this is the body of a loop.</summary>
    public Graph? Parent { get; internal set; }

    /// <summary>Inputs in order.</summary>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>Outputs in order, by their public names.</summary>
    public IReadOnlyList<(string Name, Value Value)> Outputs => _outputs;

    /// <summary>Nodes; each stands after those it reads from.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Constants, stored as ONNX initializers.</summary>
    public IReadOnlyList<Value> Constants => _constants;

    /// <summary>The graph that nodes meant for this one go to while its gradient is written.</summary>
    internal Graph? Redirect { get; set; }

    /// <summary>The outermost graph: constants live there.</summary>
    internal Graph Root => Parent?.Root ?? this;

    private int Depth => Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>Declares an input.</summary>
    /// <exception cref="GraphException">The name is taken.</exception>
    public Value Input(string name, ElementType type, Shape shape)
    {
        if (!_names.TryAdd(name, 0))
            throw new GraphException($"Input '{name}' of graph '{Name}': the name is taken.");
        var value = new Value(this, name, type, shape);
        _inputs.Add(value);
        return value;
    }

    /// <summary>Declares an input that the caller may leave out: it then has the value given (ONNX: an input with an initializer of the same name).</summary>
    public Value OptionalInput(string name, Shape shape, TensorData @default)
    {
        if (!_names.TryAdd(name, 0))
            throw new GraphException($"Input '{name}' of graph '{Name}': the name is taken.");
        var value = new Value(this, name, @default.Type, shape) { DefaultValue = @default };
        _inputs.Add(value);
        return value;
    }

    /// <summary>Declares an output under a public name.</summary>
    /// <exception cref="GraphException">There is an output of that name, or the value belongs to another model.</exception>
    public void Output(string name, Value value)
    {
        if (_outputs.Exists(output => output.Name == name))
            throw new GraphException($"Output '{name}' of graph '{Name}' is declared twice.");
        if (!IsWithin(value.Graph))
            throw new GraphException($"Output '{name}' of graph '{Name}': {value} belongs to graph '{value.Graph.Name}'.");
        _outputs.Add((name, value));
    }

    /// <summary>A constant; equal small constants are one.</summary>
    public Value Constant(TensorData data, string? name = null)
    {
        if (Parent is not null)
            return Root.Constant(data, name);
        if (name is null && data.Count <= 64)
        {
            var same = _constants.Find(value => value.Constant!.Count <= 64 && value.Constant.SameAs(data));
            if (same is not null)
                return same;
        }
        var constant = new Value(this, UniqueName(name ?? "constant"), data.Type, Shape.Of(data.Sizes), null, data);
        _constants.Add(constant);
        return constant;
    }

    /// <summary>A constant scalar.</summary>
    public Value Scalar<T>(T element) => Constant(TensorData.Scalar(element));

    /// <summary>A constant vector.</summary>
    public Value Vector<T>(params T[] elements) => Constant(TensorData.Vector(elements));

    /// <summary>A name no value of the model has yet: the one asked for, or that with a number.</summary>
    internal string UniqueName(string name)
    {
        if (_names.TryAdd(name, 0))
            return name;
        string unique;
        do
            unique = $"{name}_{++_names[name]}";
        while (!_names.TryAdd(unique, 0));
        return unique;
    }

    /// <summary>Whether this graph is the given one or stands inside it, so that it can see that one's values.</summary>
    internal bool IsWithin(Graph graph)
    {
        for (var inner = this; inner is not null; inner = inner.Parent)
            if (inner == graph)
                return true;
        return false;
    }

    /// <summary>Appends a node to the innermost graph of its inputs.</summary>
    internal static Node Emit(string opType, ReadOnlySpan<Value?> inputs, string domain = "")
    {
        var target = Innermost(inputs) ?? throw new GraphException($"{opType} has no input that tells its graph.");
        foreach (var input in inputs)
            if (input is not null && !target.IsWithin(input.Graph))
                throw new GraphException($"{opType}: {input} of graph '{input.Graph.Name}' can't be seen from graph '{target.Name}'.");
        return target.Append(opType, inputs, domain);
    }

    /// <summary>The innermost graph of some values: where a node that reads them all belongs.</summary>
    internal static Graph? Innermost(ReadOnlySpan<Value?> values)
    {
        Graph? innermost = null;
        foreach (var value in values)
        {
            if (value is null)
                continue;
            var graph = value.Graph.Redirect ?? value.Graph;
            if (innermost is null || graph.Depth > innermost.Depth)
                innermost = graph;
        }
        return innermost;
    }

    /// <summary>Appends a node to this very graph.</summary>
    internal Node Append(string opType, ReadOnlySpan<Value?> inputs, string domain = "")
    {
        var node = new Node(this, opType, domain, inputs.ToArray());
        _nodes.Add(node);
        return node;
    }

    /// <summary>Declares an input of a loop's body.</summary>
    internal Value BodyInput(string name, ElementType type, Shape shape)
    {
        var value = new Value(this, UniqueName(name), type, shape);
        _inputs.Add(value);
        return value;
    }

    internal void PutFirst(IEnumerable<Node> nodes) => _nodes.InsertRange(0, nodes);

    internal void AddBodyInput(Value input) => _inputs.Add(input);

    /// <summary>
    /// Declares an output of a loop's body. ONNX wants each to be the output of a node of the body, and all to differ; an
    /// identity node sees to that where it isn't so.
    /// </summary>
    internal void BodyOutput(Value value)
    {
        if (value.Graph != this || value.Producer is null || _outputs.Exists(output => output.Value == value))
            value = Append("Identity", [value]).AddOutput(value.Type, value.Shape);
        _outputs.Add((value.Name, value));
    }

    internal void RemoveBodyOutput(int index) => _outputs.RemoveAt(index);

    internal void Retain(ISet<Node> nodes, ISet<Value> constants)
    {
        _nodes.RemoveAll(node => !nodes.Contains(node));
        _constants.RemoveAll(constant => !constants.Contains(constant));
    }
}
