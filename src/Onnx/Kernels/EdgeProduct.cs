using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Products of the rows at both ends of each edge, head by head, the gradient of a weighted sum's weights:
/// y[edges[k], h] = Σ x[columns[k], c] · dy[i, c] over the channels c of head h, for k from start[i] to start[i + 1]. No tensor of edges is
/// as wide as the rows.
/// </summary>
/// <remarks>
/// x [rows, heads · channels], start [lists + 1] Int32, columns [entries] Int32, edges [entries] Int32, which name each edge once,
/// dy [lists, heads · channels]; the attribute <c>heads</c>; y [entries, heads]. The standard operators are those of
/// <see cref="GraphEdges.WeightedSumOfSources"/>. It has no gradient.
/// </remarks>
internal sealed unsafe class EdgeProduct() : Kernel("EdgeProduct",
    [ElementType.Float, ElementType.Int32, ElementType.Int32, ElementType.Int32, ElementType.Float], [ElementType.Float])
{
    internal static EdgeProduct Kernel { get; } = new();

    /// <summary>Writes a node.</summary>
    internal static Value Of(Value x, CompressedLists lists, Value gradient, Shape edgesAndHeads) =>
        Kernel.Emit([edgesAndHeads], [x, lists.Start, lists.Entries(ListEntries.Ends), lists.Entries(ListEntries.Edges), gradient],
            ("heads", edgesAndHeads[1].Size)).Outputs[0];

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var heads = checked((int)attributes.Integer("heads"));
        return run => Compute(run, heads);
    }

    private static void Compute(KernelRun run, int heads)
    {
        KernelTensor x = run.Input(0), edges = run.Input(3), gradient = run.Input(4);
        var (lists, rows, width) = (new RowLists(run.Input(1), run.Input(2)), new RowReader(x), checked((int)x[1]));
        if (edges.Count != lists.Entries || gradient.Rank != 2 || gradient[0] != lists.Count || gradient[1] != width || heads < 1
            || width % heads != 0)
            throw new ArgumentException($"EdgeProduct: expected an edge for each of {lists.Entries} entries, and for each of {lists.Count} "
                + $"lists a row as wide as those of {x}, of {heads} heads; got {edges} and {gradient}.");
        var y = run.Output(0, lists.Entries, heads).Floats;
        if (lists.Entries == 0)
            return;
        float* right = gradient.Floats;
        var numbers = edges.Ints;
        var parts = KernelRun.Parts((lists.Entries + (long)lists.Count) * Math.Max(width, 4), lists.Count);
        run.For(parts, part =>
        {
            var (from, to) = lists.Part(part, parts);
            switch (width == 0 ? 1 : Simd.WidthFor(width / heads))
            {
                case 16: Products<Simd512>(rows, lists, numbers, right, y, width, heads, from, to); break;
                case 8: Products<Simd256>(rows, lists, numbers, right, y, width, heads, from, to); break;
                case 4: Products<Simd128>(rows, lists, numbers, right, y, width, heads, from, to); break;
                default: Products<Simd1>(rows, lists, numbers, right, y, width, heads, from, to); break;
            }
        });
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Products<V>(RowReader rows, RowLists lists, int* edges, float* gradient, float* y, int width, int heads, int from,
        int to) where V : struct, ISimd<V>
    {
        var channels = width / heads;
        for (var list = from; list < to; list++)
        {
            var (first, end) = lists.Of(list);
            var right = gradient + (long)list * width;
            for (var k = first; k < end; k++)
            {
                var edge = edges[k];
                if ((uint)edge >= (uint)lists.Entries)
                    Fail(k, edge, lists.Entries);
                float* left = rows.Read(lists, k), products = y + (long)edge * heads;
                for (var head = 0; head < heads; head++)
                    products[head] = Product<V>(left + head * channels, right + head * channels, channels);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Product<V>(float* a, float* b, int count) where V : struct, ISimd<V>
    {
        V sum = default, other = default;
        var j = 0;
        for (; j + 2 * V.Width <= count; j += 2 * V.Width)
        {
            sum = V.MultiplyAdd(V.Load(a + j), V.Load(b + j), sum);
            other = V.MultiplyAdd(V.Load(a + j + V.Width), V.Load(b + j + V.Width), other);
        }
        for (; j + V.Width <= count; j += V.Width)
            sum = V.MultiplyAdd(V.Load(a + j), V.Load(b + j), sum);
        var product = (sum + other).Sum();
        for (; j < count; j++)
            product += a[j] * b[j];
        return product;
    }

    private static void Fail(int entry, int edge, int edges) =>
        throw new ArgumentException($"EdgeProduct: entry {entry} has edge {edge}; expected 0 to {edges - 1}.");
}
