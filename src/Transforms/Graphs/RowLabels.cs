using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// Labels, and optionally weights, read row by row: classes from a key or Boolean, or numbers from a Single or a vector of
/// Single.
/// </summary>
internal sealed class RowLabels
{
    private readonly List<int> _classes = [];
    private readonly List<float> _targets = [], _weights = [];
    private readonly Action _read;
    private readonly Action? _readWeight;

    /// <param name="row">The row, or cursor, to read.</param>
    /// <param name="column">The column of labels.</param>
    /// <param name="weightColumn">A column of weights, Single; null for none.</param>
    /// <exception cref="ArgumentException">A column is of another type.</exception>
    internal RowLabels(DataViewRow row, DataViewSchema.Column column, DataViewSchema.Column? weightColumn = null)
    {
        _read = column.Type switch
        {
            KeyDataViewType key => Keys(row, column, KeyCounts.Of(column.Name, column.Type, key)),
            BooleanDataViewType => Booleans(row, column),
            NumberDataViewType when column.Type.RawType == typeof(float) => Numbers(row, column),
            VectorDataViewType { Size: > 0 } vector when vector.ItemType.RawType == typeof(float) => Vectors(row, column, vector.Size),
            _ => throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected a label: a key, Boolean, Single, or a "
                + $"vector of Single of known size."),
        };
        TargetCount = column.Type switch { VectorDataViewType vector => vector.Size, NumberDataViewType => 1, _ => 0 };
        _readWeight = weightColumn is { } weights ? Weights(row, weights) : null;
    }

    private RowLabels(IEnumerable<int> classes)
    {
        _classes.AddRange(classes);
        _read = () => throw new InvalidOperationException("These labels were not read from a row.");
    }

    /// <summary>Labels that are known already: a class per row, -1 for none.</summary>
    internal static RowLabels Of(IEnumerable<int> classes) => new(classes);

    /// <summary>Numbers per row; 0 where labels are classes.</summary>
    internal int TargetCount { get; }

    /// <summary>Whether rows have weights.</summary>
    internal bool IsWeighted => _readWeight is not null;

    /// <summary>The number of rows read.</summary>
    internal int Count => TargetCount == 0 ? _classes.Count : _targets.Count / TargetCount;

    /// <summary>The class of a row from 0, -1 where missing.</summary>
    internal int ClassOf(int row) => _classes[row];

    /// <summary>The targets of a row, [targets]; NaN where missing.</summary>
    internal ReadOnlySpan<float> TargetsOf(int row) => CollectionsMarshal.AsSpan(_targets).Slice(row * TargetCount, TargetCount);

    /// <summary>The weight of a row; 1 where there are none.</summary>
    internal float WeightOf(int row) => IsWeighted ? _weights[row] : 1;

    /// <summary>Whether a row has no label: a missing key, or numbers that aren't all finite.</summary>
    internal bool IsMissing(int row) =>
        TargetCount == 0 ? _classes[row] < 0 : TargetsOf(row).IndexOfAnyExceptInRange(float.MinValue, float.MaxValue) >= 0;

    /// <summary>Keeps the first rows and forgets the others, one read in part included.</summary>
    internal void Truncate(int count)
    {
        if (_classes.Count > count)
            CollectionsMarshal.SetCount(_classes, count);
        if (_targets.Count > count * TargetCount)
            CollectionsMarshal.SetCount(_targets, count * TargetCount);
        if (_weights.Count > count)
            CollectionsMarshal.SetCount(_weights, count);
    }

    /// <summary>Reads the row.</summary>
    /// <exception cref="InvalidDataException">The label or weight is out of its range: the message names column and row.</exception>
    internal void Add()
    {
        _read();
        _readWeight?.Invoke();
    }

    private Action Keys(DataViewRow row, DataViewSchema.Column column, int count)
    {
        var reader = NodeId.KeyReader(row, column);
        return () => _classes.Add(reader() is var number && number <= count ? (int)number - 1
            : throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: the label is key {number}; expected 1 to "
                + $"{count}."));
    }

    private Action Booleans(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<bool>(column);
        var value = false;
        return () =>
        {
            getter(ref value);
            _classes.Add(value ? 1 : 0);
        };
    }

    private Action Numbers(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<float>(column);
        float value = 0;
        return () =>
        {
            getter(ref value);
            _targets.Add(value);
        };
    }

    private Action Vectors(DataViewRow row, DataViewSchema.Column column, int size)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return () =>
        {
            getter(ref values);
            if (values.Length != size)
                throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: {values.Length} targets, expected {size}.");
            _targets.AddRange(values.DenseValues());
        };
    }

    private Action Weights(DataViewRow row, DataViewSchema.Column column)
    {
        var read = RowWeight.Reader(row, column);
        return () => _weights.Add(read());
    }
}
