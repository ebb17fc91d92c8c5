namespace MLSeqGraph.Onnx;

/// <summary>
/// Gradients that keep little of the forward pass (gradient checkpointing, Chen et al. 2016): it is cut into blocks, only what passes from
/// block to block is kept, and each block is computed again when its gradients are. The nodes computed again are copies whose inputs are
/// sums with a zero that depends on all gradients of later blocks: so ONNX Runtime can neither merge them with the first ones nor run them
/// early.
/// </summary>
internal sealed class Recomputation
{
    private readonly Graph _graph;
    private readonly Backpropagation _pass;
    private readonly HashSet<Value> _targets, _inputs;
    private readonly Dictionary<Value, Value> _waited = [];

    private Recomputation(Value loss, IReadOnlyList<Value> targets, IEnumerable<Value> inputs)
    {
        _graph = loss.Graph;
        (_targets, _inputs, _pass) = ([.. targets], [.. inputs], new(_graph, targets));
    }

    /// <summary>Writes the gradients of a loss.</summary>
    /// <param name="loss">A scalar.</param>
    /// <param name="targets">What to differentiate for.</param>
    /// <param name="inputs">The inputs of the batch, which blocks may read.</param>
    /// <returns>One gradient per target; null where the loss doesn't depend on it.</returns>
    internal static Value?[] Gradients(Value loss, IReadOnlyList<Value> targets, IEnumerable<Value> inputs)
    {
        var run = new Recomputation(loss, targets, inputs);
        var nodes = run.Needed(loss);
        var blocks = BlockSearch.Of(nodes, run._pass);
        run._pass.Add(loss, Op.Filled(1f, loss.Shape, loss));
        for (var i = blocks.Count - 1; i >= 0; i--)
            if (i == blocks.Count - 1)
                run._pass.Run(blocks[i]);
            else
                run.RunAgain(blocks[i]);
        return [.. targets.Select(run._pass.GradientOf)];
    }

    // The nodes that the loss depends on, in order.
    private List<Node> Needed(Value loss)
    {
        var live = new HashSet<Value> { loss };
        var nodes = new List<Node>();
        foreach (var node in _graph.Nodes.Reverse())
            if (node.Outputs.Any(live.Contains))
            {
                nodes.Add(node);
                live.UnionWith(node.Inputs.OfType<Value>().Concat(node.Bodies.SelectMany(Backpropagation.Captures)));
            }
        nodes.Reverse();
        return nodes;
    }

    private void RunAgain(IReadOnlyList<Node> block)
    {
        if (!block.Any(node => node.Outputs.Any(output => _pass.GradientOf(output) is not null)))
            return;
        var scope = _graph.Scope;
        var barrier = new Lazy<Value>(() => Zero(block));
        Dictionary<Value, Value> copies = [], held = [];
        var copied = new Dictionary<Node, Node>();
        foreach (var node in block)
            if (Copy(node, copies, held, barrier) is { } copy)
                copied[node] = copy;
        var first = _graph.Nodes.Count;
        for (var i = block.Count - 1; i >= 0; i--)
        {
            foreach (var output in block[i].Outputs)
                Move(held, output, output);
            if (copied.TryGetValue(block[i], out var again))
                foreach (var output in block[i].Outputs)
                    if (_pass.GradientOf(output) is { } gradient)
                        _pass.Add(copies[output], gradient);
            _pass.Run([again ?? block[i]]);
        }
        foreach (var value in held.Keys.ToArray())
            Move(held, value, value);
        // Rules may have read values of the first run that they knew from writing it.
        foreach (var node in _graph.Nodes.Skip(first))
            for (var i = 0; i < node.Inputs.Count; i++)
                if (node.Inputs[i] is { } input && copies.TryGetValue(input, out var copy))
                    node.SetInput(i, copy);
        _graph.Scope = scope;
    }

    // What reached a value behind the barrier is the value's gradient.
    private void Move(Dictionary<Value, Value> held, Value value, Value to)
    {
        if (held.Remove(value, out var behind) && _pass.GradientOf(behind) is { } gradient)
            _pass.Add(to, gradient);
    }

    // A node is computed again if something that it reads is, or passes the barrier. Loops and what is differentiated for are kept.
    private Node? Copy(Node node, Dictionary<Value, Value> copies, Dictionary<Value, Value> held, Lazy<Value> barrier)
    {
        if (node.Bodies.Any() || node.Outputs.Any(_targets.Contains) || !node.Inputs.Any(input => input is not null
            && (copies.ContainsKey(input) || IsHeld(input))))
            return null;
        _graph.Scope = node.Scope.Length == 0 ? "again" : $"{node.Scope}, again";
        var copy = _graph.Append(node.OpType, node.Inputs.Select(Again).ToArray(), node.Domain);
        foreach (var (name, attribute) in node.Attributes)
            copy.SetAttribute(name, attribute);
        (copy.Truncation, copy.TakesDifferentRows, copy.PaddedAxis) = (node.Truncation, node.TakesDifferentRows, node.PaddedAxis);
        (copy.TellsShape, copy.StopsGradient, copy.Rule) = (node.TellsShape, node.StopsGradient, node.Rule);
        foreach (var output in node.Outputs)
            _pass.Adopt(copies[output] = copy.AddOutput(output.Type, output.Shape), output);
        return copy;

        Value? Again(Value? input)
        {
            if (input is null)
                return null;
            if (copies.TryGetValue(input, out var known) || held.TryGetValue(input, out known))
                return known;
            if (!IsHeld(input))
                return input;
            var behind = input + Op.Cast(barrier.Value, input.Type);
            _pass.Adopt(behind, input);
            return held[input] = behind;
        }
    }

    // Parameters, sizes and masks of dropout are there anyway.
    private bool IsHeld(Value value) => value.Type.IsReal() && value.Shape.Rank > 0 && value.Shape.Any(dim => !dim.IsKnown)
        && (value.Producer is not null || _inputs.Contains(value));

    // A zero [1] that depends on the gradients that reach the block and on those of all targets so far.
    private Value Zero(IReadOnlyList<Node> block)
    {
        var parts = new List<Value> { _graph.Vector(0f) };
        foreach (var value in block.SelectMany(node => node.Outputs).Concat(_targets))
            if (_pass.GradientOf(value) is { } gradient && (!_waited.TryGetValue(value, out var before) || before != gradient))
            {
                _waited[value] = gradient;
                parts.Add(Op.Cast(Op.Slice(Op.Reshape(gradient, [gradient.Shape.Elements]), 0, 0, 0), ElementType.Float));
            }
        return Op.Concat(0, [.. parts]);
    }
}
