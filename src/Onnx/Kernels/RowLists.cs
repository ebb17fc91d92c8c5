using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>Concatenated lists of row numbers (compressed sparse rows), as kernels read them.</summary>
internal readonly unsafe struct RowLists
{
    private readonly int* _start, _columns;

    /// <param name="start">Where each list begins among the columns, and the end of the last: [lists + 1] Int32.</param>
    /// <param name="columns">The row numbers, [entries] Int32.</param>
    internal RowLists(KernelTensor start, KernelTensor columns)
    {
        if (start.Rank != 1 || columns.Rank != 1 || start.Count < 1 || columns.Count > int.MaxValue)
            throw new ArgumentException($"Lists of rows: expected where they begin and their entries; got {start} and {columns}.");
        _start = start.Ints;
        _columns = columns.Ints;
        (Count, Entries) = ((int)(start.Count - 1), (int)columns.Count);
    }

    /// <summary>Number of lists.</summary>
    internal int Count { get; }

    /// <summary>Number of row numbers in all lists.</summary>
    internal int Entries { get; }

    /// <summary>The row number at a place.</summary>
    internal int this[int place]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _columns[place];
    }

    /// <summary>Where a list begins and ends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal (int First, int End) Of(int list)
    {
        int first = _start[list], end = _start[list + 1];
        if (first < 0 || end < first || end > Entries)
            throw new ArgumentException($"List {list} is from {first} to {end}; expected a stretch of {Entries} entries.");
        return (first, end);
    }

    /// <summary>The lists of a part, chosen so that all parts have about the same number of entries.</summary>
    internal (int From, int To) Part(int part, int parts) => (Cut(part, parts), Cut(part + 1, parts));

    // The first list of a part, where each list counts as an additional entry.
    private int Cut(int part, int parts)
    {
        if (part == parts)
            return Count;
        var before = KernelRun.Start((long)Entries + Count, part, parts);
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >> 1;
            if ((long)_start[middle] + middle < before)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }
}
