namespace MLSeqGraph.Transforms;

/// <summary>Labels of rows, as many as each has, one row after another in an array that grows and is reused.</summary>
internal sealed class RaggedLabels
{
    private int[] _labels = [];
    private int[] _starts = [];
    private int[] _counts = [];
    private int _used;

    /// <summary>The memory that the labels take.</summary>
    public long Bytes => 4L * _used;

    /// <summary>Adds a row without labels.</summary>
    public void Add(int row)
    {
        GrowingArray.Ensure(ref _starts, row + 1);
        GrowingArray.Ensure(ref _counts, row + 1);
        _used = row == 0 ? 0 : _starts[row - 1] + _counts[row - 1];
        (_starts[row], _counts[row]) = (_used, 0);
    }

    /// <summary>The labels of a row.</summary>
    public Span<int> Of(int row) => _labels.AsSpan(_starts[row], _counts[row]);

    /// <summary>Makes room for the labels of the last row.</summary>
    public Span<int> Set(int row, int count)
    {
        GrowingArray.Ensure(ref _labels, (long)_starts[row] + count);
        (_counts[row], _used) = (count, _starts[row] + count);
        return Of(row);
    }

    /// <summary>Moves a row to a place before it, behind which nothing is kept: rows in between have moved or were dropped.</summary>
    public void Move(int from, int to)
    {
        (int start, int count) = (_starts[from], _counts[from]);
        _starts[to] = to == 0 ? 0 : _starts[to - 1] + _counts[to - 1];
        _counts[to] = count;
        Array.Copy(_labels, start, _labels, _starts[to], count);
        _used = _starts[to] + count;
    }

    /// <summary>Keeps the first rows.</summary>
    public void Truncate(int count) => _used = count == 0 ? 0 : _starts[count - 1] + _counts[count - 1];
}
