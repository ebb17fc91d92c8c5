using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Creates editors, which fill the buffers of a vector that is no longer needed.</summary>
public static class VBufferEditor
{
    /// <summary>An editor of the same length and density.</summary>
    public static VBufferEditor<T> CreateFromBuffer<T>(scoped ref VBuffer<T> destination) =>
        Create(ref destination, destination.Length, destination.GetValues().Length);

    /// <summary>An editor of a vector of <paramref name="newLogicalLength"/> with <paramref name="valuesCount"/> stored values.</summary>
    public static VBufferEditor<T> Create<T>(
        scoped ref VBuffer<T> destination,
        int newLogicalLength,
        int? valuesCount = null,
        int? maxValuesCapacity = null,
        bool keepOldOnResize = false,
        bool requireIndicesOnDense = false)
    {
        int count = valuesCount ?? newLogicalLength;
        Contracts.CheckParam(newLogicalLength >= 0, nameof(newLogicalLength),
            $"A length is not negative, but {newLogicalLength} was given.");
        Contracts.CheckParam(0 <= count && count <= newLogicalLength, nameof(valuesCount),
            $"{count} stored values for a vector of length {newLogicalLength}.");

        int capacity = maxValuesCapacity ?? Array.MaxLength;
        T[] values = Resize(destination.ValuesArray, count, capacity, keepOldOnResize);
        bool needsIndices = count < newLogicalLength || requireIndicesOnDense;
        int[] indices = needsIndices ? Resize(destination.IndicesArray, count, capacity, keepOldOnResize) : destination.IndicesArray;
        return new VBufferEditor<T>(newLogicalLength, count, values, indices, needsIndices,
            createdNewValues: !ReferenceEquals(values, destination.ValuesArray),
            createdNewIndices: !ReferenceEquals(indices, destination.IndicesArray));
    }

    private static TItem[] Resize<TItem>(TItem[] old, int count, int capacity, bool keepOld)
    {
        int available = old?.Length ?? 0;
        if (available >= count)
            return old;
        // Grows by doubling, so that vectors of slowly rising lengths do not allocate one by one.
        long grown = Math.Clamp(Math.Max(count, 2L * available), count, Math.Max(count, capacity));
        var resized = new TItem[grown];
        if (keepOld)
            old?.CopyTo(resized, 0);
        return resized;
    }
}

/// <summary>Writable buffers that become a <see cref="VBuffer{T}"/> on commit.</summary>
public readonly ref struct VBufferEditor<T>
{
    private readonly int _length;
    private readonly T[] _values;
    private readonly int[] _indices;

    public readonly Span<T> Values;
    public readonly Span<int> Indices;

    internal VBufferEditor(
        int length, int count, T[] values, int[] indices, bool hasIndices, bool createdNewValues, bool createdNewIndices)
    {
        _length = length;
        _values = values;
        _indices = indices;
        Values = values.AsSpan(0, count);
        Indices = hasIndices ? indices.AsSpan(0, count) : default;
        CreatedNewValues = createdNewValues;
        CreatedNewIndices = createdNewIndices;
    }

    public bool CreatedNewValues { get; }

    public bool CreatedNewIndices { get; }

    public VBuffer<T> Commit() => new(_length, Values.Length, _values, _indices);

    /// <summary>Commits the first <paramref name="physicalValuesCount"/> stored values only.</summary>
    public VBuffer<T> CommitTruncated(int physicalValuesCount)
    {
        Contracts.CheckParam(physicalValuesCount <= Values.Length, nameof(physicalValuesCount),
            $"{physicalValuesCount} values were asked for, but the editor was created for {Values.Length}.");
        return new VBuffer<T>(_length, physicalValuesCount, _values, _indices);
    }
}
