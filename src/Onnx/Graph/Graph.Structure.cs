namespace MLSeqGraph.Onnx;

// How nodes find their graph, loops' bodies, and changes to an existing graph.
public sealed partial class Graph
{
    /// <summary>Whether this graph is the given one or inside it, so that it can read that one's values.</summary>
    internal bool IsWithin(Graph graph)
    {
        for (var inner = this; inner is not null; inner = inner.Parent)
            if (inner == graph || (inner.Redirect is not null && inner.Redirect == graph))
                return true;
        return false;
    }

    /// <summary>Appends a node to the innermost graph of its inputs.</summary>
    internal static Node Emit(string opType, ReadOnlySpan<Value?> inputs, string domain = "") =>
        Innermost(opType, inputs).Append(opType, inputs, domain);

    /// <summary>The innermost graph of some values: where a node that reads them all belongs.</summary>
    /// <exception cref="GraphException">There are no values, or no graph can see all of them.</exception>
    internal static Graph Innermost(string opType, ReadOnlySpan<Value?> values)
    {
        Graph? innermost = null;
        foreach (var value in values)
            if (value is not null && (value.Graph.Redirect ?? value.Graph) is var graph
                && (innermost is null || graph.Depth > innermost.Depth))
                innermost = graph;
        if (innermost is null)
            throw new GraphException($"{opType} has no input that tells its graph.");
        foreach (var value in values)
            if (value is not null && !innermost.IsWithin(value.Graph))
                throw new GraphException($"{opType}: {value} of graph '{value.Graph.Name}' can't be seen from graph '{innermost.Name}'.");
        return innermost.Root.OpenBranch is { } branch && branch.IsWithin(innermost) ? branch : innermost;
    }

    /// <summary>The innermost body that is being written and can see a value; otherwise the value's own graph.</summary>
    internal static Graph Open(string opType, Value value)
    {
        var at = Innermost(opType, [value]);
        return at.Root.OpenBody is { } body && body.IsWithin(at) ? body : at;
    }

    /// <summary>Writes a body whose nodes all stay in it, whatever they read.</summary>
    /// <param name="name">What it is called.</param>
    /// <param name="parent">The graph around it.</param>
    /// <param name="write">Writes the body and returns its outputs; it may declare inputs of the body.</param>
    internal static Graph Branch(string name, Graph parent, Func<Graph, Value[]> write)
    {
        var root = parent.Root;
        var (open, inner) = (root.OpenBranch, new Graph(root.UniqueName(name), parent));
        root.OpenBranch = inner;
        try
        {
            foreach (var output in write(inner))
                inner.BodyOutput(output);
        }
        finally
        {
            root.OpenBranch = open;
        }
        return inner;
    }

    /// <summary>Appends a node to this graph.</summary>
    internal Node Append(string opType, ReadOnlySpan<Value?> inputs, string domain = "")
    {
        var node = new Node(this, opType, domain, inputs.ToArray()) { Scope = Root.Scope };
        _nodes.Add(node);
        return node;
    }

    /// <summary>Declares an input of a loop's body.</summary>
    internal Value BodyInput(string name, ElementType type, Shape shape)
    {
        var value = new Value(this, UniqueName(name), type, shape) { IsNameless = true };
        _inputs.Add(value);
        return value;
    }

    /// <summary>Removes droppable inputs that nothing reads.</summary>
    internal void RemoveUnreadInputs()
    {
        var read = new HashSet<Value>(_outputs.Select(output => output.Value));
        foreach (var node in _nodes)
        {
            read.UnionWith(node.Inputs.OfType<Value>());
            read.UnionWith(node.Bodies.SelectMany(Backpropagation.Captures));
        }
        _inputs.RemoveAll(input => input.IsDroppable && !read.Contains(input));
    }

    internal void PutFirst(IEnumerable<Node> nodes) => _nodes.InsertRange(0, nodes);

    internal void AddBodyInput(Value input) => _inputs.Add(input);

    /// <summary>
    /// Declares an output of a loop's body. ONNX requires each to be the output of a node of the body, and all to differ; an
    /// identity node is added where that isn't so.
    /// </summary>
    internal void BodyOutput(Value value)
    {
        if (value.Graph != this || value.Producer is null || _outputs.Exists(output => output.Value == value))
            value = Append("Identity", [value]).AddOutput(value.Type, value.Shape);
        _outputs.Add((value.Name, value));
    }

    internal void RemoveBodyOutput(int index) => _outputs.RemoveAt(index);

    /// <summary>A graph that shares nodes and constants with another one but has other outputs, to run a part of a model.</summary>
    internal static Graph Excerpt(string name, IEnumerable<Node> nodes, IEnumerable<Value> constants, IEnumerable<Value> outputs)
    {
        var excerpt = new Graph(name);
        excerpt._nodes.AddRange(nodes);
        excerpt._constants.AddRange(constants);
        excerpt._outputs.AddRange(outputs.Select(output => (output.Name, output)));
        return excerpt;
    }

    /// <summary>Turns a node's output into a constant; the caller then removes the node.</summary>
    internal void Replace(Value value, TensorData data)
    {
        if (data.Type != value.Type || !data.Sizes.SequenceEqual(value.Shape.Sizes))
            throw new GraphException($"{value} of type {value.Type} was computed as {data}.");
        value.MakeConstant(data);
        _constants.Add(value);
    }

    internal void Retain(ISet<Node> nodes, ISet<Value> constants)
    {
        _nodes.RemoveAll(node => !nodes.Contains(node));
        _constants.RemoveAll(constant => !constants.Contains(constant));
        _sharedConstants.RemoveAll(constant => !constants.Contains(constant));
    }
}
