using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The elementwise product of complex vectors, real half before imaginary half: y = a · b, or a · b̄ with the conjugate of the second.
/// </summary>
/// <remarks>
/// a and b [.., width] of one shape, width even; y likewise. The standard operators are products and sums of the halves, which write eight
/// tensors on the way.
/// </remarks>
internal sealed unsafe class ComplexProduct() : Kernel("ComplexProduct", [ElementType.Float, ElementType.Float], [ElementType.Float])
{
    internal static ComplexProduct Kernel { get; } = new();

    /// <summary>Whether the product of two values is taken by this kernel.</summary>
    internal static bool Suits(Value a, Value b) =>
        a.Graph.UsesKernels && a.Type == ElementType.Float && b.Type == ElementType.Float && a.Shape.Equals(b.Shape);

    /// <summary>Writes a node.</summary>
    internal static Value Of(Value a, Value b, bool conjugate) =>
        Kernel.Emit([a.Shape], [a, b], ("conjugate", conjugate ? 1L : 0L)).Outputs[0];

    // With the conjugate product as the gradient of the plain one, the other way round, and b's of a · b̄ = a · ḡ.
    internal override Value?[] Gradient(GradientContext c)
    {
        var conjugate = c.Node.Attribute<long>("conjugate") == 1;
        var (a, b, g) = (c.Input(0), c.Input(1), c.Gradient);
        return [c.For(0, () => Of(g, b, !conjugate)), c.For(1, () => conjugate ? Of(a, g, true) : Of(g, a, true))];
    }

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var sign = attributes.Integer("conjugate") == 1 ? -1f : 1f;
        return run => Compute(run, sign);
    }

    private static void Compute(KernelRun run, float sign)
    {
        KernelTensor a = run.Input(0), b = run.Input(1);
        if (a.Count != b.Count || a.Rank != b.Rank || a[-1] != b[-1] || a[-1] % 2 != 0)
            throw new ArgumentException($"ComplexProduct: expected two tensors of one shape, the last axis even; got {a} and {b}.");
        Span<long> sizes = stackalloc long[a.Rank];
        for (var axis = 0; axis < sizes.Length; axis++)
            sizes[axis] = a[axis];
        var y = run.Output(0, sizes).Floats;
        if (a.Count == 0)
            return;
        float* left = a.Floats, right = b.Floats;
        var half = checked((int)(a[-1] / 2));
        var rows = a.Count / a[-1];
        var parts = KernelRun.Parts(a.Count, rows);
        run.For(parts, part =>
        {
            var end = KernelRun.Start(rows, part + 1, parts);
            for (var row = KernelRun.Start(rows, part, parts); row < end; row++)
            {
                var at = row * 2 * half;
                var j = 0;
                if (Simd.Width >= 16)
                    j = Row<Simd512>(left + at, right + at, y + at, half, sign, j);
                if (Simd.Width >= 8)
                    j = Row<Simd256>(left + at, right + at, y + at, half, sign, j);
                j = Row<Simd128>(left + at, right + at, y + at, half, sign, j);
                Row<Simd1>(left + at, right + at, y + at, half, sign, j);
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Row<V>(float* a, float* b, float* y, int half, float sign, int j) where V : struct, ISimd<V>
    {
        var signs = V.All(sign);
        for (; j + V.Width <= half; j += V.Width)
        {
            V real = V.Load(a + j), imaginary = V.Load(a + half + j), other = V.Load(b + j), turned = signs * V.Load(b + half + j);
            (real * other - imaginary * turned).Store(y + j);
            V.MultiplyAdd(real, turned, imaginary * other).Store(y + half + j);
        }
        return j;
    }
}
