using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The softmax of scores by lists, for each head: y[e] = exp(x[e] - m) / Σ exp(x[f] - m) over the entries f of e's list, m being the
/// largest of them. Every row of scores is an entry of one list.
/// </summary>
/// <remarks>
/// x [edges, heads], start [lists + 1] Int32, entries [edges] Int32; y [edges, heads]. The standard operators are those of
/// <see cref="GraphEdges.Softmax"/>.
/// </remarks>
internal sealed unsafe class ListSoftmax() : Kernel("ListSoftmax", [ElementType.Float, ElementType.Int32, ElementType.Int32],
    [ElementType.Float])
{
    internal static ListSoftmax Kernel { get; } = new();

    /// <summary>Writes a node.</summary>
    internal static Value Of(Value x, CompressedLists lists) =>
        Kernel.Emit([x.Shape], [x, lists.Start, lists.Entries(ListEntries.Edges)]).Outputs[0];

    internal override KernelBody Bind(KernelAttributes attributes) => run => ListRows.Run(run, run.Input(0), default, new Softmax());

    /// <summary>dx[e] = y[e] · (dy[e] - Σ dy[f] · y[f]) over the list's entries f.</summary>
    internal override Value?[] Gradient(GradientContext c) =>
        [ListSoftmaxGradient.Kernel.Emit([c.Output.Shape], [c.Output, c.Input(1), c.Input(2), c.Gradient]).Outputs[0], null, null];

    private readonly struct Softmax : IListRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Compute<V>(float* x, float* unused, float* y, RowLists lists, int first, int end, int width) where V : struct, ISimd<V>
        {
            var max = V.Load(x + (long)lists[first] * width);
            for (var k = first + 1; k < end; k++)
                max = V.Max(V.Load(x + (long)lists[k] * width), max);
            V sum = default;
            for (var k = first; k < end; k++)
            {
                var exponential = Exponential.Of(V.Load(x + (long)lists[k] * width) - max);
                sum += exponential;
                exponential.Store(y + (long)lists[k] * width);
            }
            for (var k = first; k < end; k++)
                (V.Load(y + (long)lists[k] * width) / sum).Store(y + (long)lists[k] * width);
        }
    }
}
