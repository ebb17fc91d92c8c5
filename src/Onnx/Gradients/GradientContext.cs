namespace MLSeqGraph.Onnx;

/// <summary>
/// Writes the gradients of an operation's inputs, given those of its outputs: one value per input, null where an input has none
/// or needs none.
/// </summary>
internal delegate Value?[] GradientRule(GradientContext context);

/// <summary>The input of a <see cref="GradientRule"/>: the node, and the gradients of its outputs.</summary>
internal sealed class GradientContext
{
    private readonly Backpropagation _pass;

    internal GradientContext(Node node, Backpropagation pass)
    {
        Node = node;
        _pass = pass;
    }

    /// <summary>The node to differentiate.</summary>
    public Node Node { get; }

    /// <summary>The first output.</summary>
    public Value Output => Node.Outputs[0];

    /// <summary>The first output's gradient.</summary>
    /// <exception cref="GraphException">Nothing depends on the first output, so the rule must use the others.</exception>
    public Value Gradient => GradientOf(0) ?? throw new GraphException($"{Node.OpType}: no gradient reaches its first output ({Node}).");

    /// <summary>An input.</summary>
    public Value Input(int index) => Node.Inputs[index]!;

    /// <summary>An output's gradient, or null where nothing depends on it.</summary>
    public Value? GradientOf(int output) => _pass.GradientOf(Node.Outputs[output]);

    /// <summary>Whether the gradient of an input is needed.</summary>
    public bool Needs(int input) => input < Node.Inputs.Count && Node.Inputs[input] is { } value && Needs(value);

    /// <summary>An input's gradient, written only if it is needed.</summary>
    public Value? For(int input, Func<Value> write) => Needs(input) ? write() : null;

    internal bool Needs(Value value) => _pass.Needs(value);

    /// <summary>Adds to the gradient of a value that isn't an input of the node but is captured by a loop's body.</summary>
    internal void Add(Value value, Value gradient) => _pass.Add(value, gradient);
}
