using System.Collections;
using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>The shape of a tensor, written <c>["batch", "time", 64]</c>.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public sealed class Shape : IReadOnlyList<Dim>, IEquatable<Shape>
{
    private readonly Dim[] _dims;

    private Shape(Dim[] dims) => _dims = dims;

    /// <summary>The shape of a single element, <c>[]</c>.</summary>
    public static Shape Scalar { get; } = new([]);

    /// <summary>Makes a shape from its dimensions, outermost first.</summary>
    public static Shape Create(ReadOnlySpan<Dim> dims) => dims.Length == 0 && Scalar is not null ? Scalar : new(dims.ToArray());

    /// <summary>A shape of known sizes.</summary>
    public static Shape Of(IEnumerable<long> sizes) => new([.. sizes.Select(size => (Dim)size)]);

    /// <summary>Number of dimensions.</summary>
    public int Rank => _dims.Length;

    /// <summary>Number of dimensions.</summary>
    public int Count => _dims.Length;

    /// <summary>A dimension; negative numbers count from the end.</summary>
    public Dim this[int axis] => _dims[axis < 0 ? axis + _dims.Length : axis];

    /// <summary>Whether every size is a number.</summary>
    public bool IsKnown => Array.TrueForAll(_dims, dim => dim.IsKnown);

    /// <summary>The product of all dimensions.</summary>
    public Dim Elements => _dims.Aggregate((Dim)1, (product, dim) => product * dim);

    /// <summary>The sizes as numbers.</summary>
    /// <exception cref="InvalidOperationException">A dimension is known only by name.</exception>
    public long[] Sizes => [.. _dims.Select(dim => dim.Size)];

    /// <summary>The shape with one dimension replaced; negative axes count from the end.</summary>
    public Shape With(int axis, Dim dim)
    {
        var dims = (Dim[])_dims.Clone();
        dims[axis < 0 ? axis + dims.Length : axis] = dim;
        return new(dims);
    }

    /// <summary>The shape with a dimension put in before <paramref name="axis"/>.</summary>
    public Shape Insert(int axis, Dim dim) => [.. _dims[..axis], dim, .. _dims[axis..]];

    /// <summary>The shape without one dimension; negative axes count from the end.</summary>
    public Shape Remove(int axis)
    {
        if (axis < 0)
            axis += _dims.Length;
        return [.. _dims[..axis], .. _dims[(axis + 1)..]];
    }

    /// <summary>The shape two operands broadcast to (ONNX's multidirectional rule), or null where they don't.</summary>
    internal static Shape? Broadcast(Shape left, Shape right)
    {
        var rank = Math.Max(left.Rank, right.Rank);
        var dims = new Dim[rank];
        for (var i = 1; i <= rank; i++)
        {
            Dim a = i <= left.Rank ? left[^i] : 1, b = i <= right.Rank ? right[^i] : 1;
            if (a != b && a != 1 && b != 1)
                return null;
            dims[rank - i] = a == 1 ? b : a;
        }
        return new(dims);
    }

    /// <summary>Whether two shapes have equal dimensions.</summary>
    public static bool operator ==(Shape? left, Shape? right) => Equals(left, right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape? left, Shape? right) => !Equals(left, right);

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dims.AsSpan().SequenceEqual(other._dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode() => _dims.Aggregate(_dims.Length, (hash, dim) => HashCode.Combine(hash, dim));

    /// <inheritdoc/>
    public IEnumerator<Dim> GetEnumerator() => ((IEnumerable<Dim>)_dims).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => "[" + string.Join(", ", _dims) + "]";
}
