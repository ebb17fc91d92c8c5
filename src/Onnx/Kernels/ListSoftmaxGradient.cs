using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>The gradient of <see cref="ListSoftmax"/>: dx[e] = y[e] · (dy[e] - Σ dy[f] · y[f]) over the entries f of e's list.</summary>
/// <remarks>y [edges, heads], start [lists + 1] Int32, entries [edges] Int32, dy [edges, heads]; dx [edges, heads].</remarks>
internal sealed unsafe class ListSoftmaxGradient() : Kernel("ListSoftmaxGradient",
    [ElementType.Float, ElementType.Int32, ElementType.Int32, ElementType.Float], [ElementType.Float])
{
    internal static ListSoftmaxGradient Kernel { get; } = new();

    internal override KernelBody Bind(KernelAttributes attributes) => run =>
        ListRows.Run(run, run.Input(0), run.Input(3), new Difference());

    private readonly struct Difference : IListRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Compute<V>(float* y, float* dy, float* dx, RowLists lists, int first, int end, int width) where V : struct, ISimd<V>
        {
            V sum = default;
            for (var k = first; k < end; k++)
                sum = V.MultiplyAdd(V.Load(y + (long)lists[k] * width), V.Load(dy + (long)lists[k] * width), sum);
            for (var k = first; k < end; k++)
                (V.Load(y + (long)lists[k] * width) * (V.Load(dy + (long)lists[k] * width) - sum)).Store(dx + (long)lists[k] * width);
        }
    }
}
