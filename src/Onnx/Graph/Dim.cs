namespace MLSeqGraph.Onnx;

/// <summary>
/// One dimension of a shape: a number, a name (<c>batch</c>, <c>time</c>, <c>nodes</c>, …) or a product of both.
/// Two dimensions with one name are equal.
/// </summary>
public readonly struct Dim : IEquatable<Dim>
{
    private readonly long _factor;
    private readonly string[]? _names;

    private Dim(long factor, string[]? names)
    {
        _factor = factor;
        _names = names is { Length: > 0 } && factor != 0 ? names : null;
    }

    /// <summary>A dimension of known size.</summary>
    public static implicit operator Dim(long size) =>
        size >= 0 ? new(size, null) : throw new ArgumentOutOfRangeException(nameof(size), size, "A dimension cannot be negative.");

    /// <summary>A dimension known by name alone.</summary>
    public static implicit operator Dim(string name) => new(1, [name]);

    /// <summary>Whether the size is a number.</summary>
    public bool IsKnown => _names is null;

    /// <summary>The size.</summary>
    /// <exception cref="InvalidOperationException">The dimension is known by name alone.</exception>
    public long Size => IsKnown ? _factor : throw new InvalidOperationException($"Dimension '{this}' has no fixed size.");

    /// <summary>The names in the product, sorted.</summary>
    internal IReadOnlyList<string> Names => _names ?? [];

    /// <summary>The number in the product.</summary>
    internal long Factor => _factor;

    /// <summary>The product of two dimensions, as a reshape that merges them has it.</summary>
    public static Dim operator *(Dim left, Dim right)
    {
        if (left._names is null && right._names is null)
            return checked(left._factor * right._factor);
        string[] names = [.. left.Names, .. right.Names];
        Array.Sort(names, StringComparer.Ordinal);
        return new(checked(left._factor * right._factor), names);
    }

    /// <summary>The sum of two dimensions, as a concatenation has it.</summary>
    public static Dim operator +(Dim left, Dim right) =>
        left.IsKnown && right.IsKnown ? checked(left._factor + right._factor)
        : left == 0 ? right
        : right == 0 ? left
        : string.CompareOrdinal(left.ToString(), right.ToString()) <= 0 ? $"({left}+{right})"
        : $"({right}+{left})";

    /// <summary>Divides exactly where that can be told from numbers and names.</summary>
    internal bool TryDivide(Dim divisor, out Dim quotient)
    {
        quotient = default;
        if (divisor._factor == 0 || _factor % divisor._factor != 0)
            return false;
        var rest = new List<string>(Names);
        foreach (var name in divisor.Names)
            if (!rest.Remove(name))
                return false;
        quotient = new(_factor / divisor._factor, [.. rest]);
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(Dim other) => _factor == other._factor && Names.SequenceEqual(other.Names);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Dim other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_factor, _names is null ? 0 : string.Join('*', _names).GetHashCode());

    /// <summary>Whether two dimensions are the same number or the same product of names.</summary>
    public static bool operator ==(Dim left, Dim right) => left.Equals(right);

    /// <summary>Whether two dimensions differ.</summary>
    public static bool operator !=(Dim left, Dim right) => !left.Equals(right);

    /// <inheritdoc/>
    public override string ToString() =>
        IsKnown ? _factor.ToString() : (_factor == 1 ? "" : _factor + "*") + string.Join('*', _names!);
}
