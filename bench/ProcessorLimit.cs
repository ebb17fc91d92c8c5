using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Bench;

/// <summary>What the processor does at most in a second, measured.</summary>
/// <param name="Operations">Operations on floats: products of packed matrices that stay in each core's own cache.</param>
/// <param name="Bytes">Bytes read and written: a copy between arrays that no cache holds.</param>
internal sealed record ProcessorLimit(double Operations, double Bytes)
{
    private const int Tries = 5, Size = 128, Products = 200, Floats = 32 << 20;

    /// <summary>Measures both, on so many threads at once; the best of a few tries.</summary>
    internal static ProcessorLimit Measure(int threads) => new(
        Simd.Width switch
        {
            16 => MostOperations<Simd512>(threads),
            8 => MostOperations<Simd256>(threads),
            _ => MostOperations<Simd128>(threads),
        },
        MostBytes(threads));

    /// <summary>How much of the limit a run of so many milliseconds used: of operations or of bytes, whichever take longer.</summary>
    internal LimitShare ShareOf(Cost cost, double milliseconds)
    {
        double operations = cost.Operations / Operations, bytes = cost.Bytes / Bytes;
        return new(Math.Max(operations, bytes) / (milliseconds / 1000), operations >= bytes ? "op" : "byte");
    }

    /// <inheritdoc/>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Operations / 1e9:0} billion operations/s, {Bytes / 1e9:0.0} billion bytes/s");

    private static unsafe double MostOperations<TSimd>(int threads) where TSimd : struct, ISimd<TSimd>
    {
        var packed = checked((int)PackedMatrix<TSimd>.Size(Size, Size));
        return Most(2.0 * Size * Size * Size * Products, threads, () =>
        {
            var memory = (float*)NativeMemory.AlignedAlloc(sizeof(float) * (nuint)(2 * Size * Size + packed), 64);
            new Span<float>(memory, 2 * Size * Size + packed).Fill(0.5f);
            float* a = memory, c = a + Size * Size, b = c + Size * Size;
            return (
                () =>
                {
                    for (var product = 0; product < Products; product++)
                        PackedMatrix<TSimd>.Multiply(
                            a, Size, 1, Size, b, Size, PackedMatrix<TSimd>.Panels(Size), a, Size, c, Size);
                },
                () => NativeMemory.AlignedFree(memory));
        });
    }

    private static double MostBytes(int threads)
    {
        var part = Floats / threads;
        return Most(2.0 * sizeof(float) * part, threads, () =>
        {
            float[] from = new float[part], to = new float[part];
            Array.Fill(from, 1);
            return (() => from.AsSpan().CopyTo(to), () => { });
        });
    }

    // Every thread has work of its own, of one size; the time from the start of the first to the end of the last counts.
    private static double Most(double ofThread, int threads, Func<(Action Work, Action Free)> make)
    {
        var works = Enumerable.Range(0, threads).Select(_ => make()).ToArray();
        var most = 0.0;
        // The first try compiles and touches the memory.
        for (var turn = 0; turn <= Tries; turn++)
        {
            var begin = Stopwatch.GetTimestamp();
            var running = works.Select(work => new Thread(() => work.Work())).ToArray();
            Array.ForEach(running, thread => thread.Start());
            Array.ForEach(running, thread => thread.Join());
            if (turn > 0)
                most = Math.Max(most, threads * ofThread / Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        Array.ForEach(works, work => work.Free());
        return most;
    }
}

/// <summary>A share of the processor's limit.</summary>
/// <param name="Share">1 is the limit.</param>
/// <param name="Of"><c>op</c> for operations, <c>byte</c> for bytes.</param>
internal sealed record LimitShare(double Share, string Of);
