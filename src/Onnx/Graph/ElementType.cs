namespace MLSeqGraph.Onnx;

/// <summary>Element type of a tensor. The numbers are ONNX's own type codes.</summary>
public enum ElementType
{
    /// <summary>32-bit floating point.</summary>
    Float = 1,
    /// <summary>Unsigned 8-bit integer.</summary>
    UInt8 = 2,
    /// <summary>32-bit integer.</summary>
    Int32 = 6,
    /// <summary>64-bit integer; ONNX's type for shapes and indices.</summary>
    Int64 = 7,
    /// <summary>Text.</summary>
    String = 8,
    /// <summary>Boolean, one byte per element.</summary>
    Bool = 9,
    /// <summary>64-bit floating point.</summary>
    Double = 11,
    /// <summary>Unsigned 32-bit integer; the type of ML.NET's key columns.</summary>
    UInt32 = 12,
}

/// <summary>Properties of element types.</summary>
internal static class ElementTypes
{
    /// <summary>The code of a .NET element type.</summary>
    /// <exception cref="NotSupportedException">The type has no ONNX counterpart here.</exception>
    public static ElementType Of<T>() => Of(typeof(T));

    /// <summary>The code of a .NET element type.</summary>
    /// <exception cref="NotSupportedException">The type has no ONNX counterpart here.</exception>
    public static ElementType Of(Type type) =>
        type == typeof(float) ? ElementType.Float
        : type == typeof(double) ? ElementType.Double
        : type == typeof(int) ? ElementType.Int32
        : type == typeof(long) ? ElementType.Int64
        : type == typeof(bool) ? ElementType.Bool
        : type == typeof(byte) ? ElementType.UInt8
        : type == typeof(uint) ? ElementType.UInt32
        : type == typeof(string) ? ElementType.String
        : throw new NotSupportedException($"No ONNX element type for {type}.");

    /// <summary>Bytes per element.</summary>
    /// <exception cref="NotSupportedException">Text has no fixed size.</exception>
    public static int SizeInBytes(this ElementType type) => type switch
    {
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Int64 or ElementType.Double => 8,
        ElementType.Bool or ElementType.UInt8 => 1,
        _ => throw new NotSupportedException($"Elements of type {type} have no fixed size."),
    };

    /// <summary>Whether gradients flow through values of this type.</summary>
    public static bool IsReal(this ElementType type) => type is ElementType.Float or ElementType.Double;
}
