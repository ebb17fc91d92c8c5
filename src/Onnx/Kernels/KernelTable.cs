namespace MLSeqGraph.Onnx;

/// <summary>All kernels, in one place.</summary>
internal static class KernelTable
{
    /// <summary>The kernels that are registered with ONNX Runtime.</summary>
    internal static IReadOnlyList<Kernel> All { get; } =
    [
        ComplexProduct.Kernel,
        ConvolutionWeightGradient.Kernel,
        CtcLoss.Kernel,
        FusedAttention.Kernel,
        FusedAttentionGradient.Kernel,
        GatherMax.Kernel,
        GatherSum.Kernel,
        ListSoftmax.Kernel,
        ListSoftmaxGradient.Kernel,
        Recurrence.Kernel,
        RecurrenceGradient.Kernel,
        RowProduct.Kernel,
        RowUpdate.Kernel,
        ShareAbove.Kernel,
        TransposedProduct.Kernel,
    ];

    /// <summary>The kernel of a node.</summary>
    internal static Kernel Of(Node node) => All.First(kernel => kernel.Name == node.OpType);
}
