namespace MLSeqGraph.Onnx;

/// <summary>Results of parts of a kernel's work, each as large as the whole result, added in order.</summary>
internal static unsafe class PartialSums
{
    /// <summary>Writes the sum of all parts.</summary>
    /// <param name="run">The kernel's call.</param>
    /// <param name="y">The result, of as many rows as its first axis.</param>
    /// <param name="partial">The parts, one after another.</param>
    /// <param name="parts">How many there are.</param>
    internal static void Add(KernelRun run, KernelTensor y, float* partial, int parts)
    {
        long rows = y[0], width = y.Count / rows;
        var sums = y.Floats;
        var stretches = KernelRun.Parts(parts * y.Count, rows);
        run.For(stretches, stretch =>
        {
            long from = KernelRun.Start(rows, stretch, stretches) * width, to = KernelRun.Start(rows, stretch + 1, stretches) * width;
            var sum = new Span<float>(sums + from, checked((int)(to - from)));
            new ReadOnlySpan<float>(partial + from, sum.Length).CopyTo(sum);
            for (var part = 1; part < parts; part++)
                Rows.Add(sums + from, partial + part * y.Count + from, to - from);
        });
    }
}
