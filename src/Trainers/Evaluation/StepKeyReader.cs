using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers;

/// <summary>Reads a column of keys or of vectors of them, of any width, as indices from 0; -1 where the key is missing.</summary>
internal abstract class StepKeyReader
{
    /// <summary>The indices of the cursor's row, valid until the next call.</summary>
    internal abstract ReadOnlySpan<int> Read();

    /// <param name="row">The row.</param>
    /// <param name="column">The column: a vector of keys, or a key, which is read as a vector of one.</param>
    /// <param name="indices">At k − 1, the index for key k.</param>
    internal static StepKeyReader Create(DataViewRow row, DataViewSchema.Column column, int[] indices)
    {
        var item = column.Type is VectorDataViewType vector ? vector.ItemType.RawType : column.Type.RawType;
        return item == typeof(uint) ? new Of<uint>(row, column, indices)
            : item == typeof(byte) ? new Of<byte>(row, column, indices)
            : item == typeof(ushort) ? new Of<ushort>(row, column, indices)
            : new Of<ulong>(row, column, indices);
    }

    private sealed class Of<T>(DataViewRow row, DataViewSchema.Column column, int[] indices) : StepKeyReader
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<VBuffer<T>> _getter = column.Type is VectorDataViewType ? row.GetGetter<VBuffer<T>>(column)
            : One(row.GetGetter<T>(column));
        private VBuffer<T> _keys;
        private int[] _read = [];

        private static ValueGetter<VBuffer<T>> One(ValueGetter<T> getter) => (ref VBuffer<T> value) =>
        {
            var editor = VBufferEditor.Create(ref value, 1);
            getter(ref editor.Values[0]);
            value = editor.Commit();
        };

        internal override ReadOnlySpan<int> Read()
        {
            _getter(ref _keys);
            if (_read.Length < _keys.Length)
                _read = new int[_keys.Length];
            // Elements that a sparse vector omits are missing keys.
            var read = _read.AsSpan(0, _keys.Length);
            read.Fill(-1);
            var keys = _keys.GetValues();
            var slots = _keys.GetIndices();
            for (int i = 0; i < keys.Length; i++)
            {
                int step = _keys.IsDense ? i : slots[i];
                ulong key = ulong.CreateTruncating(keys[i]);
                if (key > (ulong)indices.Length)
                    throw EvaluatedView.Fault(row, column, $"step {step} is key {key}, expected at most {indices.Length}");
                if (key > 0)
                    read[step] = indices[(int)key - 1];
            }

            return read;
        }
    }
}
