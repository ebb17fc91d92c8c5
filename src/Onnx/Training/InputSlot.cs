using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.ML.OnnxRuntime;

namespace MLSeqGraph.Onnx;

/// <summary>An input of a batch, with the data set for it, if any.</summary>
internal abstract class InputSlot(Value input, bool isComputed) : IDisposable
{
    private protected OrtValue? _tensor;
    private readonly string?[] _names = [.. input.Shape.Select(dim => dim.IsName ? dim.Terms[0].Names[0] : null)];
    private protected long[] _sizes = new long[input.Shape.Rank];

    internal Value Input { get; } = input;

    /// <summary>Whether the session computes it.</summary>
    internal bool IsComputed { get; } = isComputed;

    internal bool IsSet { get; private protected set; }

    internal static InputSlot For(Value input, bool isComputed) => input.Type switch
    {
        ElementType.Float => new InputSlot<float>(input, isComputed),
        ElementType.Double => new InputSlot<double>(input, isComputed),
        ElementType.Int32 => new InputSlot<int>(input, isComputed),
        ElementType.Int64 => new InputSlot<long>(input, isComputed),
        ElementType.Bool => new InputSlot<bool>(input, isComputed),
        ElementType.UInt8 => new InputSlot<byte>(input, isComputed),
        ElementType.UInt32 => new InputSlot<uint>(input, isComputed),
        _ => throw new GraphException($"Input '{input.Name}' holds {input.Type}, which a training step can't be fed."),
    };

    /// <summary>An axis' name in the shape; null where it is a number or an expression.</summary>
    internal string? NameOf(int axis) => _names[axis];

    /// <summary>The size a name has in this input.</summary>
    internal long? Find(string name)
    {
        for (var i = 0; i < _sizes.Length; i++)
            if (_names[i] == name)
                return _sizes[i];
        return null;
    }

    /// <summary>A value over the data that was set, or over an optional input's default; null without either.</summary>
    internal abstract OrtValue? Tensor();

    /// <summary>Adds sizes and elements to a hash.</summary>
    internal abstract void Hash(IncrementalHash hash);

    internal virtual void Clear()
    {
        IsSet = false;
        _tensor?.Dispose();
        _tensor = null;
    }

    public void Dispose() => Clear();
}

/// <summary>An input of a batch with its elements.</summary>
internal sealed class InputSlot<T>(Value input, bool isComputed) : InputSlot(input, isComputed) where T : unmanaged
{
    // ONNX Runtime wants a pointer even for a tensor without elements.
    private static readonly T[] Nothing = new T[1];

    internal Memory<T> Data { get; private set; }

    /// <summary>Pinned memory for data that the session computes.</summary>
    internal T[] Buffer { get; set; } = [];

    internal void Set(Memory<T> data, ReadOnlySpan<long> sizes)
    {
        Clear();
        Data = data;
        sizes.CopyTo(_sizes);
        IsSet = true;
    }

    internal override OrtValue? Tensor()
    {
        if (!IsSet && Input.DefaultValue is null)
            return null;
        return _tensor ??= IsSet
            ? OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, Data.Length == 0 ? Nothing.AsMemory(0, 0) : Data, _sizes)
            : OrtTensors.Wrap(Input.DefaultValue!);
    }

    internal override void Hash(IncrementalHash hash)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(Input.Name));
        hash.AppendData(MemoryMarshal.AsBytes(_sizes.AsSpan()));
        // in parts, since a span counts bytes in 32 bits
        for (var start = 0; start < Data.Length; start += 1 << 20)
            hash.AppendData(MemoryMarshal.AsBytes(Data.Span.Slice(start, Math.Min(1 << 20, Data.Length - start))));
    }

    internal override void Clear()
    {
        base.Clear();
        Data = default;
    }
}
