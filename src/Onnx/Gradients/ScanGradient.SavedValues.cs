namespace MLSeqGraph.Onnx;

// How values of the forward loop reach the backward one.
internal sealed partial class ScanGradient
{
    private readonly Dictionary<Value, Value> _saved = []; // forward value → its sequence, outside the loop

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
        _forward.SetAttribute(Op.ScanOutputDirections, _forward.Attribute<long[]>(Op.ScanOutputDirections).Append(Reversed ? 1L : 0L)
            .ToArray());
        return _saved[value] = _forward.AddOutput(value.Type, value.Shape.Insert(0, _forward.Inputs[_stateCount]!.Shape[0]), "saved");
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

    // A forward value inside the backward loop: a slice of its sequence, or a part cut from one, which is cheaper than saving every part.
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
