namespace MLSeqGraph.Onnx;

/// <summary>The code of a kernel for a node whose attributes are known.</summary>
internal delegate void KernelBody(KernelRun run);

/// <summary>
/// An operation of our own for ONNX Runtime's CPU provider, written in C#. One file holds everything: the equation and the shapes in its
/// documentation, the code, the subgraph of standard operators that computes the same, and the gradient.
/// </summary>
/// <remarks>
/// Kernels are used only in graphs with <see cref="Graph.UsesKernels"/>: training steps and our own scorers on the CPU, never exported
/// files. A kernel gives the same bits on any number of threads: its division into parts may depend on sizes, never on threads, and
/// parts never add to each other's results. <see cref="KernelTable"/> lists the kernels.
/// </remarks>
internal abstract class Kernel(string name, KernelOperand[] inputs, KernelOperand[] outputs)
{
    /// <summary>The operator set of all kernels.</summary>
    internal const string Domain = "mlseqgraph";

    /// <summary>The operation's name.</summary>
    internal string Name => name;

    /// <summary>Inputs in order; optional ones may be anywhere.</summary>
    internal IReadOnlyList<KernelOperand> Inputs => inputs;

    /// <summary>Outputs in order; the first is never left out.</summary>
    internal IReadOnlyList<KernelOperand> Outputs => outputs;

    /// <summary>
    /// Called once per node of a session: reads the attributes and returns the code that runs, which several threads may call at once.
    /// Exceptions of either reach the caller of the session.
    /// </summary>
    internal abstract KernelBody Bind(KernelAttributes attributes);

    /// <summary>The gradients of the inputs, as in <see cref="GradientRules"/>.</summary>
    internal virtual Value?[] Gradient(GradientContext context) =>
        throw new GraphException($"Kernel {name} has no gradient ({context.Node}).");

    /// <summary>Writes a node.</summary>
    /// <param name="shapes">The outputs' shapes.</param>
    /// <param name="given">A value for each input; null where an optional one is left out.</param>
    /// <param name="attributes">Attributes: long, float, string, long[] or float[].</param>
    /// <exception cref="GraphException">An input is missing or of another type.</exception>
    internal Node Emit(Shape[] shapes, Value?[] given, params ReadOnlySpan<(string Name, object Value)> attributes)
    {
        for (var i = 0; i < inputs.Length; i++)
            if (i < given.Length && given[i] is { } value ? value.Type != inputs[i].Type : !inputs[i].IsOptional)
                throw new GraphException($"Kernel {name}: expected {inputs[i].Type} as input {i}; got "
                    + $"{(i < given.Length && given[i] is { } other ? $"{other.Type} {other}" : "nothing")}.");
        var node = Graph.Emit(name, given, Domain);
        foreach (var (attribute, value) in attributes)
            node.SetAttribute(attribute, value);
        for (var i = 0; i < shapes.Length; i++)
            node.AddOutput(outputs[i].Type, shapes[i], i == 0 ? null : $"{name.ToLowerInvariant()}_{i}");
        return node;
    }
}
