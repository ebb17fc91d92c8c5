using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Reads a column of Single, or of vectors of Single, as a span.</summary>
internal sealed class SingleReader
{
    private readonly Action _read;
    private VBuffer<float> _vector;
    private float[] _values = [];
    private int _length;

    internal SingleReader(DataViewRow row, DataViewSchema.Column column)
    {
        if (column.Type is VectorDataViewType)
        {
            var getter = row.GetGetter<VBuffer<float>>(column);
            _read = () =>
            {
                getter(ref _vector);
                _length = _vector.Length;
                if (_values.Length < _length)
                    _values = new float[_length];
                _vector.CopyTo(_values);
            };
        }
        else
        {
            var getter = row.GetGetter<float>(column);
            (_values, _length) = (new float[1], 1);
            _read = () => getter(ref _values[0]);
        }
    }

    /// <summary>The values of the cursor's row, valid until the next call.</summary>
    internal ReadOnlySpan<float> Read()
    {
        _read();
        return _values.AsSpan(0, _length);
    }

    /// <summary>The column of that name.</summary>
    /// <exception cref="ArgumentException">It is missing, or neither Single nor, where that is allowed, a vector of Single.</exception>
    internal static DataViewSchema.Column Require(DataViewSchema schema, string name, bool scalar, bool vector)
    {
        var column = schema.Require(name);
        bool isVector = column.Type is VectorDataViewType;
        var item = column.Type is VectorDataViewType type ? type.ItemType : column.Type;
        if (item is NumberDataViewType && item.RawType == typeof(float) && (isVector ? vector : scalar))
            return column;
        string expected = scalar && vector ? "a Single or a vector of Single" : scalar ? "a Single" : "a vector of Single";
        throw new ArgumentException($"Column '{name}' is {column.Type}: expected {expected}; convert other numbers with ConvertType.");
    }

    /// <summary>The names of the slots of a vector of known size, or null.</summary>
    internal static IReadOnlyList<string>? SlotNames(DataViewSchema.Column column)
    {
        if (column.Type is not VectorDataViewType { IsKnownSize: true } || !column.HasSlotNames())
            return null;
        VBuffer<ReadOnlyMemory<char>> names = default;
        column.GetSlotNames(ref names);
        return [.. names.DenseValues().Select(name => name.ToString())];
    }
}
