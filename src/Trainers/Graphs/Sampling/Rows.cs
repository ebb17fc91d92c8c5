using System.Numerics;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>An input that is filled for each batch, if the network reads it; its memory is reused.</summary>
internal sealed class Rows<T>(Func<string, bool> reads, string name) where T : unmanaged
{
    private T[] _elements = [];

    /// <summary>Whether the network has the input.</summary>
    internal bool IsRead { get; } = reads(name);

    /// <summary>Memory for at least <paramref name="count"/> elements; null where the network doesn't read the input.</summary>
    internal T[]? TryResize(int count)
    {
        if (!IsRead)
            return null;
        if (_elements.Length < count)
            _elements = GC.AllocateUninitializedArray<T>((int)Math.Min(BitOperations.RoundUpToPowerOf2((uint)count), Array.MaxLength));
        return _elements;
    }

    internal void FeedTo(IInputFeed feed, params ReadOnlySpan<long> sizes)
    {
        if (IsRead)
            feed.Feed(name, _elements.AsMemory(), sizes);
    }
}
