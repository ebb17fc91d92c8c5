namespace MLSeqGraph.Onnx;

// The loop whose number of steps the data decide. It has no gradient: a graph with one in its way can't be differentiated.
public static partial class Op
{
    /// <summary>
    /// Runs a body while a condition holds and a number of steps isn't reached: <c>(step, states) → (go on, next states, outputs)</c>.
    /// The body may use values of the graphs around it. What it computes from those alone is computed once, before the loop.
    /// </summary>
    /// <param name="limit">The largest number of steps, [] Int64.</param>
    /// <param name="condition">Whether to take the first step, [] Bool.</param>
    /// <param name="initialStates">The states before the first step.</param>
    /// <param name="body">Writes one step; the step's number is [] Int64, counted from 0, and whether to go on is [] Bool.</param>
    /// <param name="steps">What the number of steps taken is called in the outputs' shapes.</param>
    /// <returns>The states after the last step, and the outputs of every step [steps, ..].</returns>
    /// <exception cref="GraphException">A limit or condition is no such scalar, or a state changes its type or shape.</exception>
    public static (Value[] States, Value[] Outputs) Loop(
        Value limit, Value condition, Value[] initialStates, Func<Value, Value[], (Value Condition, Value[] States, Value[] Outputs)> body, Dim steps)
    {
        if (limit.Type != ElementType.Int64 || limit.Shape.Rank != 0)
            throw Mismatch("Loop", "a limit [] Int64", limit);
        if (Boolean("Loop", condition).Shape.Rank != 0)
            throw Mismatch("Loop", "a condition [] Bool", condition);
        var root = limit.Graph.Root;
        var around = Graph.Innermost("Loop", [limit, condition, .. initialStates]);
        var (open, inner) = (root.OpenBody, new Graph(root.UniqueName("step"), root.OpenBody?.IsWithin(around) == true ? root.OpenBody : around));
        var iteration = inner.BodyInput("iteration", ElementType.Int64, Shape.Scalar);
        inner.BodyInput("condition", ElementType.Bool, Shape.Scalar);
        Value[] states = [.. initialStates.Select(state => inner.BodyInput("state", state.Type, state.Shape))];
        root.OpenBody = inner;
        (Value Condition, Value[] States, Value[] Outputs) next;
        try
        {
            next = body(iteration, states);
        }
        finally
        {
            root.OpenBody = open;
        }
        if (Boolean("Loop", next.Condition).Shape.Rank != 0)
            throw Mismatch("Loop", "a body's condition [] Bool", next.Condition);
        if (next.States.Length != states.Length)
            throw new GraphException($"Loop: the body returned {next.States.Length} states; expected {states.Length}.");
        for (var i = 0; i < states.Length; i++)
            if (next.States[i].Type != states[i].Type || !next.States[i].Shape.Equals(states[i].Shape))
                throw Mismatch("Loop", $"state {i} to keep its shape", states[i], next.States[i]);
        foreach (var value in (Value[])[next.Condition, .. next.States, .. next.Outputs])
            inner.BodyOutput(value);
        inner.Parent = Graph.Innermost("Loop", [limit, condition, .. initialStates, .. Backpropagation.Captures(inner)]);
        var node = inner.Parent.Append("Loop", [limit, condition, .. initialStates]);
        node.SetAttribute("body", inner);
        return (
            [.. next.States.Select(state => node.AddOutput(state.Type, state.Shape, "last_state"))],
            [.. next.Outputs.Select(output => node.AddOutput(output.Type, output.Shape.Insert(0, steps), "steps"))]);
    }
}
