using System.Runtime.InteropServices;
using System.Text;

namespace MLSeqGraph.Onnx;

/// <summary>A tensor in host memory: element type, sizes and the elements in row-major order.</summary>
public sealed class TensorData
{
    private TensorData(ElementType type, long[] sizes, Array elements)
    {
        var count = Product(sizes);
        if (count != elements.LongLength)
            throw new ArgumentException(
                $"A tensor of shape [{string.Join(", ", sizes)}] has {count} elements; {elements.LongLength} were given.");
        Type = type;
        Sizes = sizes;
        Elements = elements;
    }

    /// <summary>Wraps elements, without a copy, as a tensor of the given sizes (none: a scalar).</summary>
    /// <exception cref="ArgumentException">
    /// The number of elements is not the product of the sizes, or a size is negative.
    /// </exception>
    /// <exception cref="NotSupportedException">ONNX has no such elements.</exception>
    public static TensorData Create<T>(T[] elements, params long[] sizes)
    {
        ArgumentNullException.ThrowIfNull(elements);
        ArgumentNullException.ThrowIfNull(sizes);
        return new(ElementTypes.Of<T>(), sizes, elements);
    }

    /// <summary>Wraps an array of the element type's .NET type.</summary>
    internal static TensorData Of(ElementType type, long[] sizes, Array elements) => new(type, sizes, elements);

    /// <summary>A tensor of one element and no dimension.</summary>
    /// <exception cref="NotSupportedException">ONNX has no such elements.</exception>
    public static TensorData Scalar<T>(T element) => Create<T>([element]);

    /// <summary>A vector.</summary>
    /// <exception cref="NotSupportedException">ONNX has no such elements.</exception>
    public static TensorData Vector<T>(params T[] elements)
    {
        ArgumentNullException.ThrowIfNull(elements);
        return Create(elements, elements.LongLength);
    }

    /// <summary>A tensor of zeros.</summary>
    /// <exception cref="ArgumentException">A size is negative, or the sizes give more elements than an array can have.</exception>
    /// <exception cref="NotSupportedException">Elements of the type have no 0, such as texts.</exception>
    public static TensorData Zeros(ElementType type, params long[] sizes)
    {
        ArgumentNullException.ThrowIfNull(sizes);
        var count = Product(sizes);
        if (count > Array.MaxLength)
            throw new ArgumentException($"A tensor of shape [{string.Join(", ", sizes)}] has more elements than the {Array.MaxLength} of "
                + "an array.");
        return type switch
        {
            ElementType.Float => Create(new float[count], sizes),
            ElementType.Double => Create(new double[count], sizes),
            ElementType.Int32 => Create(new int[count], sizes),
            ElementType.Int64 => Create(new long[count], sizes),
            ElementType.Bool => Create(new bool[count], sizes),
            ElementType.UInt8 => Create(new byte[count], sizes),
            ElementType.UInt32 => Create(new uint[count], sizes),
            _ => throw new NotSupportedException($"No zero for elements of type {type}."),
        };
    }

    /// <summary>Element type.</summary>
    public ElementType Type { get; }

    /// <summary>Sizes, outermost first.</summary>
    public IReadOnlyList<long> Sizes { get; }

    /// <summary>Number of elements.</summary>
    public long Count => Elements.LongLength;

    /// <summary>The elements as a .NET array of the element type.</summary>
    internal Array Elements { get; }

    /// <summary>The elements, in row-major order.</summary>
    /// <exception cref="InvalidOperationException">The tensor holds another type.</exception>
    public T[] As<T>() => Elements.GetType() == typeof(T[]) // an array of int can be cast to one of uint
        ? (T[])Elements : throw new InvalidOperationException($"The tensor holds {Type}, not {typeof(T).Name}.");

    /// <summary>The elements' bytes, without a copy.</summary>
    internal ReadOnlySpan<byte> Bytes => Type switch
    {
        ElementType.Float => MemoryMarshal.AsBytes<float>(As<float>()),
        ElementType.Double => MemoryMarshal.AsBytes<double>(As<double>()),
        ElementType.Int32 => MemoryMarshal.AsBytes<int>(As<int>()),
        ElementType.Int64 => MemoryMarshal.AsBytes<long>(As<long>()),
        ElementType.Bool => MemoryMarshal.AsBytes<bool>(As<bool>()),
        ElementType.UInt8 => As<byte>(),
        ElementType.UInt32 => MemoryMarshal.AsBytes<uint>(As<uint>()),
        _ => throw new NotSupportedException($"Elements of type {Type} are not plain bytes."),
    };

    /// <summary>Whether two tensors have the same type, sizes and elements, bit for bit.</summary>
    internal bool SameAs(TensorData other) =>
        Type == other.Type && Sizes.SequenceEqual(other.Sizes)
        && (Type == ElementType.String ? As<string>().AsSpan().SequenceEqual(other.As<string>()) : Bytes.SequenceEqual(other.Bytes));

    private static long Product(long[] sizes)
    {
        Int128 count = 1;
        foreach (var size in sizes)
            count = size < 0 ? throw new ArgumentException($"The shape [{string.Join(", ", sizes)}] has a negative size.")
                : Int128.Min(count * size, long.MaxValue);
        return (long)count;
    }

    /// <inheritdoc/>
    public override string ToString()
    {
        var text = new StringBuilder($"{Type} [{string.Join(", ", Sizes)}]");
        if (Count <= 8)
            text.Append(": ").Append(string.Join(", ", Elements.Cast<object>()));
        return text.ToString();
    }
}
