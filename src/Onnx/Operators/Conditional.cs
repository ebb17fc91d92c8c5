namespace MLSeqGraph.Onnx;

// The choice between two bodies.
public static partial class Op
{
    private const string Then = "then_branch", Else = "else_branch";

    /// <summary>
    /// Runs one of two bodies. They may use any value of the graphs around them; what they compute is computed only if they are chosen, and
    /// so are its gradients, for which the chosen body runs again.
    /// </summary>
    /// <param name="condition">Whether the first body runs, Bool [] or [1].</param>
    /// <param name="then">Writes the first body and returns its results.</param>
    /// <param name="otherwise">Writes the second body: as many results, of the same types and ranks.</param>
    /// <returns>The results of the body that ran; where their sizes differ, dimensions have names of their own.</returns>
    /// <exception cref="GraphException">The condition is no single truth value, or the results don't fit each other.</exception>
    public static Value[] If(Value condition, Func<Value[]> then, Func<Value[]> otherwise)
    {
        if (condition.Type != ElementType.Bool || condition.Shape.Elements != 1)
            throw Mismatch("If", "a condition Bool []", condition);
        var at = Graph.Open("If", condition);
        Value[] first = [], second = [];
        Graph yes = Graph.Branch("then", at, _ => first = then()), no = Graph.Branch("else", at, _ => second = otherwise());
        if (first.Length != second.Length)
            throw new GraphException($"If: one body gives {first.Length} results, the other {second.Length}; expected as many of both.");
        for (var i = 0; i < first.Length; i++)
            if (first[i].Type != second[i].Type || first[i].Shape.Rank != second[i].Shape.Rank)
                throw Mismatch("If", $"results {i + 1} of one type and number of axes", first[i], second[i]);
        var node = at.Append("If", [condition]);
        node.SetAttribute(Then, yes);
        node.SetAttribute(Else, no);
        for (var i = 0; i < first.Length; i++)
        {
            var name = at.UniqueName("if");
            node.AddOutput(first[i].Type, [.. first[i].Shape.Zip(second[i].Shape).Select((dims, axis) => dims.First == dims.Second
                ? dims.First : (Dim)$"{name}_{axis}")]);
        }
        return [.. node.Outputs];
    }

    // A choice by the same condition: each body runs again, before its gradients.
    internal static Value?[] IfGradient(GradientContext c)
    {
        Graph yes = c.Node.Attribute<Graph>(Then), no = c.Node.Attribute<Graph>(Else);
        Value[] targets = [.. Backpropagation.Captures(yes).Concat(Backpropagation.Captures(no)).Distinct().Where(c.Needs)];
        var gradients = If(c.Input(0), () => Branch(yes), () => Branch(no));
        foreach (var (target, gradient) in targets.Zip(gradients))
            c.Add(target, gradient);
        return new Value?[c.Node.Inputs.Count];

        Value[] Branch(Graph body)
        {
            var inner = body.Root.OpenBranch!;
            var copies = BodyCopy.Into(inner, body);
            Node[] nodes = [.. inner.Nodes];
            var pass = new Backpropagation(inner, targets);
            for (var i = 0; i < c.Node.Outputs.Count; i++)
                if (c.GradientOf(i) is { } gradient && copies[body.Outputs[i].Value] is var output && pass.Needs(output))
                    pass.Add(output, gradient.Shape.Equals(output.Shape) ? gradient : Renamed(gradient, output.Shape));
            pass.Run(nodes);
            Value[] results = [.. targets.Select(target => pass.GradientOf(target) ?? ZerosLike(target))];
            BodyCopy.ReadCopies(inner, copies); // rules may have read values that they knew from writing them
            return results;
        }
    }
}
