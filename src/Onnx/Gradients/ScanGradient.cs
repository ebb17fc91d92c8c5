namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradient of a loop over a sequence: a second Scan that runs the gradient of the body in the opposite direction. The
/// values it needs from the forward pass become additional outputs of the forward loop. Sums over all steps that are linear in the
/// step's tensors, above all a weight's gradient, are computed once, after the loop, over all steps together.
/// </summary>
internal sealed partial class ScanGradient
{
    private readonly GradientContext _context;
    private readonly Node _forward;
    private readonly Graph _body;
    private readonly Graph _backward;
    private readonly int _stateCount;
    // The backward loop's states and sequences: the values inside the body, and those outside that they come from and go to.
    private readonly List<Value> _states = [], _initialStates = [], _nextStates = [];
    private readonly List<Value> _slices = [], _sequences = [];

    internal static Value?[] Write(GradientContext context) => new ScanGradient(context).Write();

    private ScanGradient(GradientContext context)
    {
        _context = context;
        _forward = context.Node;
        _body = _forward.Attribute<Graph>("body");
        _stateCount = _body.Inputs.Count - (int)_forward.Attribute<long>("num_scan_inputs");
        // While rules write, the nodes meant for the forward body go into the backward one.
        _backward = new Graph(_body.Name + "_gradient", _body);
    }

    private Value?[] Write()
    {
        Value[] captured = [.. Backpropagation.Captures(_body).Where(_context.Needs)];
        var sources = captured.Concat(_body.Inputs.Where((_, i) => _context.Needs(i))).ToHashSet();
        int[] states = Backpropagation.ActiveStates(_body, [.. Enumerable.Range(0, _stateCount).Select(i => (_body.Inputs[i],
            _body.Outputs[i].Value))], _context.Needs, sources);
        sources.UnionWith(states.Select(i => _body.Inputs[i]));

        var pass = new Backpropagation(_body, sources);
        var stateGradients = states.Select(StateGradient).ToArray();
        for (var i = 0; i < states.Length; i++)
            pass.Add(_body.Outputs[states[i]].Value, stateGradients[i]);
        for (var i = _stateCount; i < _forward.Outputs.Count; i++)
            if (_context.GradientOf(i) is { } gradient && pass.Needs(_body.Outputs[i].Value))
                pass.Add(_body.Outputs[i].Value, Slice(gradient));

        var sliceGradients = new Func<Node, Value>?[_body.Inputs.Count - _stateCount];
        var sums = new List<(Value Captured, Func<Node, Value> Sum)>();
        WriteBody(() =>
        {
            pass.Run([.. _body.Nodes]);
            var keep = _forward.Truncation > 0 && states.Length > 0 ? Slice(KeptSteps()) : null;
            foreach (var i in states)
            {
                var gradient = pass.GradientOf(_body.Inputs[i]) ?? Op.ZerosLike(_body.Inputs[i]);
                _nextStates.Add(keep is null ? gradient : Op.Where(keep, gradient, gradient.Number(0)));
            }
            for (var i = 0; i < sliceGradients.Length; i++)
                if (_context.Needs(_stateCount + i) && pass.GradientOf(_body.Inputs[_stateCount + i]) is { } gradient)
                    sliceGradients[i] = Lift(gradient);
            foreach (var value in captured)
                if (pass.GradientOf(value) is { } gradient)
                    sums.Add((value, SumOverSteps(gradient, value)));
        });

        var loop = Close();
        foreach (var (value, sum) in sums)
            _context.Add(value, sum(loop));
        var results = new Value?[_forward.Inputs.Count];
        for (var i = 0; i < states.Length; i++)
            results[states[i]] = loop.Outputs[i];
        for (var i = 0; i < sliceGradients.Length; i++)
            results[_stateCount + i] = sliceGradients[i]?.Invoke(loop);
        return results;
    }

    private void WriteBody(Action write)
    {
        var root = _body.Root;
        var open = root.OpenBody;
        (_body.Redirect, root.OpenBody) = (_backward, _backward);
        try
        {
            write();
        }
        finally
        {
            (_body.Redirect, root.OpenBody) = (null, open);
        }
    }

    private Value StateGradient(int state)
    {
        var last = _forward.Outputs[state];
        return State("state_gradient", last, _context.GradientOf(state) ?? Op.ZerosLike(_forward.Inputs[state]!));
    }

    private Value State(string name, Value like, Value initial)
    {
        _initialStates.Add(initial);
        _states.Add(new Value(_backward, _backward.UniqueName(name), like.Type, like.Shape));
        return _states[^1];
    }

    private Value Slice(Value sequence)
    {
        _sequences.Add(sequence);
        _slices.Add(new Value(_backward, _backward.UniqueName("slice"), sequence.Type, sequence.Shape.Remove(0)));
        return _slices[^1];
    }

    // Whether a state's gradient passes from each step to the previous one. Steps count in the loop's own direction.
    private Value KeptSteps()
    {
        var sequence = _forward.Inputs[_stateCount]!;
        var size = Op.SizeOf(sequence, 0);
        var steps = Op.Range(size, sequence.Shape[0]);
        if (Reversed)
            steps = size - 1 - steps;
        var zero = steps.Number(0);
        return Op.Not(Op.And(Op.Equal(Op.Mod(steps, steps.Number(_forward.Truncation)), zero), Op.Greater(steps, zero)));
    }

    private bool Reversed => _forward.Attribute<long[]>(Op.ScanInputDirections)[0] == 1;

    // Turns the backward body into a loop, which reads values of the forward body as sequences.
    private Node Close()
    {
        foreach (var next in _nextStates)
            _backward.BodyOutput(next);
        foreach (var value in _lifted)
            _backward.BodyOutput(value);
        RemoveDeadNodes();
        var recomputed = new List<Node>();
        ReplaceForwardValues(_backward, [], recomputed);
        _backward.PutFirst(recomputed);
        if (_sequences.Count == 0)
            Slice(_forward.Inputs[_stateCount]!); // ONNX needs a sequence that gives the number of steps
        foreach (var input in _states.Concat(_slices))
            _backward.AddBodyInput(input);
        _backward.Parent = _forward.Graph.Redirect ?? _forward.Graph;

        var loop = _backward.Parent.Append("Scan", [.. _initialStates, .. _sequences]);
        loop.SetAttribute("body", _backward);
        loop.SetAttribute("num_scan_inputs", (long)_sequences.Count);
        var direction = Reversed ? 0L : 1L;
        loop.SetAttribute(Op.ScanInputDirections, Enumerable.Repeat(direction, _sequences.Count).ToArray());
        loop.SetAttribute(Op.ScanOutputDirections, Enumerable.Repeat(direction, _lifted.Count).ToArray());
        foreach (var next in _nextStates)
            loop.AddOutput(next.Type, next.Shape, "state_gradient");
        foreach (var value in _lifted)
            loop.AddOutput(value.Type, value.Shape.Insert(0, _sequences[0].Shape[0]), "gradients");
        return loop;
    }

    private void RemoveDeadNodes()
    {
        var live = new HashSet<Value>(_backward.Outputs.Select(output => output.Value));
        var nodes = new HashSet<Node>();
        foreach (var node in _backward.Nodes.Reverse())
            if (node.Outputs.Any(live.Contains))
            {
                nodes.Add(node);
                live.UnionWith(node.Inputs.OfType<Value>());
                live.UnionWith(node.Bodies.SelectMany(Backpropagation.Captures));
            }
        _backward.Retain(nodes, new HashSet<Value>());
    }
}
