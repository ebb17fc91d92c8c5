namespace MLSeqGraph.Onnx;

/// <summary>
/// Attention in one pass: y = softmax(q kᵀ / √d + masks) v for each head of each row, tile by tile, so that no tensor of queries by
/// keys is ever in memory (Dao et al. 2022).
/// </summary>
/// <remarks>
/// <para>q [batch, heads, queries, d], k [batch, heads, keys, d], v [batch, heads, keys, features], two masks, each of a shape that
/// broadcasts to [batch, heads, queries, keys], or none; y [batch, heads, queries, features], and for the gradient the largest score and
/// the reciprocal of the sum of exponentials [batch, heads, queries, 2].</para>
/// <para>A mask is 0 where a query may look at a key and -1e30 elsewhere. A query that sees no key gets 0. Tiles that a mask hides as a
/// whole are not read: what is no number there doesn't pass, other than with standard operators.</para>
/// <para>The standard operators are those of <c>ScaledDotProductAttention</c>: two products, a softmax and sums with the masks.</para>
/// </remarks>
internal sealed unsafe class FusedAttention() : Kernel("FusedAttention",
    [ElementType.Float, ElementType.Float, ElementType.Float, new(ElementType.Float, true), new(ElementType.Float, true)],
    [ElementType.Float, new(ElementType.Float, true)])
{
    private const int Masks = 2;

    internal static FusedAttention Kernel { get; } = new();

    /// <summary>Whether this kernel takes these: Floats of four axes, no more masks than it reads, not in a loop.</summary>
    internal static bool Suits(Value query, Value key, Value value, IReadOnlyList<Value> masks) =>
        query.Type == ElementType.Float && query.Graph.UsesKernels && query.Shape.Rank == 4
        && query.Shape.Take(2).SequenceEqual(key.Shape.Take(2)) && key.Shape.Take(3).SequenceEqual(value.Shape.Take(3))
        && masks.Count <= Masks && masks.All(mask => mask.Shape.Rank <= 4)
        && masks.Concat([query, key, value]).All(read => read.Graph.Parent is null);

    /// <summary>Writes a node.</summary>
    internal static Value Of(Value query, Value key, Value value, IReadOnlyList<Value> masks) =>
        Kernel.Emit([query.Shape.With(3, value.Shape[3]), query.Shape.With(3, 2)],
            [query, key, value, masks.ElementAtOrDefault(0), masks.ElementAtOrDefault(1)]).Outputs[0];

    internal override Value?[] Gradient(GradientContext c)
    {
        var node = FusedAttentionGradient.Kernel.Emit([c.Input(0).Shape, c.Input(1).Shape, c.Input(2).Shape],
            [c.Input(0), c.Input(1), c.Input(2), c.Node.Inputs.ElementAtOrDefault(3), c.Node.Inputs.ElementAtOrDefault(4), c.Output,
                c.Node.Outputs[1], c.Gradient]);
        return [.. Enumerable.Range(0, c.Node.Inputs.Count).Select(i => i < 3 ? node.Outputs[i] : null)];
    }

    internal override KernelBody Bind(KernelAttributes attributes) => run =>
    {
        var sizes = new AttentionSizes(Name, run.Input(0), run.Input(1), run.Input(2), run.Input(3), run.Input(4));
        var y = run.Output(0, sizes.Batch, sizes.Heads, sizes.Queries, sizes.Features);
        var kept = run.Output(1, sizes.Batch, sizes.Heads, sizes.Queries, 2);
        if (y.Count == 0 && kept.Count == 0)
            return;
        switch (Simd.Width)
        {
            case 16: Run<Simd512>(run, sizes, y, kept); break;
            case 8: Run<Simd256>(run, sizes, y, kept); break;
            default: Run<Simd128>(run, sizes, y, kept); break;
        }
    };

    private static void Run<V>(KernelRun run, AttentionSizes sizes, KernelTensor y, KernelTensor kept) where V : struct, ISimd<V>
    {
        var forward = new AttentionForward<V>(sizes, y.Floats, kept.Floats);
        run.For(forward.Tasks, forward.Run);
    }
}
