using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The elementwise maximum of rows by lists: y[i] = maxₖ x[columns[k]] for k from start[i] to start[i + 1]; a list without entries gives
/// 0.
/// </summary>
/// <remarks>
/// x [rows, width], start [lists + 1] Int32, columns [entries] Int32; y [lists, width]. The standard operators are those of
/// <see cref="EdgeLists.Max"/>; the gradient, which ties share equally, is written by <see cref="GraphEdges"/>.
/// </remarks>
internal sealed unsafe class GatherMax() : Kernel("GatherMax", [ElementType.Float, ElementType.Int32, ElementType.Int32],
    [ElementType.Float])
{
    internal static GatherMax Kernel { get; } = new();

    /// <summary>Writes a node.</summary>
    internal static Value Of(Value x, CompressedLists lists, ListEntries entries) =>
        Kernel.Emit([[lists.Nodes, x.Shape[1]]], [x, lists.Start, lists.Entries(entries)]).Outputs[0];

    internal override KernelBody Bind(KernelAttributes attributes) => Compute;

    private static void Compute(KernelRun run)
    {
        KernelTensor x = run.Input(0), start = run.Input(1), columns = run.Input(2);
        var (lists, rows, width) = (new RowLists(start, columns), new RowReader(x), checked((int)x[1]));
        var y = run.Output(0, lists.Count, width).Floats;
        if (width == 0)
            return;
        var parts = KernelRun.Parts((lists.Entries + (long)lists.Count) * Math.Max(width, 4), lists.Count);
        run.For(parts, part =>
        {
            var (from, to) = lists.Part(part, parts);
            switch (Simd.WidthFor(width))
            {
                case 16: Largest<Simd512>(rows, lists, y, width, from, to); break;
                case 8: Largest<Simd256>(rows, lists, y, width, from, to); break;
                case 4: Largest<Simd128>(rows, lists, y, width, from, to); break;
                default: Largest<Simd1>(rows, lists, y, width, from, to); break;
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Largest<V>(RowReader rows, RowLists lists, float* y, int width, int from, int to) where V : struct, ISimd<V>
    {
        for (var list = from; list < to; list++)
        {
            var (first, end) = lists.Of(list);
            var largest = y + (long)list * width;
            if (first == end)
            {
                new Span<float>(largest, width).Clear();
                continue;
            }
            for (var j = 0; j < width; j += V.Width)
            {
                var at = Math.Min(j, width - V.Width);
                var max = V.Load(rows.Read(lists, first) + at);
                for (var k = first + 1; k < end; k++)
                    max = V.Max(V.Load(rows.Read(lists, k) + at), max);
                max.Store(largest + at);
            }
        }
    }
}
