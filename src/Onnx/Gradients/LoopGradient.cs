namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradient of a loop whose body says when it ends: a second loop of as many iterations as the first one ran, from the last to the
/// first. The states before each iteration become outputs of the first loop; from them the second one runs the iteration again and then its
/// gradients. Gradients of what the body reads from outside are added up in states.
/// </summary>
internal sealed class LoopGradient
{
    // Before the states stand the most iterations and the condition, and in the body the iteration's number and the condition.
    private const int First = 2;

    private readonly GradientContext _context;
    private readonly Node _forward;
    private readonly Graph _body;
    private readonly (Value Before, Value After)[] _states;
    private readonly Value[] _captured;
    private readonly int[] _active, _steps; // states that gradients flow through; outputs of every iteration that have gradients

    private LoopGradient(GradientContext context)
    {
        (_context, _forward) = (context, context.Node);
        _body = _forward.Attribute<Graph>("body");
        var count = _forward.Inputs.Count - First;
        _states = [.. Enumerable.Range(0, count).Select(i => (_body.Inputs[i + First], _body.Outputs[i + 1].Value))];
        _captured = [.. Backpropagation.Captures(_body).Where(context.Needs)];
        _steps = [.. Enumerable.Range(count, _forward.Outputs.Count - count).Where(i => context.GradientOf(i) is not null)];
        _active = Reaching(Backpropagation.ActiveStates(_body, _states, i => context.Needs(i + First), _captured));
    }

    // Those of some states that what has a gradient depends on.
    private int[] Reaching(int[] states)
    {
        var reaching = new SortedSet<int>(states.Where(i => _context.GradientOf(i) is not null));
        int before;
        do
        {
            before = reaching.Count;
            var read = ReadFor(reaching);
            reaching.UnionWith(states.Where(i => read.Contains(_states[i].Before)));
        }
        while (reaching.Count > before);
        return [.. reaching];
    }

    internal static Value?[] Write(GradientContext context) => new LoopGradient(context).Write();

    private Value?[] Write()
    {
        var results = new Value?[_forward.Inputs.Count];
        if (_active.Length == 0 && _steps.Length == 0)
            return results;
        var saved = Saved();
        var iterations = Op.Squeeze(Op.SizeOf(_forward.Outputs[^1], 0), 0);
        Value[] first = [.. _active.Select(i => _context.GradientOf(i) ?? Op.ZerosLike(_forward.Inputs[i + First]!)),
            .. _captured.Select(Op.ZerosLike)];
        var at = _forward.Graph.Redirect ?? _forward.Graph;
        var body = Graph.Branch(_body.Name + "_gradient", at, graph =>
        {
            var number = graph.BodyInput("number", ElementType.Int64, []);
            graph.BodyInput("going_on", ElementType.Bool, []);
            return Iteration(graph, iterations - 1L - number, [.. first.Select(value => graph.BodyInput("gradient", value.Type,
                value.Shape))], saved);
        });
        DeadCode.RemoveInBody(body);
        var loop = at.Append("Loop", [iterations, null, .. first]);
        loop.SetAttribute("body", body);
        foreach (var value in first)
            loop.AddOutput(value.Type, value.Shape, "gradient");
        for (var i = 0; i < _active.Length; i++)
            results[_active[i] + First] = loop.Outputs[i];
        for (var i = 0; i < _captured.Length; i++)
            _context.Add(_captured[i], loop.Outputs[_active.Length + i]);
        return results;
    }

    // Whether to go on, and the gradients before the iteration, of those after it.
    private Value[] Iteration(Graph graph, Value number, Value[] gradients, Dictionary<Value, Value> saved)
    {
        Dictionary<Value, Value> copies = new() { [_body.Inputs[0]] = number, [_body.Inputs[1]] = graph.Scalar(true) };
        foreach (var (state, all) in saved)
            copies[state] = Op.Gather(all, number);
        var before = graph.Nodes.Count;
        BodyCopy.Into(graph, _body, copies);
        Node[] nodes = [.. graph.Nodes.Skip(before)];
        Value Of(Value value) => copies.GetValueOrDefault(value, value);
        var pass = new Backpropagation(graph, [.. _active.Select(i => Of(_states[i].Before)), .. _captured]);
        for (var i = 0; i < _active.Length; i++)
            Add(_states[_active[i]].After, gradients[i]);
        foreach (var i in _steps)
            Add(_body.Outputs[i + 1].Value, Op.Gather(_context.GradientOf(i)!, number));
        pass.Run(nodes);
        Value[] results = [graph.Scalar(true),
            .. _active.Select((state, i) => pass.GradientOf(Of(_states[state].Before)) ?? Op.ZerosLike(gradients[i])),
            .. _captured.Select((value, i) => pass.GradientOf(value) is { } gradient ? gradients[_active.Length + i] + gradient
                : gradients[_active.Length + i])];
        BodyCopy.ReadCopies(graph, copies); // rules may have read values that they knew from writing them
        return results;

        void Add(Value after, Value gradient)
        {
            if (pass.Needs(Of(after)))
                pass.Add(Of(after), gradient.Shape.Equals(after.Shape) ? gradient : Op.Renamed(gradient, after.Shape));
        }
    }

    // The states that iterations need to run again, as outputs of the loop for every iteration.
    private Dictionary<Value, Value> Saved()
    {
        var read = ReadFor(_active);
        int[] kept = [.. Enumerable.Range(0, _states.Length).Where(i => _active.Contains(i) || read.Contains(_states[i].Before))];
        foreach (var i in kept)
            CheckSizes(i);
        var steps = _forward.Outputs.Count > _states.Length ? _forward.Outputs[^1].Shape[0]
            : (Dim)_forward.Graph.UniqueName(_body.Name + "_count");
        return kept.ToDictionary(i => _states[i].Before, i =>
        {
            var state = _states[i].Before;
            _body.BodyOutput(state);
            return _forward.AddOutput(state.Type, state.Shape.Insert(0, steps), "saved");
        });
    }

    // What an iteration reads for some states and for outputs that have gradients.
    private HashSet<Value> ReadFor(IEnumerable<int> states)
    {
        var read = new HashSet<Value>([.. states.Select(i => _states[i].After), .. _steps.Select(i => _body.Outputs[i + 1].Value)]);
        foreach (var node in _body.Nodes.Reverse())
            if (node.Outputs.Any(read.Contains))
                read.UnionWith(node.Inputs.OfType<Value>().Concat(node.Bodies.SelectMany(Backpropagation.Captures)));
        return read;
    }

    private void CheckSizes(int state)
    {
        var (before, after) = _states[state];
        var (initial, last) = (_forward.Inputs[state + First]!, _forward.Outputs[state]);
        if (!before.Shape.Equals(initial.Shape) || !after.Shape.Equals(before.Shape) || !last.Shape.Equals(before.Shape))
            throw new GraphException($"Loop: its state {state + 1} may change its sizes, {initial} at first and {after.Shape} after an "
                + "iteration, so that the loop has no gradient; expected a state of one shape, or that nothing trained reaches the loop "
                + $"({_forward}).");
    }
}
