using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>The inner product of each row of one tensor with the same row of another: yᵢ = Σⱼ aᵢⱼ bᵢⱼ.</summary>
/// <remarks>
/// a and b [.., width] of one shape; y [..]. The standard operators, a product and a sum, write and read a tensor as wide as the rows.
/// </remarks>
internal sealed unsafe class RowProduct() : Kernel("RowProduct", [ElementType.Float, ElementType.Float], [ElementType.Float])
{
    internal static RowProduct Kernel { get; } = new();

    /// <summary>Writes a node; <see cref="ComplexProduct.Suits"/> says for which values.</summary>
    internal static Value Of(Value a, Value b) => Kernel.Emit([[.. a.Shape.SkipLast(1)]], [a, b]).Outputs[0];

    internal override Value?[] Gradient(GradientContext c)
    {
        var g = Op.Unsqueeze(c.Gradient, c.Gradient.Shape.Rank);
        return [c.For(0, () => g * c.Input(1)), c.For(1, () => g * c.Input(0))];
    }

    internal override KernelBody Bind(KernelAttributes attributes) => Compute;

    private static void Compute(KernelRun run)
    {
        KernelTensor a = run.Input(0), b = run.Input(1);
        if (a.Count != b.Count || a.Rank != b.Rank || a[-1] != b[-1])
            throw new ArgumentException($"RowProduct: expected two tensors of one shape; got {a} and {b}.");
        Span<long> sizes = stackalloc long[a.Rank - 1];
        for (var axis = 0; axis < sizes.Length; axis++)
            sizes[axis] = a[axis];
        var y = run.Output(0, sizes);
        float* left = a.Floats, right = b.Floats, sums = y.Floats;
        var width = checked((int)a[-1]);
        var parts = KernelRun.Parts(a.Count, y.Count);
        run.For(parts, part =>
        {
            var end = KernelRun.Start(y.Count, part + 1, parts);
            for (var row = KernelRun.Start(y.Count, part, parts); row < end; row++)
            {
                float* x = left + row * width, z = right + row * width;
                var (sum, j) = (0f, 0);
                if (Simd.Width >= 16)
                    Add<Simd512>(x, z, width, ref j, ref sum);
                if (Simd.Width >= 8)
                    Add<Simd256>(x, z, width, ref j, ref sum);
                Add<Simd128>(x, z, width, ref j, ref sum);
                Add<Simd1>(x, z, width, ref j, ref sum);
                sums[row] = sum;
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Add<V>(float* a, float* b, int width, ref int j, ref float total) where V : struct, ISimd<V>
    {
        V sum = V.All(0);
        var at = j;
        for (; at + V.Width <= width; at += V.Width)
            sum = V.MultiplyAdd(V.Load(a + at), V.Load(b + at), sum);
        j = at;
        total += sum.Sum();
    }
}
