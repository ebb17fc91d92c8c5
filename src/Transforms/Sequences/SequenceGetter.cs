using System.Numerics;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Reads the sequence of a row and checks it.</summary>
internal abstract class SequenceGetter
{
    /// <summary>A getter for a row of a view whose schema the column was bound to.</summary>
    public static SequenceGetter Create(DataViewRow row, SequenceColumn column)
    {
        var source = row.Schema.Require(column.Name);
        if (column.Kind.IsReal())
            return new RealGetter(row, source, column);
        var item = column.Type.ItemType.RawType;
        return item == typeof(uint) ? new TokenGetter<uint>(row, source, column)
            : item == typeof(int) ? new TokenGetter<int>(row, source, column)
            : item == typeof(long) ? new TokenGetter<long>(row, source, column)
            : item == typeof(byte) ? new TokenGetter<byte>(row, source, column)
            : item == typeof(ushort) ? new TokenGetter<ushort>(row, source, column)
            : new TokenGetter<ulong>(row, source, column);
    }

    /// <summary>Adds the sequence of the cursor's row; the label is written afterwards.</summary>
    /// <returns>The row's index in <paramref name="rows"/>.</returns>
    public abstract int AddTo(SequenceRows rows);

    // Checks the length before memory is allocated.
    private static int Steps(int steps, SequenceColumn column, DataViewRow row)
    {
        if (steps > column.MaximumLength)
        {
            throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: the sequence has {steps} steps, "
                + $"expected at most {column.MaximumLength}, the positions that the network has.");
        }

        return steps;
    }

    // A scalar is read as a vector of one element.
    private static ValueGetter<VBuffer<T>> Values<T>(DataViewRow row, DataViewSchema.Column source)
    {
        if (source.Type is VectorDataViewType)
            return row.GetGetter<VBuffer<T>>(source);
        var scalar = row.GetGetter<T>(source);
        return (ref VBuffer<T> value) =>
        {
            var editor = VBufferEditor.Create(ref value, 1);
            scalar(ref editor.Values[0]);
            value = editor.Commit();
        };
    }

    private static InvalidDataException Empty(string name, DataViewRow row) =>
        new($"Column '{name}', {RowName.Of(row)}: the sequence is empty, expected at least one step.");

    /// <summary>Keys and integers: id 0 stands for everything that is not in the vocabulary.</summary>
    private sealed class TokenGetter<T>(DataViewRow row, DataViewSchema.Column source, SequenceColumn column) : SequenceGetter
        where T : struct, IBinaryInteger<T>
    {
        private readonly ValueGetter<VBuffer<T>> _getter = Values<T>(row, source);
        private readonly ulong _vocabulary = (ulong)(column.TokenCount - 1);
        private readonly bool _isKey = column.IsKey;
        private VBuffer<T> _value;

        public override int AddTo(SequenceRows rows)
        {
            _getter(ref _value);
            if (_value.Length == 0 && !column.MayBeMissing)
                throw Empty(column.Name, row);
            int added = rows.Add(row.Position, Steps(Math.Max(1, _value.Length), column, row));
            var tokens = rows.Tokens(added);
            tokens[0] = 0;  // of a missing sequence the only one
            var values = _value.GetValues();
            if (_value.IsDense)
            {
                for (int i = 0; i < values.Length; i++)
                    tokens[i] = Id(values[i]);
                return added;
            }

            tokens.Fill(Id(default));
            var indices = _value.GetIndices();
            for (int i = 0; i < values.Length; i++)
                tokens[indices[i]] = Id(values[i]);
            return added;
        }

        // A key k is already one more than its entry's index. Negative integers are huge as unsigned ones.
        private int Id(T value)
        {
            ulong number = ulong.CreateTruncating(value);
            return _isKey ? number <= _vocabulary ? (int)number : 0 : number < _vocabulary ? (int)number + 1 : 0;
        }
    }

    /// <summary>Real-valued features, which must all be finite.</summary>
    private sealed class RealGetter(DataViewRow row, DataViewSchema.Column source, SequenceColumn column) : SequenceGetter
    {
        private readonly ValueGetter<VBuffer<float>> _getter = Values<float>(row, source);
        private VBuffer<float> _value;

        public override int AddTo(SequenceRows rows)
        {
            _getter(ref _value);
            if (_value.Length == 0)
                return column.MayBeMissing ? AddMissing(rows) : throw Empty(column.Name, row);
            if (column.Type.IsKnownSize && _value.Length != column.Type.Size)
                throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: {_value.Length} values, expected "
                    + $"{column.Type.Size}, as the column's type says.");
            int steps = _value.Length / column.FeatureCount;
            if (steps * column.FeatureCount != _value.Length)
            {
                throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: {_value.Length} "
                    + $"value{(_value.Length == 1 ? "" : "s")}, expected a multiple of {column.FeatureCount}, the features of a step "
                    + "(FeatureCount).");
            }

            int added = rows.Add(row.Position, Steps(steps, column, row));
            var features = rows.Features(added);
            _value.CopyTo(features);
            if (!column.MayBeMissing || features.ContainsAnyExcept(float.NaN))
                CheckFinite(features);
            return added;
        }

        private int AddMissing(SequenceRows rows)
        {
            int added = rows.Add(row.Position, column.Steps ?? 1);
            rows.Features(added).Fill(float.NaN);
            return added;
        }

        private void CheckFinite(ReadOnlySpan<float> features)
        {
            int i = 0;
            // x - x is 0 for every finite x and NaN for all others: many at a time.
            var sum = Vector<float>.Zero;
            for (; i + Vector<float>.Count <= features.Length; i += Vector<float>.Count)
            {
                var values = new Vector<float>(features[i..]);
                sum += values - values;
            }

            for (i = Vector.EqualsAll(sum, Vector<float>.Zero) ? i : 0; i < features.Length; i++)
            {
                if (!float.IsFinite(features[i]) && !(column.AllowsMissing && float.IsNaN(features[i])))
                {
                    throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}, step {i / column.FeatureCount}, "
                        + $"feature {i % column.FeatureCount}: {features[i]}, expected a finite number"
                        + $"{(column.AllowsMissing ? ", or NaN for a missing one"
                            : column.MayBeMissing ? ", or NaN for all of them where it is missing" : "")}.");
                }
            }
        }
    }
}
