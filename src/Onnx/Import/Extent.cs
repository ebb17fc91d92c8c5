namespace MLSeqGraph.Onnx;

/// <summary>
/// One element of a whole-numbered tensor as far as it is known before a model runs: a number, a dimension, or nothing. Sizes that a
/// model computes from other sizes are followed in this form.
/// </summary>
internal readonly struct Extent : IEquatable<Extent>
{
    private readonly long? _number;
    private readonly Dim? _dim;

    private Extent(long? number, Dim? dim) => (_number, _dim) = (number, dim);

    /// <summary>An element that isn't known.</summary>
    internal static Extent Unknown => default;

    internal long? Number => _number;

    internal bool IsKnown => _number is not null || _dim is not null;

    /// <summary>The element as a dimension; null where it isn't known or is negative.</summary>
    internal Dim? Dim => _dim ?? (_number is >= 0 and var size ? (Dim)size : (Dim?)null);

    public static implicit operator Extent(long number) => new(number, null);

    internal static Extent Of(Dim dim) => dim.IsKnown ? new(dim.Size, null) : new(null, dim);

    public static Extent operator +(Extent a, Extent b) =>
        a._number is { } x && b._number is { } y ? checked(x + y)
        : a.Dim is { } p && b.Dim is { } q ? Of(p + q)
        : a.Dim is { } whole && b._number is < 0 and var less ? Less(whole, checked(-less))
        : b.Dim is { } other && a._number is < 0 and var fewer ? Less(other, checked(-fewer))
        : Unknown;

    public static Extent operator -(Extent a, Extent b) =>
        a._number is { } x && b._number is { } y ? checked(x - y)
        : a.Dim is { } p && b.Dim is { } q ? Less(p, q)
        : a.Dim is { } whole && b._number is < 0 and var less ? Of(whole + checked(-less))
        : Unknown;

    public static Extent operator *(Extent a, Extent b) =>
        a._number is { } x && b._number is { } y ? checked(x * y)
        : a._number is 0 || b._number is 0 ? 0
        : a.Dim is { } p && b.Dim is { } q ? Of(p * q)
        : Unknown;

    /// <summary>Division as ONNX does it on whole numbers: towards zero.</summary>
    public static Extent operator /(Extent a, Extent b) =>
        b._number is 0 ? Unknown
        : a._number is { } x && b._number is { } y ? x / y
        : a.Dim is { } p && b.Dim is { } q && !q.Equals(0L) && p.TryDivide(q, out var quotient) ? Of(quotient)
        : Unknown;

    /// <summary>Whether two elements are equal; null where that isn't known.</summary>
    internal static bool? Same(Extent a, Extent b) =>
        a._number is { } x && b._number is { } y ? x == y
        : a._dim is { } p && b._dim is { } q && p == q ? true
        : (a._dim is not null && b._number is < 0) || (b._dim is not null && a._number is < 0) ? false
        : null;

    private static Extent Less(Dim from, Dim by)
    {
        try
        {
            return Of(from - by);
        }
        catch (ArgumentOutOfRangeException)
        {
            return from.IsKnown && by.IsKnown ? from.Size - by.Size : Unknown;
        }
    }

    public bool Equals(Extent other) => _number == other._number && Nullable.Equals(_dim, other._dim);

    public override bool Equals(object? obj) => obj is Extent other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_number, _dim);
}
