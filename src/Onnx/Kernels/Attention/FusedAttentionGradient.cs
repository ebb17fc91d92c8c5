namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradients of <see cref="FusedAttention"/>: scores are computed again, tile by tile (Dao et al. 2022, algorithm 4).
/// </summary>
/// <remarks>
/// With p the weights and dp = dy vᵀ: ds = p (dp - Σ dy y), dq = ds k / √d, dk = dsᵀ q / √d, dv = pᵀ dy. Inputs: those of the
/// attention, its two outputs, dy [batch, heads, queries, features]; outputs dq, dk, dv.
/// </remarks>
internal sealed unsafe class FusedAttentionGradient() : Kernel("FusedAttentionGradient",
    [
        ElementType.Float, ElementType.Float, ElementType.Float, new(ElementType.Float, true), new(ElementType.Float, true),
        ElementType.Float, ElementType.Float, ElementType.Float,
    ],
    [ElementType.Float, new(ElementType.Float, true), new(ElementType.Float, true)])
{
    internal static FusedAttentionGradient Kernel { get; } = new();

    internal override KernelBody Bind(KernelAttributes attributes) => run =>
    {
        var sizes = new AttentionSizes(Name, run.Input(0), run.Input(1), run.Input(2), run.Input(3), run.Input(4));
        KernelTensor y = run.Input(5), kept = run.Input(6), dy = run.Input(7);
        var queries = sizes.Rows * sizes.Queries;
        if (y.Count != dy.Count || y.Count != queries * sizes.Features || kept.Count != queries * 2)
            throw new ArgumentException($"{Name}: expected a result, what was kept and a gradient of {sizes}; got {y}, {kept}, {dy}.");
        var gradients = new AttentionGradients(
            y.Floats, kept.Floats, dy.Floats, run.Output(0, sizes.Batch, sizes.Heads, sizes.Queries, sizes.Depth).Floats,
            run.Output(1, sizes.Batch, sizes.Heads, sizes.Keys, sizes.Depth).Floats,
            run.Output(2, sizes.Batch, sizes.Heads, sizes.Keys, sizes.Features).Floats);
        switch (Simd.Width)
        {
            case 16: Run<Simd512>(run, sizes, gradients); break;
            case 8: Run<Simd256>(run, sizes, gradients); break;
            default: Run<Simd128>(run, sizes, gradients); break;
        }
    };

    private static void Run<V>(KernelRun run, AttentionSizes sizes, AttentionGradients gradients) where V : struct, ISimd<V>
    {
        if (sizes.Rows > 0)
            run.For(checked((int)sizes.Rows), row =>
            {
                using var memory = new ScratchMemory();
                new AttentionBackward<V>(sizes, gradients, row, memory).Run();
            });
    }
}
