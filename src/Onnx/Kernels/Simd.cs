using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace MLSeqGraph.Onnx;

/// <summary>The widths of vectors that this processor has, chosen at start: AVX-512, AVX2 or 128 bits.</summary>
internal static unsafe class Simd
{
    // .NET 10 no longer reads the variable that used to turn off AVX-512.
    private const string Avx512Switch = "DOTNET_EnableAVX512F";

    /// <summary>Floats in the widest vector.</summary>
    internal static int Width { get; } =
        Vector512.IsHardwareAccelerated && Environment.GetEnvironmentVariable(Avx512Switch) is not "0" ? 16
        : Vector256.IsHardwareAccelerated ? 8 : 4;

    /// <summary>
    /// The widest vector that rows of this width fill: 16, 8, 4 or 1 floats. A row is then covered by whole vectors, the last of which may
    /// overlap the previous one.
    /// </summary>
    internal static int WidthFor(long width) => width >= 16 && Width >= 16 ? 16 : width >= 8 && Width >= 8 ? 8 : width >= 4 ? 4 : 1;

    /// <summary>Prefetches memory that will be read soon.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch(void* address)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(address);
    }

    /// <summary>Asks for an element that is read soon; where the collector moves it meanwhile, in vain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Prefetch<T>(ref readonly T element) where T : unmanaged =>
        Prefetch(Unsafe.AsPointer(ref Unsafe.AsRef(in element)));
}
