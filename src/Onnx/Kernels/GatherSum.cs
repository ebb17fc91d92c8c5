using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Sums of rows by lists: y[i] = Σₖ x[columns[k]] for k from start[i] to start[i + 1], each weighted by weights[edges[k]] if there
/// are weights; each of several heads has its own range of columns. A list without entries gives 0. With a scale s for each
/// row, list i belongs to row i: y[i] = s[i] · (Σₖ s[columns[k]] · x[columns[k]] + s[i] · x[i]), a graph convolution's
/// aggregation.
/// </summary>
/// <remarks>
/// x [rows, heads · channels], start [lists + 1] Int32, columns [entries] Int32, weights [edges, heads] and edges [entries] Int32, both or
/// neither; scale [rows], without weights; y [lists, heads · channels]. Sums are in the order of the list, those of long lists
/// pairwise, so that rounding errors don't grow with their length. The standard operators are those of
/// <see cref="EdgeLists.Sum(Value, ListEntries)"/> and <see cref="EdgeLists.WeightedSum"/>; the gradients are written by
/// <see cref="GraphEdges"/>, which knows the reversed lists.
/// </remarks>
internal sealed unsafe partial class GatherSum() : Kernel("GatherSum",
    [ElementType.Float, ElementType.Int32, ElementType.Int32, new(ElementType.Float, true), new(ElementType.Int32, true),
        new(ElementType.Float, true)],
    [ElementType.Float])
{
    internal static GatherSum Kernel { get; } = new();

    /// <summary>Writes a node.</summary>
    /// <remarks>Rows that are gathered from others are read there, and not written side by side first.</remarks>
    internal static Value Of(Value x, CompressedLists lists, ListEntries entries, Value? weights = null)
    {
        var columns = lists.Entries(entries);
        if (Op.GatheredRows(x) is var (all, rows))
            (x, columns) = (all, Op.Gather(rows, columns));
        return Kernel.Emit([[lists.Nodes, x.Shape[1]]],
            [x, lists.Start, columns, weights, weights is null ? null : lists.Entries(ListEntries.Edges)]).Outputs[0];
    }

    /// <summary>Writes a node.</summary>
    /// <param name="x">[rows, width].</param>
    /// <param name="start">Where each list begins in <paramref name="columns"/>, and the end of the last, [lists + 1].</param>
    /// <param name="columns">Row numbers, [entries].</param>
    /// <param name="shape">The sums' shape, [lists, width].</param>
    internal static Value Of(Value x, Value start, Value columns, Shape shape) =>
        Kernel.Emit([shape], [x, start, columns]).Outputs[0];

    /// <summary>Writes a node that sums scaled rows, including the list's own row.</summary>
    /// <param name="x">[rows, width].</param>
    /// <param name="lists">A list for each row.</param>
    /// <param name="scale">[rows].</param>
    internal static Value Scaled(Value x, CompressedLists lists, Value scale) =>
        Kernel.Emit([x.Shape], [x, lists.Start, lists.Entries(ListEntries.Ends), null, null, scale]).Outputs[0];

    internal override KernelBody Bind(KernelAttributes attributes) => Compute;

    private static void Compute(KernelRun run)
    {
        KernelTensor x = run.Input(0), start = run.Input(1), columns = run.Input(2), weights = run.Input(3), edges = run.Input(4),
            scale = run.Input(5);
        var job = new Job(x, new(start, columns), weights, edges, scale, run.Output(0, start.Count - 1, x[1]).Floats);
        var parts = KernelRun.Parts((job.Lists.Entries + job.Lists.Count) * Math.Max(job.Width, 4), job.Lists.Count);
        run.For(parts, part => job.Run(part, parts));
        job.RunHubs(run);
    }

    /// <summary>One call.</summary>
    private sealed partial class Job(KernelTensor x, RowLists lists, KernelTensor weights, KernelTensor edges, KernelTensor scale, float* y)
    {
        private readonly float* _scale = CheckedScale(scale, x, lists, weights);
        private readonly RowReader _rows = new(x);
        private readonly float* _weights = weights.Floats;
        private readonly int* _edges = Checked(edges, weights, lists);
        private readonly int _heads = weights.IsPresent ? checked((int)weights[1]) : 1, _width = checked((int)x[1]);
        // A list with more entries is summed in halves.
        private const int LeafEntries = 256, MostHalvings = 24;
        private readonly long _weightRows = weights.IsPresent ? weights[0] : 0;

        internal RowLists Lists => lists;

        internal int Width => _width;

        internal void Run(int part, int parts)
        {
            var (from, to) = lists.Part(part, parts);
            if (_width == 0)
                return;
            switch (Simd.WidthFor(_width / _heads))
            {
                case 16: Sum<Simd512>(from, to); break;
                case 8: Sum<Simd256>(from, to); break;
                case 4: Sum<Simd128>(from, to); break;
                default: Sum<Simd1>(from, to); break;
            }
        }

        private void Sum<V>(int from, int to) where V : struct, ISimd<V>
        {
            float* halves = null;
            try
            {
                for (var list = from; list < to; list++)
                {
                    var (first, end) = lists.Of(list);
                    if (end - first > HubEntries)
                    {
                        lock (_hubs)
                            _hubs.Add(list);
                        continue;
                    }
                    if (end - first > LeafEntries && halves is null)
                        halves = (float*)NativeMemory.Alloc((nuint)_width, MostHalvings * sizeof(float));
                    Sum<V>(first, end, y + (long)list * _width, halves);
                    if (_scale is not null)
                        Finish<V>(y + (long)list * _width, x.Floats + (long)list * _width, _scale[list]);
                }
            }
            finally
            {
                NativeMemory.Free(halves);
            }
        }

        private void Sum<V>(int first, int end, float* sum, float* half) where V : struct, ISimd<V>
        {
            if (end - first <= LeafEntries)
            {
                Leaf<V>(first, end, sum);
                return;
            }
            var middle = first + ((end - first) >> 1);
            Sum<V>(first, middle, sum, half);
            Sum<V>(middle, end, half, half + _width);
            Rows.Add(sum, half, _width);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Leaf<V>(int first, int end, float* sum) where V : struct, ISimd<V>
        {
            int channels = _width / _heads, last = channels - V.Width;
            for (var head = 0; head < _heads; head++)
                for (var j = 0; j < channels; j += 4 * V.Width)
                {
                    // Four vectors at most; the last ones may overlap.
                    var at = head * channels;
                    int a = at + Math.Min(j, last), b = at + Math.Min(j + V.Width, last), c = at + Math.Min(j + 2 * V.Width, last),
                        d = at + Math.Min(j + 3 * V.Width, last);
                    if (_weights is not null || _scale is not null)
                        Weighted<V>(first, end, head, sum, a, b, c, d);
                    else if (channels - j > 2 * V.Width)
                        Four<V>(first, end, sum, a, b, c, d);
                    else
                        Two<V>(first, end, sum, a, b);
                }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Two<V>(int first, int end, float* y, int a, int b) where V : struct, ISimd<V>
        {
            var (rows, entries) = (_rows, lists); // in registers
            V sumA = default, sumB = default;
            for (var k = first; k < end; k++)
            {
                var row = rows.Read(entries, k);
                sumA += V.Load(row + a);
                sumB += V.Load(row + b);
            }
            sumA.Store(y + a);
            sumB.Store(y + b);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Four<V>(int first, int end, float* y, int a, int b, int c, int d) where V : struct, ISimd<V>
        {
            var (rows, entries) = (_rows, lists);
            V sumA = default, sumB = default, sumC = default, sumD = default;
            for (var k = first; k < end; k++)
            {
                var row = rows.Read(entries, k);
                sumA += V.Load(row + a);
                sumB += V.Load(row + b);
                sumC += V.Load(row + c);
                sumD += V.Load(row + d);
            }
            sumA.Store(y + a);
            sumB.Store(y + b);
            sumC.Store(y + c);
            sumD.Store(y + d);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Weighted<V>(int first, int end, int head, float* y, int a, int b, int c, int d) where V : struct, ISimd<V>
        {
            var edges = _edges;
            float* weights = _weights + head, scale = _scale;
            var (heads, weightRows) = (_heads, _weightRows);
            var (rows, entries) = (_rows, lists);
            V sumA = default, sumB = default, sumC = default, sumD = default;
            for (var k = first; k < end; k++)
            {
                var row = rows.Read(entries, k);
                V weight;
                if (scale is not null)
                {
                    weight = V.All(scale[entries[k]]);
                }
                else
                {
                    var edge = edges[k];
                    if ((ulong)edge >= (ulong)weightRows)
                        Fail(k, edge);
                    weight = V.All(weights[(long)edge * heads]);
                }
                sumA = V.MultiplyAdd(weight, V.Load(row + a), sumA);
                sumB = V.MultiplyAdd(weight, V.Load(row + b), sumB);
                sumC = V.MultiplyAdd(weight, V.Load(row + c), sumC);
                sumD = V.MultiplyAdd(weight, V.Load(row + d), sumD);
            }
            sumA.Store(y + a);
            sumB.Store(y + b);
            sumC.Store(y + c);
            sumD.Store(y + d);
        }

        // s · (y + s · x)
        private void Finish<V>(float* y, float* x, float s) where V : struct, ISimd<V>
        {
            var scale = V.All(s);
            int last = _width - V.Width;
            var tail = scale * V.MultiplyAdd(scale, V.Load(x + last), V.Load(y + last)); // read before what overlaps it is written
            for (var j = 0; j < last; j += V.Width)
                (scale * V.MultiplyAdd(scale, V.Load(x + j), V.Load(y + j))).Store(y + j);
            tail.Store(y + last);
        }

        private static float* CheckedScale(KernelTensor scale, KernelTensor x, RowLists lists, KernelTensor weights) =>
            scale.IsPresent && (weights.IsPresent || scale.Count != x[0] || lists.Count != x[0])
                ? throw new ArgumentException($"GatherSum: expected a scale and a list for each row of {x}, and no weights; got {scale} "
                    + $"and {lists.Count} lists.")
                : scale.Floats;

        private void Fail(int entry, int edge) =>
            throw new ArgumentException($"GatherSum: entry {entry} has edge {edge}; expected 0 to {_weightRows - 1}.");

        private static int* Checked(KernelTensor edges, KernelTensor weights, RowLists lists) =>
            edges.IsPresent != weights.IsPresent || (edges.IsPresent && edges.Count != lists.Entries)
                ? throw new ArgumentException($"GatherSum: expected an edge for each of {lists.Entries} entries, and weights; got {edges} "
                    + $"and {weights}.")
                : edges.Ints;
    }
}
