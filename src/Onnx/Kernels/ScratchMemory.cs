using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Working memory of a kernel's call. Blocks are kept for later calls: memory fresh from the system costs a page fault every few
/// kilobytes, which takes as long as a small kernel.
/// </summary>
internal sealed unsafe class ScratchMemory : IDisposable
{
    private const int Alignment = 64;
    private const long Granularity = 1 << 16, MostKept = 1L << 26;
    private static readonly ConcurrentBag<Block> Kept = [];
    private readonly List<Block> _used = [];
    private long _free;

    /// <summary>Memory until the end of the call, aligned to 64 bytes and not cleared.</summary>
    internal void* Take(long bytes)
    {
        bytes = checked(Math.Max(1, bytes) + Alignment - 1) / Alignment * Alignment;
        if (bytes > _free)
        {
            if (!Kept.TryTake(out var block) || block.Size < bytes)
            {
                block?.Dispose();
                block = new(checked(Math.Max(bytes, Total) + Granularity - 1) / Granularity * Granularity);
            }
            _used.Add(block);
            _free = block.Size;
        }
        var memory = _used[^1].End - _free;
        _free -= bytes;
        return memory;
    }

    // A single block of this size serves the next call of this kind.
    private long Total => 2 * _used.Sum(block => block.Size);

    /// <summary>Returns the memory for later calls.</summary>
    public void Dispose()
    {
        foreach (var block in _used)
            if (block == _used[^1] && block.Size <= MostKept && Kept.Count < 2 * Environment.ProcessorCount)
                Kept.Add(block);
            else
                block.Dispose();
        _used.Clear();
        _free = 0;
    }

    private sealed class Block(long size) : IDisposable
    {
        private readonly byte* _start = (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment);

        internal long Size => size;

        internal byte* End => _start + size;

        public void Dispose() => NativeMemory.AlignedFree(_start);
    }
}
