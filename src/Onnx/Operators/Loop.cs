namespace MLSeqGraph.Onnx;

// The loop whose body decides when it ends.
public static partial class Op
{
    /// <summary>
    /// Runs a body repeatedly: <c>(iteration, states) → (whether to continue, next states, outputs)</c>. The body may use values
    /// of the graphs around it. Its gradient runs each iteration again; where the number of iterations is that of a sequence's steps,
    /// <see cref="Scan"/> has a faster one. States whose sizes change have no gradient.
    /// </summary>
    /// <param name="most">The most iterations, Int64 [].</param>
    /// <param name="initialStates">The states before the first iteration. They keep their shapes, but for dimensions that are sums of
    /// names, which stand for sizes that change.</param>
    /// <param name="steps">The name of the axis of iterations in the outputs.</param>
    /// <param name="body">Writes one iteration; whether to continue is a Bool [].</param>
    /// <returns>The states after the last iteration, and the outputs of every iteration [steps, ..].</returns>
    public static (Value[] States, Value[] Outputs) Loop(
        Value most, Value[] initialStates, Dim steps, Func<Value, Value[], (Value GoOn, Value[] States, Value[] Outputs)> body)
    {
        if (most.Type != ElementType.Int64 || most.Shape.Rank != 0)
            throw Mismatch("Loop", "a number of iterations Int64 []", most);
        var root = most.Graph.Root;
        var around = Graph.Innermost("Loop", [most, .. initialStates]);
        var (open, inner) = (root.OpenBody,
            new Graph(root.UniqueName("iteration"), root.OpenBody?.IsWithin(around) == true ? root.OpenBody : around));
        var iteration = inner.BodyInput("number", ElementType.Int64, []);
        inner.BodyInput("going_on", ElementType.Bool, []);
        Value[] states = [.. initialStates.Select(state => inner.BodyInput("state", state.Type, state.Shape))];
        root.OpenBody = inner;
        Value goOn;
        Value[] nextStates, outputs;
        try
        {
            (goOn, nextStates, outputs) = body(iteration, states);
        }
        finally
        {
            root.OpenBody = open;
        }
        if (goOn.Type != ElementType.Bool || goOn.Shape.Rank != 0)
            throw Mismatch("Loop", "a Bool [] that says whether to go on", goOn);
        if (nextStates.Length != states.Length)
            throw new GraphException($"Loop: the body returned {nextStates.Length} states; expected {states.Length}.");
        for (var i = 0; i < states.Length; i++)
            if (nextStates[i].Type != states[i].Type || !Keeps(states[i].Shape, nextStates[i].Shape))
                throw Mismatch("Loop", $"state {i} to keep its shape", states[i], nextStates[i]);
        foreach (var value in (Value[])[goOn, .. nextStates, .. outputs])
            inner.BodyOutput(value);
        inner.Parent = Graph.Innermost("Loop", [most, .. initialStates, .. Backpropagation.Captures(inner)]);
        var node = inner.Parent.Append("Loop", [most, most.Graph.Scalar(true), .. initialStates]);
        node.SetAttribute("body", inner);
        return (
            [.. states.Select(state => node.AddOutput(state.Type, state.Shape))],
            [.. outputs.Select(output => node.AddOutput(output.Type, output.Shape.Insert(0, steps)))]);
    }

    private static bool Keeps(Shape state, Shape next) =>
        state.Rank == next.Rank && state.Zip(next).All(dims => dims.First == dims.Second || !(dims.First.IsKnown || dims.First.IsName));
}
