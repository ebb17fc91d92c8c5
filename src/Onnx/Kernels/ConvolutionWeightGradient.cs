using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The gradient of a convolution's weight: w[o, c, k] = Σ x[b, c, t · stride + k · dilation - padding] · dy[b, o, t] over all b and t,
/// with one or two spatial axes. x [batch, channels, ..], dy [batch, outputs, ..] → [outputs, channels / groups, kernel ..].
/// </summary>
/// <remarks>
/// <para>The standard operators are a <c>Conv</c> of x with the kernel dy, batch and channels swapped, whose result of a few numbers a
/// channel takes matrix products a few columns wide. Here images are copied with their padding, one plane for each remainder of the
/// stride, and gradients into rows as long as these with zeros between: then every weight is the inner product of two stretches of
/// memory, and twelve of them share what they read.</para>
/// <para>Images are divided into ranges whose sums are added in order, large weights by rows. NaN and infinity reach more weights of their
/// channel than by the standard operators, and some of the channel before, since zeros between rows meet them too. It has no
/// gradient.</para>
/// </remarks>
internal sealed unsafe class ConvolutionWeightGradient()
    : Kernel("ConvolutionWeightGradient", [ElementType.Float, ElementType.Float], [ElementType.Float])
{
    private const int TileRows = 4, TileColumns = 3;

    // Elements of the results of all ranges, of a row of several images, and of the images that are read again and again.
    private const long MostPartial = 1 << 19, RowLength = 2048, MostCopied = 1 << 17;

    // Elements of the images that all ranges of rows copy, each for itself.
    private const long MostCopies = 1 << 22;

    internal static ConvolutionWeightGradient Kernel { get; } = new();

    /// <summary>Whether a weight's gradient is taken by this kernel.</summary>
    internal static bool Suits(Value x) => x.Type == ElementType.Float && x.Graph.UsesKernels && x.Shape.Rank is 3 or 4;

    /// <summary>Writes a node.</summary>
    /// <param name="x">What was convolved.</param>
    /// <param name="dy">The gradient of the result.</param>
    /// <param name="weight">The weight's shape.</param>
    /// <param name="window">The window.</param>
    /// <param name="groups">Groups of channels.</param>
    internal static Value Of(Value x, Value dy, Shape weight, Window window, long groups)
    {
        var axes = new List<(string, object)> { ("group", groups) };
        for (var axis = 0; axis < 2; axis++)
        {
            // One spatial axis is the second of two.
            var i = axis - 2 + window.Axes;
            axes.Add(($"kernel_{axis}", i < 0 ? 1 : window.Kernel[i]));
            axes.Add(($"stride_{axis}", i < 0 ? 1 : window.Strides[i]));
            axes.Add(($"dilation_{axis}", i < 0 ? 1 : window.Dilations[i]));
            axes.Add(($"begin_{axis}", i < 0 ? 0 : window.Begins[i]));
        }
        return Kernel.Emit([weight], [x, dy], [.. axes]).Outputs[0];
    }

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var groups = attributes.Integer("group");
        ConvolutionAxis[] axes = [.. Enumerable.Range(0, 2).Select(axis => new ConvolutionAxis(attributes.Integer($"kernel_{axis}"),
            attributes.Integer($"stride_{axis}"), attributes.Integer($"dilation_{axis}"), attributes.Integer($"begin_{axis}")))];
        return run => Compute(run, groups, axes[0], axes[1]);
    }

    private static void Compute(KernelRun run, long groups, ConvolutionAxis rows, ConvolutionAxis columns)
    {
        KernelTensor x = run.Input(0), dy = run.Input(1);
        var isFlat = x.Rank == 3;
        if (dy.Rank != x.Rank || x[0] != dy[0] || x[1] % groups != 0 || dy[1] % groups != 0)
            throw new ArgumentException($"ConvolutionWeightGradient: expected images and gradients of one batch, and {groups} groups of "
                + $"channels; got {x} and {dy}.");
        var channels = x[1] / groups;
        var y = isFlat ? run.Output(0, dy[1], channels, columns.Kernel)
            : run.Output(0, dy[1], channels, rows.Kernel, columns.Kernel);
        if (y.Count == 0)
            return;
        var size = new ConvolutionPlanes(rows, columns, isFlat ? 1 : x[2], x[-1], isFlat ? 1 : dy[2], dy[-1]);
        long batch = x[0], outputs = dy[1] / groups, weights = y.Count / dy[1];
        if (batch == 0 || dy.Count == 0)
        {
            new Span<float>(y.Floats, checked((int)y.Count)).Clear();
            return;
        }

        // Ranges of images, or of the result's rows, four of one group at a time.
        var blocks = (outputs + TileRows - 1) / TileRows;
        var work = Math.Max(1, dy.Count / 16) * weights;
        var parts = KernelRun.Parts(work, Math.Min(batch, MostPartial / y.Count + 1));
        var slices = parts > 1 ? 1
            : KernelRun.Parts(work, Math.Min(groups * blocks, MostCopies / (channels * size.Phases * size.Plane) + 1));
        var images = (int)Math.Clamp(Math.Min(RowLength / size.Plane, MostCopied / (channels * size.Phases * size.Plane)), 1,
            (batch + parts - 1) / parts);
        long row = size.Row(images), copied = channels * size.Phases * images * size.Plane + ConvolutionPlanes.Slack;
        var memory = copied + row * Math.Min(outputs, (groups * blocks + slices - 1) / slices * TileRows);
        var partial = parts == 1 ? y.Floats : run.Scratch<float>(parts * y.Count);
        var scratch = run.Scratch<float>(parts * slices * memory);
        var offsets = run.Scratch<long>(weights);
        size.Offsets(offsets, channels, images);
        float* source = x.Floats, gradient = dy.Floats;
        run.For(parts * slices, job =>
        {
            var (part, slice) = Math.DivRem(job, slices);
            var sums = partial + part * y.Count;
            float* planes = scratch + job * memory, slopes = planes + copied;
            long first = KernelRun.Start(groups * blocks, slice, slices), last = KernelRun.Start(groups * blocks, slice + 1, slices);
            var from = first / blocks * outputs + first % blocks * TileRows;
            var to = Math.Min(last / blocks * outputs + last % blocks * TileRows, groups * outputs);
            new Span<float>(sums + from * weights, checked((int)((to - from) * weights))).Clear();
            var end = KernelRun.Start(batch, part + 1, parts);
            for (var image = KernelRun.Start(batch, part, parts); image < end; image += images)
            {
                var count = (int)Math.Min(images, end - image);
                for (var group = from / outputs; group * outputs < to; group++)
                {
                    long start = Math.Max(from, group * outputs), stop = Math.Min(to, (group + 1) * outputs);
                    size.CopyImages(source + (image * groups + group) * channels * size.Size, groups * channels * size.Size, count,
                        images, channels, planes);
                    size.CopyGradients(gradient + (image * groups * outputs + start) * size.Results, groups * outputs * size.Results,
                        count, stop - start, row, slopes);
                    Multiply(planes, offsets, weights, slopes, row, size.Row(count), stop - start, sums + start * weights);
                }
            }
        });
        if (parts > 1)
            PartialSums.Add(run, y, partial, parts);
    }

    private static void Multiply(float* planes, long* offsets, long weights, float* slopes, long row, long length, long outputs, float* y)
    {
        if (Simd.Width >= Simd512.Width)
            Multiply<Simd512>(planes, offsets, weights, slopes, row, length, outputs, y);
        else if (Simd.Width >= Simd256.Width)
            Multiply<Simd256>(planes, offsets, weights, slopes, row, length, outputs, y);
        else
            Multiply<Simd128>(planes, offsets, weights, slopes, row, length, outputs, y);
    }

    private static void Multiply<V>(float* planes, long* offsets, long weights, float* slopes, long row, long length, long outputs,
        float* y) where V : struct, ISimd<V>
    {
        for (long o = 0; o < outputs; o += TileRows, slopes += TileRows * row, y += TileRows * weights)
            for (long i = 0; i < weights; i += TileColumns)
            {
                var (rows, columns) = (Math.Min(TileRows, outputs - o), Math.Min(TileColumns, weights - i));
                float* x0 = planes + offsets[i], x1 = planes + offsets[Math.Min(i + 1, weights - 1)],
                    x2 = planes + offsets[Math.Min(i + 2, weights - 1)];
                if (rows == 1)
                    Row<V>(slopes, x0, x1, x2, length, y + i, columns);
                else
                    Tile<V>(slopes, row, rows, x0, x1, x2, length, y + i, weights, columns);
            }
    }

    // Four rows of the result by three of its columns. Where there are fewer, the last is computed again and not added.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<V>(float* a, long row, long rows, float* x0, float* x1, float* x2, long length, float* y, long stride,
        long columns) where V : struct, ISimd<V>
    {
        float* a1 = a + row, a2 = a + Math.Min(2, rows - 1) * row, a3 = a + Math.Min(3, rows - 1) * row;
        V zero = V.All(0), s00 = zero, s01 = zero, s02 = zero, s10 = zero, s11 = zero, s12 = zero, s20 = zero, s21 = zero, s22 = zero,
            s30 = zero, s31 = zero, s32 = zero;
        for (nint i = 0; i < length; i += V.Width)
        {
            V p = V.Load(x0 + i), q = V.Load(x1 + i), r = V.Load(x2 + i), b = V.Load(a + i);
            (s00, s01, s02) = (V.MultiplyAdd(b, p, s00), V.MultiplyAdd(b, q, s01), V.MultiplyAdd(b, r, s02));
            b = V.Load(a1 + i);
            (s10, s11, s12) = (V.MultiplyAdd(b, p, s10), V.MultiplyAdd(b, q, s11), V.MultiplyAdd(b, r, s12));
            b = V.Load(a2 + i);
            (s20, s21, s22) = (V.MultiplyAdd(b, p, s20), V.MultiplyAdd(b, q, s21), V.MultiplyAdd(b, r, s22));
            b = V.Load(a3 + i);
            (s30, s31, s32) = (V.MultiplyAdd(b, p, s30), V.MultiplyAdd(b, q, s31), V.MultiplyAdd(b, r, s32));
        }
        Add(y, columns, s00, s01, s02);
        Add(y + stride, columns, s10, s11, s12);
        if (rows > 2)
            Add(y + 2 * stride, columns, s20, s21, s22);
        if (rows > 3)
            Add(y + 3 * stride, columns, s30, s31, s32);
    }

    // One row, as of a depthwise convolution.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Row<V>(float* a, float* x0, float* x1, float* x2, long length, float* y, long columns) where V : struct, ISimd<V>
    {
        V s0 = V.All(0), s1 = s0, s2 = s0;
        for (nint i = 0; i < length; i += V.Width)
        {
            var b = V.Load(a + i);
            (s0, s1, s2) = (V.MultiplyAdd(b, V.Load(x0 + i), s0), V.MultiplyAdd(b, V.Load(x1 + i), s1),
                V.MultiplyAdd(b, V.Load(x2 + i), s2));
        }
        Add(y, columns, s0, s1, s2);
    }

    private static void Add<V>(float* y, long columns, V s0, V s1, V s2) where V : struct, ISimd<V>
    {
        y[0] += s0.Sum();
        if (columns > 1)
            y[1] += s1.Sum();
        if (columns > 2)
            y[2] += s2.Sum();
    }
}
