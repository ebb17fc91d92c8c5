using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>Rows of a pipeline's input as tensors: what an exported pipeline is given.</summary>
internal sealed class RawRows
{
    private readonly RawInput[] _inputs;
    private readonly List<string[]>[] _texts;
    private readonly List<long>[] _numbers;
    private readonly List<float[]>[] _vectors;

    /// <summary>Reads rows.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="inputs">The columns.</param>
    /// <exception cref="ArgumentException">A column is of a type that the file doesn't read.</exception>
    internal RawRows(IDataView rows, IEnumerable<RawInput> inputs)
    {
        _inputs = [.. inputs];
        (_texts, _numbers, _vectors) = ([.. _inputs.Select(_ => new List<string[]>())], [.. _inputs.Select(_ => new List<long>())],
            [.. _inputs.Select(_ => new List<float[]>())]);
        using var cursor = rows.GetRowCursor(_inputs.Select(input => rows.Schema.Require(input.Column)).DistinctBy(column => column.Name));
        Action[] readers = [.. _inputs.Select((input, i) => Reader(cursor, input, i))];
        while (cursor.MoveNextOrThrow())
        {
            foreach (var read in readers)
                read();
            Count++;
        }
    }

    internal int Count { get; private set; }

    /// <summary>Adds some of the rows to what a session is given.</summary>
    internal void AddTo(Dictionary<string, TensorData> feed, int first, int count)
    {
        for (var i = 0; i < _inputs.Length; i++)
            feed[_inputs[i].Column] = _inputs[i].Kind switch
            {
                RawKind.Text => TensorData.Vector([.. _texts[i].Skip(first).Take(count).Select(texts => texts[0])]),
                RawKind.Texts => Padded(_texts[i].GetRange(first, count)),
                RawKind.Number => TensorData.Vector([.. _numbers[i].Skip(first).Take(count)]),
                _ => TensorData.Create([.. _vectors[i].Skip(first).Take(count).SelectMany(row => row)], count, _inputs[i].Size),
            };
    }

    private static TensorData Padded(List<string[]> rows)
    {
        var longest = Math.Max(1, rows.Max(row => row.Length));
        return TensorData.Create([.. rows.SelectMany(row => row.Concat(Enumerable.Repeat("", longest - row.Length)))], rows.Count, longest);
    }

    private Action Reader(DataViewRow row, RawInput input, int i)
    {
        var column = row.Schema.Require(input.Column);
        switch (input.Kind, column.Type)
        {
            case (RawKind.Text, TextDataViewType):
                return Read<ReadOnlyMemory<char>>(row, column, value => _texts[i].Add([value.ToString()]));
            case (RawKind.Texts, VectorDataViewType { ItemType: TextDataViewType }):
                return Read<VBuffer<ReadOnlyMemory<char>>>(row, column, value =>
                    _texts[i].Add([.. value.DenseValues().Select(text => text.IsEmpty ? RawInput.EmptyWord : text.ToString())]));
            case (RawKind.Number, NumberDataViewType { RawType: var type }) when type == typeof(int):
                return Read<int>(row, column, value => _numbers[i].Add(value));
            case (RawKind.Number, NumberDataViewType { RawType: var type }) when type == typeof(long):
                return Read<long>(row, column, value => _numbers[i].Add(value));
            case (RawKind.Vector, NumberDataViewType { RawType: var type }) when type == typeof(float):
                return Read<float>(row, column, value => _vectors[i].Add([value]));
            case (RawKind.Vector, VectorDataViewType { ItemType: NumberDataViewType { RawType: var type } }) when type == typeof(float):
                return Read<VBuffer<float>>(row, column, value => _vectors[i].Add([.. value.DenseValues()]));
            default:
                throw new ArgumentException($"Column '{column.Name}' is {column.Type}; the file reads {input.Meaning}.");
        }
    }

    private static Action Read<T>(DataViewRow row, DataViewSchema.Column column, Action<T> take)
    {
        var getter = row.GetGetter<T>(column);
        var value = default(T)!;
        return () =>
        {
            getter(ref value);
            take(value);
        };
    }
}
