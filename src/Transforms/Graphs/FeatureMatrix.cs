namespace MLSeqGraph.Transforms;

/// <summary>A row of features per node: dense, or, where most are 0, sparse with only the others stored, row by row.</summary>
public sealed class FeatureMatrix
{
    private FeatureMatrix(int rows, int columns, float[] values, int[]? rowStart, int[]? columnOfValue)
    {
        (RowCount, ColumnCount, Values, RowStart, Columns) = (rows, columns, values, rowStart, columnOfValue);
    }

    /// <summary>Number of rows.</summary>
    public int RowCount { get; }

    /// <summary>Number of features.</summary>
    public int ColumnCount { get; }

    /// <summary>The elements [rows, columns]; in a sparse matrix only those stored, row by row.</summary>
    public float[] Values { get; }

    /// <summary>Where each row's values begin, [rows + 1]; null for a dense matrix.</summary>
    public int[]? RowStart { get; }

    /// <summary>The column of each value; null for a dense matrix.</summary>
    public int[]? Columns { get; }

    /// <summary>Columns beside the features: for each column as many rows as the matrix has.</summary>
    internal IReadOnlyList<SequenceRows> Sides { get; private init; } = [];

    /// <summary>Whether only some elements are stored.</summary>
    public bool IsSparse => RowStart is not null;

    /// <summary>A matrix with all its elements.</summary>
    /// <exception cref="ArgumentException">There aren't as many values as rows times columns.</exception>
    public static FeatureMatrix Dense(int rows, int columns, float[] values)
    {
        ArgumentNullException.ThrowIfNull(values);
        return rows >= 0 && columns >= 0 && values.LongLength == (long)rows * columns ? new(rows, columns, values, null, null)
            : throw new ArgumentException($"Found {values.Length} features; expected {rows} rows of {columns}.");
    }

    /// <summary>A sparse matrix of the given elements.</summary>
    internal static FeatureMatrix Sparse(int columns, int[] rowStart, int[] columnOfValue, float[] values) =>
        new(rowStart.Length - 1, columns, values, rowStart, columnOfValue);

    /// <summary>The same features with columns beside them.</summary>
    internal FeatureMatrix With(IReadOnlyList<SequenceRows> sides) =>
        new(RowCount, ColumnCount, Values, RowStart, Columns) { Sides = sides };

    /// <summary>Rows in another order; zeros for a row below 0.</summary>
    internal FeatureMatrix Reordered(IReadOnlyList<int> rows)
    {
        var builder = new Builder(ColumnCount);
        var row = new float[ColumnCount];
        foreach (var at in rows)
        {
            if (at < 0)
                Array.Clear(row);
            else
                CopyRow(at, row);
            builder.Add([], row);
        }
        return builder.ToMatrix();
    }

    /// <summary>Collects rows; the matrix is sparse where that takes less memory.</summary>
    internal sealed class Builder(int columns)
    {
        // A stored element takes its value and its column, and is several times as slow to multiply with.
        private const double SparseBelow = 0.2;
        private readonly List<int> _rowStart = [0], _columns = [];
        private readonly List<float> _values = [];

        internal void Add(ReadOnlySpan<int> columnOfValue, ReadOnlySpan<float> values)
        {
            for (var i = 0; i < values.Length; i++)
                if (values[i] != 0)
                {
                    _columns.Add(columnOfValue.Length == 0 ? i : columnOfValue[i]);
                    _values.Add(values[i]);
                }
            _rowStart.Add(_values.Count);
        }

        internal FeatureMatrix ToMatrix()
        {
            var rows = _rowStart.Count - 1;
            if (_values.Count < SparseBelow * rows * columns)
                return Sparse(columns, [.. _rowStart], [.. _columns], [.. _values]);
            var dense = new float[(long)rows * columns];
            for (var row = 0; row < rows; row++)
                for (var i = _rowStart[row]; i < _rowStart[row + 1]; i++)
                    dense[(long)row * columns + _columns[i]] = _values[i];
            return Dense(rows, columns, dense);
        }
    }

    /// <summary>Copies rows, all features written out.</summary>
    /// <param name="into">[rows, columns].</param>
    public void CopyTo(Span<float> into)
    {
        if (RowStart is null)
        {
            Values.CopyTo(into);
            return;
        }
        for (var row = 0; row < RowCount; row++)
            CopyRow(row, into.Slice(row * ColumnCount, ColumnCount));
    }

    /// <summary>Copies a row, all features written out.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="into">[columns].</param>
    public void CopyRow(int row, Span<float> into)
    {
        if (RowStart is null)
        {
            Values.AsSpan(row * ColumnCount, ColumnCount).CopyTo(into);
            return;
        }
        into[..ColumnCount].Clear();
        for (var i = RowStart[row]; i < RowStart[row + 1]; i++)
            into[Columns![i]] = Values[i];
    }
}
