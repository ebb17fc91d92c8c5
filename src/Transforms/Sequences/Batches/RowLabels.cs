namespace MLSeqGraph.Transforms;

/// <summary>
/// Labels and weights of rows in memory, whatever a row is: a sequence, a graph, a node. It has one label, or one for each of its steps or
/// nodes, or as many as it says itself; a label is a class or some real numbers. They stand one row after another in arrays that grow and
/// are reused.
/// </summary>
/// <param name="label">What the labels are; null for none.</param>
/// <param name="isWeighted">Whether rows have weights.</param>
internal sealed class RowLabels(SequenceLabel? label, bool isWeighted)
{
    private readonly bool _isRagged = label is not (null or { Kind: SequenceLabelKind.Class or SequenceLabelKind.Targets });
    private int[] _ends = [];
    private int[] _classes = [];
    private float[] _targets = [];
    private float[] _weights = [];

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>Numbers of a label; 0 where labels are classes.</summary>
    public int TargetCount { get; } = label is { IsNumbers: true } ? label.Count : 0;

    /// <summary>Whether rows have weights.</summary>
    public bool IsWeighted => isWeighted;

    /// <summary>The memory that labels and weights take.</summary>
    public long Bytes => 4L * End(Count) * (label is null ? 0 : Math.Max(1, TargetCount)) + (isWeighted ? 4L * Count : 0);

    /// <summary>Adds a row whose labels and weight the caller then writes.</summary>
    /// <param name="labels">How many labels it has.</param>
    /// <returns>Its index.</returns>
    public int Add(int labels = 1)
    {
        long end = (long)End(Count) + labels;
        if (TargetCount > 0)
            GrowingArray.Ensure(ref _targets, end * TargetCount);
        else if (label is not null)
            GrowingArray.Ensure(ref _classes, end);
        if (isWeighted)
            GrowingArray.Ensure(ref _weights, Count + 1);
        if (_isRagged)
        {
            GrowingArray.Ensure(ref _ends, Count + 1);
            _ends[Count] = (int)end;
        }

        return Count++;
    }

    /// <summary>How many labels a row has.</summary>
    public int LabelCount(int row) => End(row + 1) - End(row);

    /// <summary>[labels] classes of a row from 0, −1 for missing ones.</summary>
    public Span<int> Classes(int row) => _classes.AsSpan(End(row), LabelCount(row));

    /// <summary>[labels × targets] real numbers of a row; no finite numbers where they are missing.</summary>
    public Span<float> Targets(int row) => _targets.AsSpan(End(row) * TargetCount, LabelCount(row) * TargetCount);

    /// <summary>[targets] real numbers of one of a row's labels.</summary>
    public Span<float> Targets(int row, int of) => Targets(row).Slice(of * TargetCount, TargetCount);

    /// <summary>The weight of a row, to write.</summary>
    public ref float Weight(int row) => ref _weights[row];

    /// <summary>The weight of a row; 1 where there are none.</summary>
    public float WeightOf(int row) => isWeighted ? _weights[row] : 1;

    /// <summary>Whether one of a row's labels is missing: a missing key, or numbers that aren't all finite.</summary>
    public bool IsMissing(int row, int of = 0) => TargetCount == 0
        ? Classes(row)[of] < 0
        : Targets(row, of).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0;

    /// <summary>Adds a copy of another collection's row.</summary>
    public void AddFrom(RowLabels other, int row)
    {
        int copy = Add(other.LabelCount(row));
        if (TargetCount > 0)
            other.Targets(row).CopyTo(Targets(copy));
        else if (label is not null)
            other.Classes(row).CopyTo(Classes(copy));
        if (isWeighted)
            Weight(copy) = other.Weight(row);
    }

    /// <summary>Keeps only these rows, in their order.</summary>
    /// <param name="rows">Indices in ascending order.</param>
    public void Keep(ReadOnlySpan<int> rows)
    {
        // Moves each to the front, over rows that were dropped or have moved already.
        for (int to = 0; to < rows.Length; to++)
        {
            (int start, int count, int end) = (End(rows[to]), LabelCount(rows[to]), End(to));
            if (TargetCount > 0)
                Array.Copy(_targets, start * TargetCount, _targets, end * TargetCount, count * TargetCount);
            else if (label is not null)
                Array.Copy(_classes, start, _classes, end, count);
            if (isWeighted)
                _weights[to] = _weights[rows[to]];
            if (_isRagged)
                _ends[to] = end + count;
        }

        Count = rows.Length;
    }

    /// <summary>Keeps the first rows and forgets the others, one read in part included.</summary>
    public void Truncate(int count) => Count = Math.Min(Count, count);

    // The number of labels of the first rows.
    private int End(int rows) => !_isRagged ? rows : rows == 0 ? 0 : _ends[rows - 1];
}
