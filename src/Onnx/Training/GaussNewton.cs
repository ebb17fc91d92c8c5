namespace MLSeqGraph.Onnx;

/// <summary>
/// The product of the Gauss-Newton matrix with a vector as a graph (Schraudolph 2002): Jᵀ H J v, where J is the derivative of the outputs
/// z by the parameters, and H that of the loss by z, twice. J v is the derivative of (Jᵀ u)·v by u, so that everything comes from
/// reverse mode; the graph of gradients is differentiated again.
/// </summary>
internal static class GaussNewton
{
    internal const string Vector = "curvature/vector", Damping = "curvature/structural_damping", Product = "curvature/product";

    /// <exception cref="GraphException">The network names no outputs, or an operation can't be differentiated twice.</exception>
    internal static Graph Write(Func<NetworkBuilder, NetworkOutputs> network, TrainingModel model, int seed)
    {
        var builder = new NetworkBuilder(model.Parameters, NetworkMode.Training, seed, "gauss_newton");
        var graph = builder.Graph;
        // Kernels have no second derivatives.
        graph.UsesKernels = false;
        var outputs = builder.WithTerms(network(builder));
        if (outputs.Outputs.Count == 0)
            throw new GraphException($"{model.Optimizer.GetType().Name}: the network names no {nameof(NetworkOutputs.Outputs)}, the values "
                + "in which its loss is convex; expected at least one. Trainers of sequences and forecasts name them, those of graphs and "
                + $"decoders don't: {nameof(LimitedMemoryBfgs)} needs none.");
        Value[] parameters = [.. model.Dense.Select(entry => builder.ParameterValues[entry.Parameter.Name])];
        var flat = graph.Input(Vector, ElementType.Float, [model.FlatLength]);
        Value[] vector = [.. model.Dense.Select((entry, i) => Op.Reshape(Op.Slice(flat, 0, entry.Offset,
            entry.Offset + entry.Parameter.Value.Count), parameters[i].Shape))];
        var damping = graph.Input(Damping, ElementType.Float, []);
        Value[] z = [.. outputs.Outputs, .. outputs.Hidden is { } hidden ? (Value[])[hidden] : []];
        Value[] u = [.. z.Select(value => Op.StopGradient(Op.ZerosLike(value)))];
        var back = Gradients.Of(Sum(z, u), parameters);                                                  // Jᵀ u
        var forward = Gradients.Of(Sum(back, vector), u);                                                // J v
        var turned = new Value?[z.Length];
        for (var i = 0; i < z.Length; i++)
        {
            if (forward[i] is not { } change)
                continue;
            change = Op.StopGradient(change);
            if (i == outputs.Outputs.Count)
            {
                // The squared change of hidden states, in the mean over the rows of a batch.
                turned[i] = change * damping / Op.Cast(Op.Squeeze(Op.SizeOf(z[i], 1), 0), ElementType.Float);
                continue;
            }
            var slope = Gradients.Of(outputs.Loss, [z[i]])[0];
            turned[i] = slope is null ? null : Gradients.Of(Op.ReduceSum(slope * change, keepDims: false), [z[i]])[0];
        }
        var product = Gradients.Of(Sum(z, [.. turned.Select(value => value is null ? null : Op.StopGradient(value))]), parameters);
        graph.Output(Product, Op.Concat(0, [.. product.Select((value, i) =>
            Op.Reshape(value ?? Op.ZerosLike(parameters[i]), [parameters[i].Shape.Elements]))]));
        DeadCode.Remove(graph);
        graph.RemoveUnreadInputs();
        return graph;
    }

    private static Value Sum(IReadOnlyList<Value?> left, IReadOnlyList<Value?> right) => left.Zip(right, (a, b) =>
        a is null || b is null ? null : Op.ReduceSum(a * b, keepDims: false)).OfType<Value>().Aggregate((sum, term) => sum + term);
}
