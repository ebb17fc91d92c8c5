namespace MLSeqGraph.Onnx;

/// <summary>Reverse-mode differentiation: writes the gradient of a scalar into the graph that computes it.</summary>
public static class Gradients
{
    /// <summary>
    /// Appends nodes that compute the derivative of <paramref name="scalar"/> for each of the <paramref name="targets"/>.
    /// </summary>
    /// <param name="scalar">
    /// The value to differentiate, of one element; with <paramref name="seed"/> any value, differentiated as Σ value · seed.
    /// </param>
    /// <param name="targets">Values of the same graph.</param>
    /// <param name="seed">The gradient the pass starts from; null for 1.</param>
    /// <returns>One gradient per target, of the target's shape; null where the scalar doesn't depend on it.</returns>
    /// <exception cref="GraphException">
    /// The scalar has several elements, a target is not a real tensor of the scalar's graph, or an operation on the way has no
    /// gradient rule.
    /// </exception>
    public static Value?[] Of(Value scalar, IReadOnlyList<Value> targets, Value? seed = null)
    {
        if (seed is null && scalar.Shape.Elements != 1)
            throw new GraphException($"Gradients: expected a value of one element; got {scalar}.");
        foreach (var target in targets)
            if (target.Graph != scalar.Graph || !target.Type.IsReal())
                throw new GraphException(
                    $"Gradients: expected targets in graph '{scalar.Graph.Name}' that hold real numbers; got {target.Type} {target} of "
                        + $"graph '{target.Graph.Name}'.");
        seed ??= Op.Filled(1f, scalar.Shape, scalar);
        var graph = scalar.Graph;
        var pass = new Backpropagation(graph, targets);
        pass.Add(scalar, seed.Type == scalar.Type ? seed : Op.Cast(seed, scalar.Type));
        pass.Run([.. graph.Nodes]);
        return [.. targets.Select(pass.GradientOf)];
    }
}
