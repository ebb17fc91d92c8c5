namespace MLSeqGraph.Onnx;

/// <summary>
/// A graph under construction: inputs, constants, nodes in execution order, outputs. Operations are methods of
/// <see cref="Op"/>; each puts its node into the innermost graph that one of its inputs belongs to, so values that a loop's body
/// computes only from outer values are computed outside the loop.
/// </summary>
public sealed partial class Graph
{
    private readonly List<Value> _inputs = [];
    private readonly List<(string Name, Value Value)> _outputs = [];
    private readonly List<Node> _nodes = [];
    private readonly List<Value> _constants = [];
    private readonly List<Value> _sharedConstants = []; // the small ones without a name of their own
    private readonly Dictionary<string, int> _names;
    private bool _usesKernels;

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

    /// <summary>The graph around this one, if this is the body of a loop; otherwise null.</summary>
    public Graph? Parent { get; internal set; }

    /// <summary>What the graph is, for whoever looks at its file; null for nothing.</summary>
    internal string? Description { get; set; }

    /// <summary>Inputs in order.</summary>
    public IReadOnlyList<Value> Inputs => _inputs;

    /// <summary>Outputs in order, by their public names.</summary>
    public IReadOnlyList<(string Name, Value Value)> Outputs => _outputs;

    /// <summary>Nodes, each after those it reads from.</summary>
    public IReadOnlyList<Node> Nodes => _nodes;

    /// <summary>Constants, stored as ONNX initializers.</summary>
    public IReadOnlyList<Value> Constants => _constants;

    /// <summary>While this graph's gradient is written: the graph that receives nodes meant for this one.</summary>
    internal Graph? Redirect { get; set; }

    /// <summary>In the outermost graph: the loop body that is being written.</summary>
    internal Graph? OpenBody { get; set; }

    /// <summary>
    /// In the outermost graph: the body that is being written and may not run, such as a branch. Nodes that only read values from outside
    /// stay in it.
    /// </summary>
    internal Graph? OpenBranch { get; set; }

    /// <summary>In the outermost graph: the layer that is being written.</summary>
    internal string Scope { get; set; } = "";

    /// <summary>The outermost graph, which holds the constants.</summary>
    internal Graph Root => Parent?.Root ?? this;

    /// <summary>
    /// Whether nodes may be <see cref="Kernel"/>s: in training steps and our own scorers on the CPU, never in files.
    /// </summary>
    internal bool UsesKernels
    {
        get => Parent?.UsesKernels ?? _usesKernels;
        set => _usesKernels = value;
    }

    private int Depth => Parent is null ? 0 : Parent.Depth + 1;

    /// <summary>Declares an input.</summary>
    /// <exception cref="GraphException">There is an input or output of that name.</exception>
    public Value Input(string name, ElementType type, Shape shape)
    {
        Claim(name);
        _inputs.Add(new Value(this, name, type, shape));
        return _inputs[^1];
    }

    /// <summary>
    /// Declares an input that the caller may leave out: it then has the default value (in ONNX, an input with an initializer of the same
    /// name).
    /// </summary>
    /// <exception cref="GraphException">There is an input or output of that name.</exception>
    public Value OptionalInput(string name, Shape shape, TensorData @default)
    {
        Claim(name);
        _inputs.Add(new Value(this, name, @default.Type, shape) { DefaultValue = @default });
        return _inputs[^1];
    }

    /// <summary>Declares an output under a public name.</summary>
    /// <exception cref="GraphException">
    /// The name is that of another output, or of an input that is not the value; or the value belongs to another model.
    /// </exception>
    public void Output(string name, Value value)
    {
        if (!IsWithin(value.Graph))
            throw new GraphException($"Output '{name}' of graph '{Name}': {value} belongs to graph '{value.Graph.Name}'.");
        if (name != value.Name || _outputs.Exists(output => output.Name == name))
            Claim(name);
        // An output whose name differs from the value's would be a copy.
        if (value.Graph == this && value.Producer is not null && !_outputs.Exists(output => output.Value == value))
            value.Name = name;
        _outputs.Add((name, value));
    }

    // A name given by the caller takes precedence over a generated one; the value that has it is renamed.
    private void Claim(string name)
    {
        if (_inputs.Exists(input => input.Name == name) || _outputs.Exists(output => output.Name == name))
            throw new GraphException($"Graph '{Name}' has an input or output '{name}' already.");
        if (!_names.TryAdd(name, 0))
            Rename(name);
    }

    private bool Rename(string name)
    {
        var value = _constants.Find(constant => constant.Name == name)
            ?? _nodes.SelectMany(node => node.Outputs).FirstOrDefault(output => output.Name == name);
        if (Parent is not null)
            value ??= _inputs.Find(input => input.Name == name);
        if (value is null)
            return _nodes.SelectMany(node => node.Bodies).Any(body => body.Rename(name));
        value.Name = UniqueName(name);
        if (Parent is not null && _outputs.FindIndex(output => output.Value == value) is >= 0 and var output)
            _outputs[output] = (value.Name, value);
        return true;
    }

    /// <summary>A constant; equal small constants without a name are one.</summary>
    public Value Constant(TensorData data, string? name = null)
    {
        if (Parent is not null)
            return Root.Constant(data, name);
        var isShared = name is null && data.Count <= 64;
        if (isShared && _sharedConstants.Find(value => value.Constant!.SameAs(data)) is { } same)
            return same;
        var constant = new Value(this, UniqueName(name ?? "constant"), data.Type, Shape.Of(data.Sizes), null, data)
        {
            IsNameless = name is null,
        };
        _constants.Add(constant);
        if (isShared)
            _sharedConstants.Add(constant);
        return constant;
    }

    /// <summary>A constant scalar.</summary>
    public Value Scalar<T>(T element) => Constant(TensorData.Scalar(element));

    /// <summary>A constant vector.</summary>
    public Value Vector<T>(params T[] elements) => Constant(TensorData.Vector(elements));

    /// <summary>A name that no value of the model has yet: the given one, or that with a number.</summary>
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
}
