using System.Numerics;
using System.Runtime.InteropServices;

namespace MLSeqGraph.Transforms;

/// <summary>An array that stays where it is in memory, so that native code can read it, and grows by powers of two.</summary>
internal sealed class PinnedBuffer<T> where T : unmanaged
{
    private T[] _values = [];

    public int Length { get; private set; }

    public Span<T> Span => _values.AsSpan(0, Length);

    /// <summary>The same values as <see cref="Span"/>; pinning it costs nothing.</summary>
    public Memory<T> Memory => Length == 0 ? default : MemoryMarshal.CreateFromPinnedArray(_values, 0, Length);

    /// <summary>Sets the length; the contents are lost if it has to grow.</summary>
    public void Resize(long length)
    {
        if (length > Array.MaxLength)
        {
            throw new OutOfMemoryException($"A batch would need {length} padded values, above the limit of {Array.MaxLength}: "
                + "use smaller batches or shorter sequences.");
        }

        Length = (int)length;
        if (length > _values.Length)
        {
            ulong capacity = Math.Min(BitOperations.RoundUpToPowerOf2((ulong)length), (ulong)Array.MaxLength);
            _values = GC.AllocateUninitializedArray<T>((int)capacity, pinned: true);
        }
    }
}
