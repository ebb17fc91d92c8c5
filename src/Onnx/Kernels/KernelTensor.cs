using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>
/// A tensor that a <see cref="Kernel"/> reads or writes, in ONNX Runtime's memory, with any alignment; without elements its pointer may
/// be null.
/// </summary>
internal readonly unsafe struct KernelTensor
{
    private const int MostAxes = 8;
    private readonly Axes _sizes;

    internal KernelTensor(void* data, ReadOnlySpan<long> sizes)
    {
        if (sizes.Length > MostAxes)
            throw new NotSupportedException($"Kernels take tensors of at most {MostAxes} axes; found {sizes.Length}.");
        Data = (byte*)data;
        (Rank, Count, IsPresent) = (sizes.Length, 1, true);
        for (var i = 0; i < sizes.Length; i++)
        {
            _sizes[i] = sizes[i];
            Count = checked(Count * sizes[i]);
        }
    }

    /// <summary>Whether the tensor exists: an optional input or output may be missing.</summary>
    internal bool IsPresent { get; }

    /// <summary>Number of axes.</summary>
    internal int Rank { get; }

    /// <summary>Number of elements.</summary>
    internal long Count { get; }

    /// <summary>The size of an axis; negative axes count from the last.</summary>
    internal long this[int axis] => _sizes[axis < 0 ? Rank + axis : axis];

    /// <summary>The first element.</summary>
    internal byte* Data { get; }

    /// <summary>The first element of a tensor of Float.</summary>
    internal float* Floats => (float*)Data;

    /// <summary>The first element of a tensor of Int32.</summary>
    internal int* Ints => (int*)Data;

    /// <summary>The first element of a tensor of Int64.</summary>
    internal long* Longs => (long*)Data;

    /// <inheritdoc/>
    public override string ToString()
    {
        var sizes = new string[Rank];
        for (var i = 0; i < Rank; i++)
            sizes[i] = $"{_sizes[i]}";
        return $"[{string.Join(", ", sizes)}]";
    }

    [InlineArray(MostAxes)]
    private struct Axes
    {
        private long _first;
    }
}
