using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Labels read row by row from a column of keys, Single or vectors of Single.</summary>
internal sealed class RowLabelList
{
    private readonly List<int> _classes = [];
    private readonly List<float> _targets = [];
    private readonly Action _read;

    internal RowLabelList(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is KeyDataViewType key)
        {
            var count = KeyCounts.Of(column.Name, column.Type, key);
            var reader = NodeId.KeyReader(row, column);
            _read = () => _classes.Add(reader() is var number && number <= count ? (int)number - 1
                : throw new InvalidDataException($"Column '{column.Name}', "
                    + $"{RowName.Of(row)}: the label is key {number}; expected 1 to {count}."));
        }
        else if (column.Type is NumberDataViewType && column.Type.RawType == typeof(float))
        {
            TargetCount = 1;
            var getter = row.GetGetter<float>(column);
            float value = 0;
            _read = () =>
            {
                getter(ref value);
                _targets.Add(value);
            };
        }
        else if (column.Type is VectorDataViewType { Size: > 0 } vector && vector.ItemType.RawType == typeof(float))
        {
            TargetCount = vector.Size;
            var getter = row.GetGetter<VBuffer<float>>(column);
            VBuffer<float> values = default;
            _read = () =>
            {
                getter(ref values);
                _targets.AddRange(values.DenseValues());
            };
        }
        else
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}; expected a label: a key, Single, or a vector of "
                + "Single of known size.");
    }

    internal int TargetCount { get; }

    /// <summary>Classes from 0, -1 where missing; null where labels are numbers.</summary>
    internal int[]? Classes => TargetCount == 0 ? [.. _classes] : null;

    /// <summary>Targets [rows, <see cref="TargetCount"/>]; null where labels are classes.</summary>
    internal float[]? Targets => TargetCount > 0 ? [.. _targets] : null;

    internal void Add() => _read();

    /// <summary>The class of a row, -1 where missing.</summary>
    internal int ClassOf(int row) => _classes[row];

    /// <summary>The targets of a row.</summary>
    internal ReadOnlySpan<float> TargetsOf(int row) => CollectionsMarshal.AsSpan(_targets).Slice(row * TargetCount, TargetCount);
}
