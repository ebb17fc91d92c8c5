namespace MLSeqGraph.Onnx;

/// <summary>What is known of the elements of whole-numbered values while a model is read.</summary>
internal sealed class KnownSizes
{
    // Shapes have few elements; longer tensors are data.
    private const int Longest = 64;

    private readonly Dictionary<Value, Extent[]> _known = [];

    /// <summary>The elements of a scalar or vector; null for other tensors and where none is known.</summary>
    internal Extent[]? Of(Value value)
    {
        if (_known.TryGetValue(value, out var known))
            return known;
        if (value.Constant is not { Count: <= Longest } data || value.Shape.Rank > 1)
            return null;
        return value.Type switch
        {
            ElementType.Int64 => [.. data.As<long>().Select(number => (Extent)number)],
            ElementType.Int32 => [.. data.As<int>().Select(number => (Extent)(long)number)],
            ElementType.Bool => [.. data.As<bool>().Select(flag => (Extent)(flag ? 1L : 0L))],
            _ => null,
        };
    }

    /// <summary>The elements as numbers; null where one isn't known.</summary>
    internal long[]? Numbers(Value value) =>
        Of(value) is { } all && Array.TrueForAll(all, one => one.Number is not null) ? [.. all.Select(one => one.Number!.Value)] : null;

    /// <summary>
    /// Notes the elements of a value, and gives the value, or a constant in its place where all are numbers.
    /// </summary>
    internal Value Note(Value value, Extent[]? elements)
    {
        if (elements is null || elements.Length > Longest || value.Shape.Rank > 1 || value.Constant is not null
            || (value.Shape.Rank == 1 && value.Shape[0] != elements.Length) || (value.Shape.Rank == 0 && elements.Length != 1))
            return value;
        if (Array.TrueForAll(elements, one => one.Number is not null) && Constant(value, elements) is { } constant)
            return constant;
        if (elements.Any(one => one.IsKnown))
            _known[value] = elements;
        return value;
    }

    private static Value? Constant(Value value, Extent[] elements)
    {
        long[] numbers = [.. elements.Select(one => one.Number!.Value)], sizes = value.Shape.Rank == 0 ? [] : [numbers.Length];
        return value.Type switch
        {
            ElementType.Int64 => value.Graph.Constant(TensorData.Create(numbers, sizes)),
            ElementType.Int32 when Array.TrueForAll(numbers, number => (int)number == number) =>
                value.Graph.Constant(TensorData.Create(Array.ConvertAll(numbers, number => (int)number), sizes)),
            ElementType.Bool => value.Graph.Constant(TensorData.Create(Array.ConvertAll(numbers, number => number != 0), sizes)),
            _ => null,
        };
    }
}
