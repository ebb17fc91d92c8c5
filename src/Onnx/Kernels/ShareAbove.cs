using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The share of steps that are above thresholds: y[b, c, i] = mean over the steps t of x[b, c, t] &gt; θ[c, i], the proportion of positive
/// values of random convolutions (Dempster, Schmidt and Webb 2021). Steps past a row's length don't count, nor do as many as the margin at
/// both ends where a row has more than those.
/// </summary>
/// <remarks>x [batch, channels, time], θ [channels, count], lengths [batch] Int64, may be left out; y [batch, channels, count].</remarks>
internal sealed unsafe class ShareAbove() : Kernel("ShareAbove",
    [ElementType.Float, ElementType.Float, new(ElementType.Int64, IsOptional: true)], [ElementType.Float])
{
    private const string Margin = "margin";

    internal static ShareAbove Kernel { get; } = new();

    /// <summary>Writes the kernel, or standard operators that compute the same.</summary>
    /// <exception cref="GraphException">Shapes don't fit.</exception>
    internal static Value Of(Value x, Value thresholds, Value? lengths, long margin)
    {
        if (x.Shape.Rank != 3 || thresholds.Shape.Rank != 2 || x.Shape[1] != thresholds.Shape[0] || !thresholds.Shape[1].IsKnown
            || margin < 0)
            throw new GraphException($"ShareAbove: expected x [batch, channels, time], thresholds [channels, count] and a margin of at "
                + $"least 0; got {x}, {thresholds} and {margin}.");
        if (x.Graph.UsesKernels && x.Type == ElementType.Float)
            return Kernel.Emit([[x.Shape[0], x.Shape[1], thresholds.Shape[1]]], [x, thresholds, lengths], (Margin, margin)).Outputs[0];
        var counted = Counted(x, lengths, margin);                                                       // [batch, time, 1]
        var steps = Op.ReduceSum(counted, [1]);                                                          // [batch, 1, 1]
        // A node for each threshold: a comparison with all of them at once would need as many times the memory.
        Value[] shares = [.. Enumerable.Range(0, (int)thresholds.Shape[1].Size).Select(i =>
            Op.MatMul(Op.Cast(Op.Greater(x, Op.Slice(thresholds, 1, i, i + 1)), x.Type), counted))];
        return (shares.Length == 1 ? shares[0] : Op.Concat(2, shares)) / steps;
    }

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var margin = attributes.Integer(Margin);
        return run => Compute(run, margin);
    }

    // 1 for steps that count, [batch, time, 1].
    private static Value Counted(Value x, Value? lengths, long margin)
    {
        var (time, graph) = (Op.Range(Op.SizeOf(x, 2), x.Shape[2]), x.Graph);                            // [time]
        lengths ??= Op.Filled(0L, [x.Shape[0]], x) + Op.SizeOf(x, 2);                                    // [batch]
        var skipped = Op.Where(Op.Greater(lengths, graph.Scalar(2 * margin)), graph.Scalar(margin), graph.Scalar(0L));
        var counted = Op.And(Op.GreaterOrEqual(time, Op.Unsqueeze(skipped, 1)), Op.Less(time, Op.Unsqueeze(lengths - skipped, 1)));
        return Op.Cast(Op.Unsqueeze(counted, 2), x.Type);
    }

    private static void Compute(KernelRun run, long margin)
    {
        KernelTensor x = run.Input(0), thresholds = run.Input(1), lengths = run.Input(2);
        var (batch, channels, time, count) = (x[0], x[1], x[2], thresholds[1]);
        if (thresholds[0] != channels || (lengths.IsPresent && lengths.Count != batch))
            throw new InvalidDataException($"ShareAbove: {thresholds} thresholds and {lengths} lengths don't fit {x}.");
        var y = run.Output(0, batch, channels, count).Floats;
        var parts = KernelRun.Parts(batch * channels * time * Math.Max(1, count / 8), batch * channels);
        run.For(parts, part =>
        {
            var end = KernelRun.Start(batch * channels, part + 1, parts);
            for (var row = KernelRun.Start(batch * channels, part, parts); row < end; row++)
            {
                var length = lengths.IsPresent ? lengths.Longs[row / channels] : time;
                if (length < 1 || length > time)
                    throw new InvalidDataException($"ShareAbove: row {row / channels} has {length} steps; expected 1 to {time}.");
                var skipped = length > 2 * margin ? margin : 0;
                Shares(x.Floats + row * time + skipped, length - 2 * skipped, thresholds.Floats + row % channels * count, count,
                    y + row * count);
            }
        });
    }

    private static void Shares(float* x, long steps, float* thresholds, long count, float* y)
    {
        for (var i = 0L; i < count; i++)
            y[i] = (Simd.WidthFor(steps) switch
            {
                16 => Above<Simd512>(x, steps, thresholds[i]),
                8 => Above<Simd256>(x, steps, thresholds[i]),
                4 => Above<Simd128>(x, steps, thresholds[i]),
                _ => Above<Simd1>(x, steps, thresholds[i]),
            }) / steps;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Above<V>(float* x, long steps, float threshold) where V : struct, ISimd<V>
    {
        V limit = V.All(threshold), one = V.All(1), none = V.All(0), sum = none;
        var t = 0L;
        for (; t + V.Width <= steps; t += V.Width)
            sum += V.IfGreater(V.Load(x + t), limit, one, none);
        var above = sum.Sum();
        for (; t < steps; t++)
            above += x[t] > threshold ? 1 : 0;
        return above;
    }
}
