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
    private readonly Func<float>? _readWeight;

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
        _readWeight = weightColumn is { } weights ? RowWeight.Reader(row, weights) : null;
    }

    private RowLabels(DataViewRow row, DataViewSchema.Column column, DataViewSchema.Column? weightColumn, int targets)
    {
        (TargetCount, IsOfNodes) = (targets, true);
        _read = targets == 0 ? NodeKeys(row, column) : NodeNumbers(row, column, targets);
        _readWeight = weightColumn is { } weights ? RowWeight.Reader(row, weights) : null;
    }

    private RowLabels(IEnumerable<int> classes)
    {
        _classes.AddRange(classes);
        _read = () => throw new InvalidOperationException("These labels were not read from a row.");
    }

    /// <summary>Labels that are known already: a class per row, -1 for none.</summary>
    internal static RowLabels Of(IEnumerable<int> classes) => new(classes);

    /// <summary>Labels of the nodes of graphs, all of a graph's in one row: what is called a row below is a node.</summary>
    /// <param name="row">The row, or cursor, to read.</param>
    /// <param name="column">A vector of keys, or of Single.</param>
    /// <param name="weightColumn">A column of weights of graphs; null for none.</param>
    /// <param name="targets">Numbers per node; 0 for classes.</param>
    internal static RowLabels OfNodesOf(DataViewRow row, DataViewSchema.Column column, DataViewSchema.Column? weightColumn, int targets) =>
        new(row, column, weightColumn, targets);

    /// <summary>Whether each row that is read has a label for each of several nodes.</summary>
    internal bool IsOfNodes { get; }

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
        var before = Count;
        _read();
        if (_readWeight?.Invoke() is { } weight)
            _weights.AddRange(Enumerable.Repeat(weight, Count - before));
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

    private Action NodeKeys(DataViewRow row, DataViewSchema.Column column)
    {
        var count = KeyCounts.Of(column.Name, column.Type, (KeyDataViewType)((VectorDataViewType)column.Type).ItemType);
        if (((VectorDataViewType)column.Type).ItemType.RawType != typeof(uint))
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected a vector of keys of UInt32, as MapValueToKey "
                + "gives them.");
        var getter = row.GetGetter<VBuffer<uint>>(column);
        VBuffer<uint> keys = default;
        return () =>
        {
            getter(ref keys);
            foreach (var key in keys.DenseValues())
                _classes.Add(key <= count ? (int)key - 1 : throw new InvalidDataException(
                    $"Column '{column.Name}', {RowName.Of(row)}: a label is key {key}; expected 1 to {count}."));
        };
    }

    private Action NodeNumbers(DataViewRow row, DataViewSchema.Column column, int targets)
    {
        var getter = row.GetGetter<VBuffer<float>>(column);
        VBuffer<float> values = default;
        return () =>
        {
            getter(ref values);
            if (values.Length % targets != 0)
                throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: {values.Length} numbers; expected a "
                    + $"multiple of {targets}, the targets of a node.");
            foreach (var value in values.DenseValues())
                _targets.Add(!float.IsInfinity(value) ? value : throw new InvalidDataException(FormattableString.Invariant(
                    $"Column '{column.Name}', {RowName.Of(row)}: a target is {value}; expected a number, or NaN for a missing one.")));
        };
    }
}
