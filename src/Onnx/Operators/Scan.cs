namespace MLSeqGraph.Onnx;

// The loop over a sequence.
public static partial class Op
{
    internal const string ScanInputDirections = "scan_input_directions", ScanOutputDirections = "scan_output_directions";

    /// <summary>
    /// Runs a body over the steps of sequences: <c>(states, slices) → (next states, outputs)</c>. The body may use values of the
    /// graphs around it, such as weights. What depends only on those is computed once, before the loop.
    /// </summary>
    /// <param name="initialStates">The states before the first step.</param>
    /// <param name="sequences">[steps, ..]; each step reads one slice [..] of each. ONNX Runtime needs at least one step.</param>
    /// <param name="body">Writes one step.</param>
    /// <param name="reverse">Whether to run from the last step to the first; outputs keep the order of the inputs.</param>
    /// <param name="truncation">
    /// Truncated back-propagation through time: the states' gradient is cut every this many steps (Williams and Peng 1990); 0
    /// for never.
    /// </param>
    /// <returns>The states after the last step, and the outputs of every step [steps, ..].</returns>
    public static (Value[] States, Value[] Outputs) Scan(
        Value[] initialStates, Value[] sequences, Func<Value[], Value[], (Value[] States, Value[] Outputs)> body, bool reverse = false,
            int truncation = 0)
    {
        if (sequences.Length == 0)
            throw new GraphException("Scan: expected at least one sequence; got none.");
        var steps = sequences[0].Shape.Rank > 0 ? sequences[0].Shape[0] : throw Mismatch("Scan", "sequences [steps, ..]", sequences);
        if (!sequences.All(sequence => sequence.Shape.Rank > 0 && sequence.Shape[0] == steps))
            throw Mismatch("Scan", "sequences with one number of steps", sequences);
        // While being written the body may use any value visible here; afterwards the loop moves out of every loop around it
        // whose values it doesn't use.
        var root = sequences[0].Graph.Root;
        var around = Graph.Innermost("Scan", [.. initialStates, .. sequences]);
        var (open, inner) = (root.OpenBody,
            new Graph(root.UniqueName("step"), root.OpenBody?.IsWithin(around) == true ? root.OpenBody : around));
        Value[] states = [.. initialStates.Select(state => inner.BodyInput("state", state.Type, state.Shape))];
        Value[] slices = [.. sequences.Select(sequence => inner.BodyInput("slice", sequence.Type, sequence.Shape.Remove(0)))];
        root.OpenBody = inner;
        Value[] nextStates, outputs;
        try
        {
            (nextStates, outputs) = body(states, slices);
        }
        finally
        {
            root.OpenBody = open;
        }
        if (nextStates.Length != states.Length)
            throw new GraphException($"Scan: the body returned {nextStates.Length} states; expected {states.Length}.");
        for (var i = 0; i < states.Length; i++)
            if (nextStates[i].Type != states[i].Type || !nextStates[i].Shape.Equals(states[i].Shape))
                throw Mismatch("Scan", $"state {i} to keep its shape", states[i], nextStates[i]);
        foreach (var value in nextStates.Concat(outputs))
            inner.BodyOutput(value);
        inner.Parent = Graph.Innermost("Scan", [.. initialStates, .. sequences, .. Backpropagation.Captures(inner)]);
        var node = inner.Parent.Append("Scan", [.. initialStates, .. sequences]);
        node.SetAttribute("body", inner);
        node.SetAttribute("num_scan_inputs", (long)sequences.Length);
        var direction = reverse ? 1L : 0L;
        node.SetAttribute(ScanInputDirections, Enumerable.Repeat(direction, sequences.Length).ToArray());
        node.SetAttribute(ScanOutputDirections, Enumerable.Repeat(direction, outputs.Length).ToArray());
        node.Truncation = truncation;
        return (
            [.. nextStates.Select(state => node.AddOutput(state.Type, state.Shape, "last_state"))],
            [.. outputs.Select(output => node.AddOutput(output.Type, output.Shape.Insert(0, steps), "steps"))]);
    }
}
