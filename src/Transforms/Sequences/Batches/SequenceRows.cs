namespace MLSeqGraph.Transforms;

/// <summary>
/// Rows as they were read, one after another in shared arrays that grow by doubling and are reused. They serve as the shuffle buffer,
/// the cache of a small data set, and the look-ahead of a scorer.
/// </summary>
/// <param name="columns">The columns of a row.</param>
internal sealed class SequenceRows(SequenceColumns columns)
{
    private readonly int _featureCount = columns.Sequence.FeatureCount;
    private readonly bool _isReal = columns.Sequence.Kind.IsReal();
    private readonly SequenceLabelKind? _label = columns.Label?.Kind;
    private readonly int _targetCount = columns.Label is { IsNumbers: true } label ? label.Count : 0;
    private readonly bool _hasWeight = columns.WeightColumnName is not null;

    private long[] _positions = [];
    private int[] _starts = [];
    private int[] _lengths = [];
    private int[] _classes = [];
    private float[] _weights = [];
    private float[] _targets = [];
    private int[] _tokens = [];
    private float[] _features = [];
    private int[] _stepClasses = [];
    private readonly RaggedLabels? _labels = columns.Label is { HasOwnLength: true } ? new() : null;

    /// <summary>The columns of a row.</summary>
    public SequenceColumns Columns => columns;

    /// <summary>The rows of the further columns, in the same order.</summary>
    public SequenceRows[] Sides { get; } = [.. columns.Sides.Select(side => new SequenceRows(new(side)))];

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The steps of all rows together.</summary>
    public int Steps { get; private set; }

    /// <summary>The memory that the values of the rows take.</summary>
    public long Bytes => (long)Count * BytesPerRow + (long)Steps * BytesPerStep + (_labels?.Bytes ?? 0) + Sides.Sum(side => side.Bytes);

    private bool HasStepTargets => _label == SequenceLabelKind.StepTargets;

    private int BytesPerRow => 16 + (_label == SequenceLabelKind.Class ? 4 : 0) + (HasStepTargets ? 0 : 4 * _targetCount)
        + (_hasWeight ? 4 : 0);

    private int BytesPerStep => (_isReal ? 4 * _featureCount : 4) + (_label == SequenceLabelKind.StepClasses ? 4 : 0)
        + (HasStepTargets ? 4 * _targetCount : 0);

    /// <summary>Adds a row whose values the caller then writes.</summary>
    /// <returns>Its index.</returns>
    public int Add(long position, int steps)
    {
        int row = Count;
        long total = (long)Steps + steps;
        GrowingArray.Ensure(ref _positions, row + 1);
        GrowingArray.Ensure(ref _starts, row + 1);
        GrowingArray.Ensure(ref _lengths, row + 1);
        if (_label == SequenceLabelKind.Class)
            GrowingArray.Ensure(ref _classes, row + 1);
        if (_targetCount > 0)
            GrowingArray.Ensure(ref _targets, (HasStepTargets ? total : row + 1L) * _targetCount);
        if (_hasWeight)
            GrowingArray.Ensure(ref _weights, row + 1);
        if (_isReal)
            GrowingArray.Ensure(ref _features, total * _featureCount);
        else
            GrowingArray.Ensure(ref _tokens, total);
        if (_label == SequenceLabelKind.StepClasses)
            GrowingArray.Ensure(ref _stepClasses, total);
        _labels?.Add(row);
        _positions[row] = position;
        _starts[row] = Steps;
        _lengths[row] = steps;
        Count++;
        Steps = (int)total;
        return row;
    }

    /// <summary>The row's place in the data, counted from 0.</summary>
    public long Position(int row) => _positions[row];

    public int Length(int row) => _lengths[row];

    /// <summary>[steps] token ids.</summary>
    public Span<int> Tokens(int row) => _tokens.AsSpan(_starts[row], _lengths[row]);

    /// <summary>[steps × features] real-valued steps.</summary>
    public Span<float> Features(int row) => _features.AsSpan(_starts[row] * _featureCount, _lengths[row] * _featureCount);

    /// <summary>Whether the row lacks the column (<see cref="SequenceColumn.MayBeMissing"/>).</summary>
    public bool IsMissing(int row) => _isReal ? float.IsNaN(Features(row)[0]) : !Tokens(row).ContainsAnyExcept(0);

    public ref int Class(int row) => ref _classes[row];

    /// <summary>[steps] classes.</summary>
    public Span<int> StepClasses(int row) => _stepClasses.AsSpan(_starts[row], _lengths[row]);

    /// <summary>[labels] classes of a sequence, as many as the row has.</summary>
    public Span<int> Labels(int row) => _labels!.Of(row);

    /// <summary>Makes room for the labels of the row that was added last, which the caller then writes.</summary>
    public Span<int> SetLabels(int row, int count) => _labels!.Set(row, count);

    /// <summary>[targets] real numbers to predict, or [steps × targets].</summary>
    public Span<float> Targets(int row) => HasStepTargets
        ? _targets.AsSpan(_starts[row] * _targetCount, _lengths[row] * _targetCount)
        : _targets.AsSpan(row * _targetCount, _targetCount);

    public ref float Weight(int row) => ref _weights[row];

    /// <summary>Adds a copy of another collection's row.</summary>
    public void AddFrom(SequenceRows other, int row)
    {
        int copy = Add(other.Position(row), other.Length(row));
        CopyValues(other, row, copy);
        for (int i = 0; i < Sides.Length; i++)
            Sides[i].AddFrom(other.Sides[i], row);
    }

    /// <summary>Keeps only these rows, in their order.</summary>
    /// <param name="rows">Indices in ascending order.</param>
    public void Keep(ReadOnlySpan<int> rows)
    {
        foreach (var side in Sides)
            side.Keep(rows);
        Count = 0;
        Steps = 0;
        foreach (int row in rows)
        {
            // Moves it to the front, over rows that were dropped or have moved already.
            (long position, int start, int length) = (_positions[row], _starts[row], _lengths[row]);
            if (_isReal)
                Move(_features, start, Steps, length, _featureCount);
            else
                Move(_tokens, start, Steps, length, 1);
            if (_label == SequenceLabelKind.StepClasses)
                Move(_stepClasses, start, Steps, length, 1);
            if (_label == SequenceLabelKind.Class)
                _classes[Count] = _classes[row];
            _labels?.Move(row, Count);
            if (HasStepTargets)
                Move(_targets, start, Steps, length, _targetCount);
            else if (_targetCount > 0)
                Move(_targets, row, Count, 1, _targetCount);
            if (_hasWeight)
                _weights[Count] = _weights[row];
            (_positions[Count], _starts[Count], _lengths[Count]) = (position, Steps, length);
            Count++;
            Steps += length;
        }
    }

    /// <summary>Keeps the first rows and forgets the others, one read in part included.</summary>
    public void Truncate(int count)
    {
        foreach (var side in Sides)
            side.Truncate(count);
        if (count >= Count)
            return;
        _labels?.Truncate(count);
        (Count, Steps) = (count, count == 0 ? 0 : _starts[count - 1] + _lengths[count - 1]);
    }

    /// <summary>Forgets the rows and keeps the arrays.</summary>
    public void Clear() => Keep([]);

    private void CopyValues(SequenceRows other, int row, int copy)
    {
        if (_isReal)
            other.Features(row).CopyTo(Features(copy));
        else
            other.Tokens(row).CopyTo(Tokens(copy));
        if (_label == SequenceLabelKind.StepClasses)
            other.StepClasses(row).CopyTo(StepClasses(copy));
        if (_label == SequenceLabelKind.Class)
            Class(copy) = other.Class(row);
        if (_labels is not null)
            other.Labels(row).CopyTo(SetLabels(copy, other.Labels(row).Length));
        if (_targetCount > 0)
            other.Targets(row).CopyTo(Targets(copy));
        if (_hasWeight)
            Weight(copy) = other.Weight(row);
    }

    private static void Move<T>(T[] values, int from, int to, int count, int width) =>
        Array.Copy(values, from * width, values, to * width, count * width);
}
