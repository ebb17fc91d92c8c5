namespace MLSeqGraph.Onnx;

/// <summary>
/// The loss of connectionist temporal classification (Graves et al. 2006) of each row, and its gradient by the logits in the same call:
/// softmax(logits) less each class's share of the paths that give the labels.
/// </summary>
/// <remarks>
/// logits [batch, time, classes], labels [batch, labels] Int64, lengths [batch] Int64, label lengths [batch] Int64; losses [batch],
/// gradients [batch, time, classes]. The standard operators are those of <see cref="Op.CtcLoss"/>. Forward and backward variables are
/// logarithms, of which each frame's largest is 0: what a frame adds is summed up in double precision.
/// </remarks>
internal sealed unsafe class CtcLoss() : Kernel("CtcLoss",
    [ElementType.Float, ElementType.Int64, ElementType.Int64, ElementType.Int64], [ElementType.Float, new(ElementType.Float, true)])
{
    internal static CtcLoss Kernel { get; } = new();

    /// <summary>Whether this kernel takes these: Floats, not in a loop.</summary>
    internal static bool Suits(params ReadOnlySpan<Value> read)
    {
        foreach (var value in read)
            if (value.Graph.Parent is not null)
                return false;
        return read[0].Type == ElementType.Float && read[0].Graph.UsesKernels;
    }

    /// <summary>Writes a node.</summary>
    internal static Value Of(Value logits, Value labels, Value lengths, Value labelLengths, int blank) =>
        Kernel.Emit([[logits.Shape[0]], logits.Shape], [logits, labels, lengths, labelLengths], ("blank", (long)blank)).Outputs[0];

    internal override Value?[] Gradient(GradientContext c) => [Op.Unsqueeze(c.Gradient, 1, 2) * c.Node.Outputs[1], null, null, null];

    internal override KernelBody Bind(KernelAttributes attributes)
    {
        var blank = checked((int)attributes.Integer("blank"));
        return run =>
        {
            KernelTensor logits = run.Input(0), labels = run.Input(1), lengths = run.Input(2), labelLengths = run.Input(3);
            if (logits.Rank != 3 || labels.Rank != 2 || lengths.Count != logits[0] || labelLengths.Count != logits[0]
                || labels[0] != logits[0])
                throw new ArgumentException($"{Name}: expected logits [batch, time, classes], labels [batch, labels] and lengths [batch] "
                    + $"twice; got {logits}, {labels}, {lengths}, {labelLengths}.");
            var batch = logits[0];
            var sizes = new CtcSizes(checked((int)logits[1]), checked((int)logits[2]), checked((int)labels[1]), blank);
            float* losses = run.Output(0, batch).Floats, gradients = run.Output(1, batch, logits[1], logits[2]).Floats;
            if (batch == 0)
                return;
            var work = logits.Count * 4 + batch * logits[1] * (labels[1] + 1) * 32;
            var parts = KernelRun.Parts(work, batch);
            run.For(parts, part =>
            {
                for (var row = KernelRun.Start(batch, part, parts); row < KernelRun.Start(batch, part + 1, parts); row++)
                {
                    var target = new CtcTarget(sizes, row, lengths.Longs[row], labelLengths.Longs[row],
                        labels.Longs + row * sizes.Labels);
                    var at = row * sizes.Time * sizes.Classes;
                    losses[row] = Run(target, logits.Floats + at, gradients == null ? null : gradients + at);
                }
            });
        };
    }

    private static float Run(CtcTarget target, float* logits, float* gradients)
    {
        using var memory = new ScratchMemory();
        return Simd.Width switch
        {
            16 => new CtcRow<Simd512>(target, memory).Run(logits, gradients),
            8 => new CtcRow<Simd256>(target, memory).Run(logits, gradients),
            _ => new CtcRow<Simd128>(target, memory).Run(logits, gradients),
        };
    }
}
