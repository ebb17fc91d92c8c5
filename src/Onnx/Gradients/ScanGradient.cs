namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradient of a loop over a sequence: a second Scan that runs the other way over the gradient of the body. What it needs
/// of the forward pass becomes additional outputs of the forward loop. Sums over all steps that are linear in the step's
/// tensors, a weight's gradient above all, are taken once, after the loop, over all steps together.
/// </summary>
internal sealed class ScanGradient
{
    private readonly GradientContext _context;
    private readonly Node _forward;
    private readonly Graph _body;
    private readonly Graph _backward;
    private readonly int _stateCount;
    private readonly Dictionary<Value, Value> _saved = [];          // forward value → its sequence, outside the loop
    private readonly Dictionary<Value, int> _lifted = [];           // backward value → index among the backward loop's sequences
    // The backward loop's states and sequences: what they are inside the body, and where they come from and go to.
    private readonly List<Value> _states = [], _initialStates = [], _nextStates = [];
    private readonly List<Value> _slices = [], _sequences = [];

    internal static Value?[] Write(GradientContext context) => new ScanGradient(context).Write();

    private ScanGradient(GradientContext context)
    {
        _context = context;
        _forward = context.Node;
        _body = _forward.Attribute<Graph>("body");
        _stateCount = _body.Inputs.Count - (int)_forward.Attribute<long>("num_scan_inputs");
        // While rules write, what they would put into the forward body goes into the backward one.
        _backward = new Graph(_body.Name + "_gradient", _body);
    }

    private Value?[] Write()
    {
        Value[] captured = [.. Backpropagation.Captures(_body).Where(_context.Needs)];
        var sources = captured.Concat(_body.Inputs.Where((_, i) => _context.Needs(i))).ToHashSet();
        int[] states = ActiveStates(sources);
        sources.UnionWith(states.Select(i => _body.Inputs[i]));

        var pass = new Backpropagation(_body, sources);
        var stateGradients = states.Select(StateGradient).ToArray();
        for (var i = 0; i < states.Length; i++)
            pass.Add(_body.Outputs[states[i]].Value, stateGradients[i]);
        for (var i = _stateCount; i < _forward.Outputs.Count; i++)
            if (_context.GradientOf(i) is { } gradient && pass.Needs(_body.Outputs[i].Value))
                pass.Add(_body.Outputs[i].Value, Slice(gradient));

        var nodes = _body.Nodes.ToArray();
        _body.Redirect = _backward;
        pass.Run(nodes);
        var keep = _forward.Truncation > 0 ? Slice(KeptSteps()) : null;
        foreach (var i in states)
        {
            var gradient = pass.GradientOf(_body.Inputs[i]) ?? Op.ZerosLike(_body.Inputs[i]);
            _nextStates.Add(keep is null ? gradient : gradient * keep);
        }
        var sliceGradients = Enumerable.Range(_stateCount, _body.Inputs.Count - _stateCount)
            .Select(i => _context.Needs(i) && pass.GradientOf(_body.Inputs[i]) is { } gradient ? Lift(gradient) : null).ToArray();
        var sums = captured.Select(value => pass.GradientOf(value) is { } gradient ? SumOverSteps(gradient, value) : null).ToArray();
        _body.Redirect = null;

        var loop = Close();
        for (var i = 0; i < captured.Length; i++)
            if (sums[i] is { } sum)
                _context.Add(captured[i], sum(loop));
        var results = new Value?[_forward.Inputs.Count];
        for (var i = 0; i < states.Length; i++)
            results[states[i]] = loop.Outputs[i];
        for (var i = 0; i < sliceGradients.Length; i++)
            results[_stateCount + i] = sliceGradients[i]?.Invoke(loop);
        return results;
    }

    // The states through which gradients flow: a state is one if its next value depends on a source or on such a state.
    private int[] ActiveStates(HashSet<Value> sources)
    {
        var active = new SortedSet<int>(Enumerable.Range(0, _stateCount).Where(i => _context.Needs(i)));
        int before;
        do
        {
            before = active.Count;
            var dependent = Backpropagation.DependentOn(_body, sources.Concat(active.Select(i => _body.Inputs[i])));
            active.UnionWith(Enumerable.Range(0, _stateCount).Where(i => dependent.Contains(_body.Outputs[i].Value)));
        }
        while (active.Count > before);
        return [.. active];
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

    // 1 for every step whose state's gradient goes on to the step before, 0 where it is cut. Steps count in the loop's own direction.
    private Value KeptSteps()
    {
        var sequence = _forward.Inputs[_stateCount]!;
        var size = Op.SizeOf(sequence, 0);
        var steps = Op.Range(size, sequence.Shape[0]);
        if (Reversed)
            steps = size - 1L - steps;
        var cut = Op.And(Op.Equal(Op.Mod(steps, steps.Number(_forward.Truncation)), steps.Number(0)), Op.Greater(steps, steps.Number(0)));
        return Op.Cast(Op.Not(cut), _forward.Outputs[0].Type);
    }

    private bool Reversed => _forward.Attribute<long[]>(Op.ScanInputDirections)[0] == 1;

    // The values of all steps of a forward value, as an output of the forward loop.
    private Value Saved(Value value)
    {
        if (_saved.TryGetValue(value, out var sequence))
            return sequence;
        for (var i = _stateCount; i < _body.Inputs.Count; i++)
            if (_body.Inputs[i] == value)
                return _saved[value] = _forward.Inputs[i]!;
        for (var i = _stateCount; i < _body.Outputs.Count; i++)
        {
            var output = _body.Outputs[i].Value;
            if (output == value || (output.Producer is { OpType: "Identity" } copy && copy.Inputs[0] == value))
                return _saved[value] = _forward.Outputs[i];
        }
        _body.BodyOutput(value);
        _forward.SetAttribute(Op.ScanOutputDirections, _forward.Attribute<long[]>(Op.ScanOutputDirections).Append(Reversed ? 1L : 0L).ToArray());
        return _saved[value] = _forward.AddOutput(value.Type, value.Shape.Insert(0, _forward.Inputs[_stateCount]!.Shape[0]), "saved");
    }

    // The values of all steps of a value of either body, once the backward loop stands.
    private Func<Node, Value> Lift(Value value)
    {
        if (value.Graph == _body)
        {
            var sequence = Saved(value);
            return _ => sequence;
        }
        if (!_lifted.TryGetValue(value, out var index))
            _lifted[value] = index = _lifted.Count;
        return loop => loop.Outputs[_nextStates.Count + index];
    }

    private bool IsOfStep(Value value) => value.Graph == _body || value.Graph == _backward;

    // Σ over the steps of a gradient. Products and sums move out of the loop; anything else is added up in a state.
    private Func<Node, Value> SumOverSteps(Value gradient, Value target)
    {
        if (gradient is { Producer: { } node } && gradient.Graph == _backward)
        {
            if (node.OpType == "Add" && node.Inputs.All(input => input!.Shape.Equals(gradient.Shape) && IsOfStep(input)))
            {
                var (left, right) = (SumOverSteps(node.Inputs[0]!, target), SumOverSteps(node.Inputs[1]!, target));
                return loop => left(loop) + right(loop);
            }
            if (node.OpType == "Gemm" && node.Inputs.Count == 2 && node.Inputs.All(input => IsOfStep(input!))
                && node.Attribute<long>("transA") == 1 && node.Attribute<long>("transB") == 0)
            {
                var (left, right) = (Lift(node.Inputs[0]!), Lift(node.Inputs[1]!));
                return loop => Op.Gemm(Op.AsMatrix(left(loop)), Op.AsMatrix(right(loop)), transA: true);
            }
            if (node.OpType == "ReduceSum" && IsOfStep(node.Inputs[0]!))
            {
                var inner = Lift(node.Inputs[0]!);
                var keep = node.Attribute<long>("keepdims") == 1;
                int[] axes = [.. node.Inputs[1]!.Constant!.As<long>().Select(axis => (int)axis + 1)];
                return loop => keep
                    ? Op.Squeeze(Op.ReduceSum(inner(loop), [0, .. axes]), 0)
                    : Op.ReduceSum(inner(loop), [0, .. axes], keepDims: false);
            }
            if (node.OpType is "Reshape" or "Squeeze" or "Unsqueeze" && IsOfStep(node.Inputs[0]!))
            {
                var inner = SumOverSteps(node.Inputs[0]!, target);
                return loop => Op.Reshape(inner(loop), gradient.Shape);
            }
            if (node.OpType == "Neg" && IsOfStep(node.Inputs[0]!))
            {
                var inner = SumOverSteps(node.Inputs[0]!, target);
                return loop => -inner(loop);
            }
        }
        if (IsOfStep(gradient) && gradient.Shape.Equals(target.Shape) && gradient.Shape.Rank > 0 && gradient.Shape.Elements is { IsKnown: true, Size: <= 4096 })
        {
            var inner = Lift(gradient);
            return loop => Op.ReduceSum(inner(loop), [0], keepDims: false);
        }
        _nextStates.Add(State("sum", target, Op.ZerosLike(target)) + gradient);
        var state = _nextStates.Count - 1;
        return loop => loop.Outputs[state];
    }

    // Turns the backward body into a loop of its own: what it reads of the forward body arrives as sequences.
    private Node Close()
    {
        foreach (var next in _nextStates)
            _backward.BodyOutput(next);
        foreach (var value in _lifted.OrderBy(entry => entry.Value).Select(entry => entry.Key))
            _backward.BodyOutput(value);
        RemoveDeadNodes();
        var recomputed = new List<Node>();
        ReplaceForwardValues(_backward, [], recomputed);
        _backward.PutFirst(recomputed);
        foreach (var input in _states.Concat(_slices))
            _backward.AddBodyInput(input);
        _backward.Parent = _body.Parent;

        var loop = Graph.Emit("Scan", [.. _initialStates, .. _sequences]);
        loop.SetAttribute("body", _backward);
        loop.SetAttribute("num_scan_inputs", (long)_sequences.Count);
        var direction = Reversed ? 0L : 1L;
        loop.SetAttribute(Op.ScanInputDirections, Enumerable.Repeat(direction, _sequences.Count).ToArray());
        loop.SetAttribute(Op.ScanOutputDirections, Enumerable.Repeat(direction, _lifted.Count).ToArray());
        foreach (var next in _nextStates)
            loop.AddOutput(next.Type, next.Shape, "state_gradient");
        foreach (var value in _lifted.OrderBy(entry => entry.Value).Select(entry => entry.Key))
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

    private void ReplaceForwardValues(Graph graph, Dictionary<Value, Value> atStep, List<Node> recomputed)
    {
        foreach (var node in graph.Nodes)
        {
            for (var i = 0; i < node.Inputs.Count; i++)
                if (node.Inputs[i] is { } value && value.Graph == _body)
                    node.SetInput(i, AtStep(value, atStep, recomputed));
            foreach (var inner in node.Bodies)
                ReplaceForwardValues(inner, atStep, recomputed);
        }
    }

    // A forward value inside the backward loop: a slice of its sequence, or cut again from one, which is cheaper than saving every part.
    private Value AtStep(Value value, Dictionary<Value, Value> atStep, List<Node> recomputed)
    {
        if (atStep.TryGetValue(value, out var known))
            return known;
        if (value.Producer is not { OpType: "Split" } split || _saved.ContainsKey(value))
            return atStep[value] = Slice(Saved(value));
        var whole = split.Inputs[0]!.Graph == _body ? AtStep(split.Inputs[0]!, atStep, recomputed) : split.Inputs[0]!;
        var again = new Node(_backward, "Split", "", [whole, split.Inputs[1]]);
        again.SetAttribute("axis", split.Attribute<long>("axis"));
        foreach (var part in split.Outputs)
            atStep[part] = again.AddOutput(part.Type, part.Shape);
        recomputed.Add(again);
        return atStep[value];
    }
}
