using System.Globalization;

namespace MLSeqGraph.Onnx;

/// <summary>
/// The place where two sets of tensors differ most. The difference of two numbers is |actual - expected| / max(1, |expected|);
/// two NaN, or two equal infinities, don't differ, and any other pair with a NaN or infinity differs infinitely.
/// </summary>
/// <param name="Name">The tensor.</param>
/// <param name="Index">The element's index along each axis.</param>
/// <param name="Expected">The element of the reference, as a number; 0 for text.</param>
/// <param name="Actual">The element compared with it.</param>
/// <param name="Difference">The difference; 0 where nothing differs.</param>
public sealed record TensorComparison(string Name, IReadOnlyList<long> Index, double Expected, double Actual, double Difference)
{
    /// <summary>Compares every tensor of a reference with the one of the same name.</summary>
    /// <exception cref="TensorMismatchException">A tensor is missing, or has another type or shape.</exception>
    /// <exception cref="ArgumentException">The reference is empty.</exception>
    public static TensorComparison Largest(
        IReadOnlyDictionary<string, TensorData> expected, IReadOnlyDictionary<string, TensorData> actual) =>
        expected.Count == 0 ? throw new ArgumentException("There is nothing to compare with.", nameof(expected))
        : expected.Select(pair => Between(pair.Key, pair.Value, actual.GetValueOrDefault(pair.Key)
                ?? throw new TensorMismatchException($"'{pair.Key}' is missing. There: {string.Join(", ", actual.Keys)}.")))
            .MaxBy(comparison => comparison.Difference)!;

    /// <summary>Compares two tensors.</summary>
    /// <exception cref="TensorMismatchException">They have different types or shapes.</exception>
    /// <exception cref="NotSupportedException">Elements of the type are no numbers.</exception>
    public static TensorComparison Between(string name, TensorData expected, TensorData actual) =>
        Between(name, expected, actual, [1]);

    /// <summary>
    /// Compares two tensors whose numbers are rounded like those of a size, which then stands for the 1; with several sizes each is that of
    /// a place on the last axis.
    /// </summary>
    /// <inheritdoc cref="Between(string, TensorData, TensorData)"/>
    internal static TensorComparison Between(string name, TensorData expected, TensorData actual, params ReadOnlySpan<double> units)
    {
        if (expected.Type != actual.Type || !expected.Sizes.SequenceEqual(actual.Sizes))
            throw new TensorMismatchException(
                $"'{name}': {expected.Type} [{string.Join(", ", expected.Sizes)}] is expected, {actual.Type} "
                    + $"[{string.Join(", ", actual.Sizes)}] was given.");
        return expected.Type switch
        {
            ElementType.Float => Largest(name, expected, expected.As<float>(), actual.As<float>(), element => element, units),
            ElementType.Double => Largest(name, expected, expected.As<double>(), actual.As<double>(), element => element, units),
            ElementType.Int32 => Largest(name, expected, expected.As<int>(), actual.As<int>(), element => element, units),
            ElementType.Int64 => Largest(name, expected, expected.As<long>(), actual.As<long>(), element => element, units),
            ElementType.UInt8 => Largest(name, expected, expected.As<byte>(), actual.As<byte>(), element => element, units),
            ElementType.UInt32 => Largest(name, expected, expected.As<uint>(), actual.As<uint>(), element => element, units),
            ElementType.Bool => Largest(name, expected, expected.As<bool>(), actual.As<bool>(), element => element ? 1 : 0, units),
            var other => throw new NotSupportedException($"'{name}' holds {other}, which has no difference."),
        };
    }

    /// <summary>Fails where the difference exceeds a tolerance.</summary>
    /// <exception cref="TensorMismatchException">It does; the message names the tensor, the element and both values.</exception>
    public void ThrowIfAbove(double tolerance)
    {
        // a tolerance of NaN must not accept everything
        if (!(Difference <= tolerance))
            throw new TensorMismatchException(this + $"; at most {tolerance.ToString("G3", CultureInfo.InvariantCulture)} is allowed.");
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"'{Name}'[{string.Join(", ", Index)}]: {Expected:G9} is expected, {Actual:G9} was given, relative difference {Difference:G3}");

    private static TensorComparison Largest<T>(string name, TensorData shape, T[] expected, T[] actual, Func<T, double> number,
        ReadOnlySpan<double> units)
    {
        var (worst, largest) = (-1, 0.0);
        for (var i = 0; i < expected.Length; i++)
        {
            var difference = Relative(number(expected[i]), number(actual[i]), units[i % units.Length]);
            if (difference > largest)
                (worst, largest) = (i, difference);
        }
        return worst < 0 ? new(name, [], 0, 0, 0)
            : new(name, Unravel(worst, shape.Sizes), number(expected[worst]), number(actual[worst]), largest);
    }

    private static double Relative(double expected, double actual, double unit)
    {
        if (expected.Equals(actual))
            return 0;
        var difference = Math.Abs(actual - expected) / Math.Max(unit, Math.Abs(expected));
        return double.IsFinite(difference) ? difference : double.PositiveInfinity;
    }

    private static long[] Unravel(long position, IReadOnlyList<long> sizes)
    {
        var index = new long[sizes.Count];
        for (var axis = sizes.Count - 1; axis >= 0; axis--)
            (position, index[axis]) = (position / sizes[axis], position % sizes[axis]);
        return index;
    }
}

/// <summary>Two tensors that should be equal differ.</summary>
public sealed class TensorMismatchException(string message) : Exception(message);
