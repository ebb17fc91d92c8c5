using System.Runtime.CompilerServices;

namespace MLSeqGraph.Onnx;

/// <summary>Reads rows of a matrix by the numbers in lists, and prefetches the next ones in a large matrix.</summary>
internal readonly unsafe struct RowReader
{
    private const int Ahead = 16, LineBytes = 64, MostLines = 8;
    private const long CacheBytes = 1 << 20;
    private readonly float* _rows;
    private readonly long _width, _count;
    private readonly int _lines;

    internal RowReader(KernelTensor rows)
    {
        if (rows.Rank != 2)
            throw new ArgumentException($"Expected rows [rows, width]; got {rows}.");
        _rows = rows.Floats;
        (_count, _width) = (rows[0], rows[1]);
        _lines = rows.Count * sizeof(float) > CacheBytes
            ? (int)Math.Min(MostLines, (_width * sizeof(float) + LineBytes - 1) / LineBytes) : 0;
    }

    /// <summary>The row that a list's entry names.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal float* Read(in RowLists lists, int place)
    {
        if (_lines > 0)
            Prefetch(lists, place);
        var row = lists[place];
        if ((ulong)row >= (ulong)_count)
            Fail(place, row);
        return _rows + row * _width;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prefetch(in RowLists lists, int place)
    {
        var next = (byte*)(_rows + lists[Math.Min(place + Ahead, lists.Entries - 1)] * _width);
        for (var line = 0; line < _lines; line++)
            Simd.Prefetch(next + line * LineBytes);
    }

    private void Fail(int place, int row) =>
        throw new ArgumentException($"Entry {place} of the lists names row {row}; expected 0 to {_count - 1}.");
}
