using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace MLSeqGraph.Onnx;

/// <summary>
/// Memory for elements of one type on the device a session runs on: 64-byte aligned native memory on the CPU, the
/// provider's arena on CUDA. Tensors are views into it.
/// </summary>
internal sealed unsafe class DeviceBuffer : IDisposable
{
    private const int Alignment = 64;
    private readonly CudaDevice? _cuda;
    private readonly OrtMemoryAllocation? _allocation;
    private readonly int _elementSize;
    private byte* _pointer;

    /// <summary>Allocates; the elements are zero.</summary>
    internal DeviceBuffer(CudaDevice? cuda, ElementType type, long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Type = type;
        Count = count;
        _cuda = cuda;
        _elementSize = type.SizeInBytes();
        // never empty: ONNX Runtime wants a pointer even for a tensor without elements
        var bytes = checked(Math.Max(count, 1) * _elementSize);
        if (cuda is null)
        {
            _pointer = (byte*)NativeMemory.AlignedAlloc(checked((nuint)bytes), Alignment);
        }
        else
        {
            if (bytes > uint.MaxValue)
                throw new NotSupportedException(
                    $"A buffer of {count} elements of {type} takes {bytes} bytes; on CUDA one buffer holds less than 4 GiB.");
            _allocation = cuda.Allocator.Allocate((uint)bytes);
            _pointer = (byte*)_allocation.DangerousGetHandle();
        }
        Clear();
    }

    /// <summary>Frees memory that was never disposed of.</summary>
    ~DeviceBuffer() => Release();

    /// <summary>Element type.</summary>
    internal ElementType Type { get; }

    /// <summary>Number of elements.</summary>
    internal long Count { get; }

    /// <summary>
    /// A tensor over a part of the buffer, without a copy. The caller disposes of it, and keeps the buffer alive until then.
    /// </summary>
    /// <param name="offset">Where the tensor starts, in elements.</param>
    /// <param name="sizes">The tensor's sizes.</param>
    internal OrtValue View(long offset, params long[] sizes)
    {
        var count = sizes.Aggregate(1L, (product, size) => checked(product * size));
        Check(offset, count);
        var memory = _cuda?.Memory ?? OrtMemoryInfo.DefaultInstance;
        return Wrap(memory, (TensorElementType)Type, sizes, _pointer + offset * _elementSize, count * _elementSize);
    }

    /// <summary>Copies elements from the host into the buffer.</summary>
    internal void Write<T>(ReadOnlySpan<T> elements, long offset = 0) where T : unmanaged
    {
        CheckType<T>();
        Check(offset, elements.Length);
        var bytes = MemoryMarshal.AsBytes(elements);
        fixed (byte* host = bytes)
        {
            if (_cuda is null)
                Buffer.MemoryCopy(host, _pointer + offset * _elementSize, bytes.Length, bytes.Length);
            else
                CopyOnCuda(host, offset, bytes.Length, toDevice: true);
        }
        GC.KeepAlive(this);
    }

    /// <summary>Copies elements of the buffer to the host.</summary>
    internal void Read<T>(Span<T> elements, long offset = 0) where T : unmanaged
    {
        CheckType<T>();
        Check(offset, elements.Length);
        var bytes = MemoryMarshal.AsBytes(elements);
        fixed (byte* host = bytes)
        {
            if (_cuda is null)
                Buffer.MemoryCopy(_pointer + offset * _elementSize, host, bytes.Length, bytes.Length);
            else
                CopyOnCuda(host, offset, bytes.Length, toDevice: false);
        }
        GC.KeepAlive(this);
    }

    /// <summary>Sets every element to zero.</summary>
    internal void Clear()
    {
        if (_cuda is null)
        {
            NativeMemory.Clear(_pointer, checked((nuint)(Count * _elementSize)));
            return;
        }
        var zeros = new byte[Math.Min(Count * _elementSize, 1 << 20)];
        fixed (byte* host = zeros)
            for (long start = 0; start < Count * _elementSize; start += zeros.Length)
                CopyBytesOnCuda(host, start, Math.Min(zeros.Length, Count * _elementSize - start), toDevice: true);
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void CopyOnCuda(byte* host, long offset, long bytes, bool toDevice) =>
        CopyBytesOnCuda(host, offset * _elementSize, bytes, toDevice);

    private void CopyBytesOnCuda(byte* host, long start, long bytes, bool toDevice)
    {
        if (bytes == 0)
            return;
        using var hostSide = Wrap(OrtMemoryInfo.DefaultInstance, TensorElementType.UInt8, [bytes], host, bytes);
        using var deviceSide = Wrap(_cuda!.Memory, TensorElementType.UInt8, [bytes], _pointer + start, bytes);
        _cuda.Copy(toDevice ? hostSide : deviceSide, toDevice ? deviceSide : hostSide);
    }

    private static OrtValue Wrap(OrtMemoryInfo memory, TensorElementType type, long[] sizes, byte* pointer, long bytes) =>
        OrtValue.CreateTensorValueWithData(memory, type, sizes, (nint)pointer, bytes);

    private void Check(long offset, long count)
    {
        ObjectDisposedException.ThrowIf(_pointer is null, this);
        if (offset < 0 || count < 0 || offset > Count - count)
            throw new ArgumentOutOfRangeException(nameof(offset), $"Elements {offset} to {offset + count} of a buffer of {Count}.");
    }

    private void CheckType<T>()
    {
        if (ElementTypes.Of<T>() != Type)
            throw new InvalidOperationException($"The buffer holds {Type}, not {ElementTypes.Of<T>()}.");
    }

    private void Release()
    {
        if (_pointer is null)
            return;
        if (_allocation is null)
            NativeMemory.AlignedFree(_pointer);
        else
            _allocation.Dispose();
        _pointer = null;
    }
}
