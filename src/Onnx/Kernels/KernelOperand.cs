namespace MLSeqGraph.Onnx;

/// <summary>An input or output of a <see cref="Kernel"/>.</summary>
/// <param name="Type">Its element type.</param>
/// <param name="IsOptional">
/// Whether it may be left out. An output is left out if nothing reads it: <see cref="KernelRun.Output"/> then gives a missing tensor.
/// </param>
internal readonly record struct KernelOperand(ElementType Type, bool IsOptional = false)
{
    /// <summary>An operand that can't be left out.</summary>
    public static implicit operator KernelOperand(ElementType type) => new(type);
}
