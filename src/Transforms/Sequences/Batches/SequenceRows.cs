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

    private long[] _positions = [];
    private int[] _starts = [];
    private int[] _lengths = [];
    private int[] _tokens = [];
    private float[] _features = [];

    /// <summary>The columns of a row.</summary>
    public SequenceColumns Columns => columns;

    /// <summary>The rows of the further columns, in the same order.</summary>
    public SequenceRows[] Sides { get; } = [.. columns.Sides.Select(side => new SequenceRows(new(side)))];

    /// <summary>The labels and weights of the rows.</summary>
    public RowLabels Labels { get; } = new(columns.Label, columns.WeightColumnName is not null);

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The steps of all rows together.</summary>
    public int Steps { get; private set; }

    /// <summary>The memory that the values of the rows take.</summary>
    public long Bytes => 16L * Count + 4L * Steps * (_isReal ? _featureCount : 1) + Labels.Bytes + Sides.Sum(side => side.Bytes);

    /// <summary>Adds a row whose steps the caller then writes, and whose label may follow.</summary>
    /// <returns>Its index.</returns>
    public int Add(long position, int steps)
    {
        int row = Count;
        long total = (long)Steps + steps;
        GrowingArray.Ensure(ref _positions, row + 1);
        GrowingArray.Ensure(ref _starts, row + 1);
        GrowingArray.Ensure(ref _lengths, row + 1);
        if (_isReal)
            GrowingArray.Ensure(ref _features, total * _featureCount);
        else
            GrowingArray.Ensure(ref _tokens, total);
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

    /// <summary>Adds a copy of another collection's row.</summary>
    public void AddFrom(SequenceRows other, int row)
    {
        int copy = Add(other.Position(row), other.Length(row));
        if (_isReal)
            other.Features(row).CopyTo(Features(copy));
        else
            other.Tokens(row).CopyTo(Tokens(copy));
        Labels.AddFrom(other.Labels, row);
        for (int i = 0; i < Sides.Length; i++)
            Sides[i].AddFrom(other.Sides[i], row);
    }

    /// <summary>Keeps only these rows, in their order.</summary>
    /// <param name="rows">Indices in ascending order.</param>
    public void Keep(ReadOnlySpan<int> rows)
    {
        foreach (var side in Sides)
            side.Keep(rows);
        Labels.Keep(rows);
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
        Labels.Truncate(count);
        (Count, Steps) = (count, count == 0 ? 0 : _starts[count - 1] + _lengths[count - 1]);
    }

    /// <summary>Forgets the rows and keeps the arrays.</summary>
    public void Clear() => Keep([]);

    private static void Move<T>(T[] values, int from, int to, int count, int width) =>
        Array.Copy(values, from * width, values, to * width, count * width);
}
