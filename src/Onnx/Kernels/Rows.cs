using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>Operations of kernels on whole rows.</summary>
internal static unsafe class Rows
{
    /// <summary>sum += row.</summary>
    internal static void Add(float* sum, float* row, long width)
    {
        var j = 0L;
        if (Simd.Width >= Simd512.Width)
            j = Add<Simd512>(sum, row, j, width);
        else if (Simd.Width >= Simd256.Width)
            j = Add<Simd256>(sum, row, j, width);
        Add<Simd1>(sum, row, Add<Simd128>(sum, row, j, width), width);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static long Add<V>(float* sum, float* row, long j, long width) where V : struct, ISimd<V>
    {
        for (; j + V.Width <= width; j += V.Width)
            (V.Load(sum + j) + V.Load(row + j)).Store(sum + j);
        return j;
    }
}
