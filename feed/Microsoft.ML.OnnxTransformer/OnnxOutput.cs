using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Hands the values of an output out as a column.</summary>
internal static class OnnxOutput
{
    /// <summary>A getter of the column's raw type.</summary>
    public static Delegate Getter(string name, DataViewType type, OnnxMapping.RowResults results)
    {
        if (type is TextDataViewType or VectorDataViewType { ItemType: TextDataViewType })
            return type is VectorDataViewType ? TextGetter(name, results) : ScalarGetter<ReadOnlyMemory<char>>(name);
        return (Delegate)Generic.Call(typeof(OnnxOutput), type is VectorDataViewType ? nameof(VectorGetter) : nameof(ScalarGetter),
            type.ItemType().RawType, type is VectorDataViewType ? [name, results] : [name]);
    }

    /// <summary>The values of a tensor.</summary>
    public static Array Copy(NamedOnnxValue value) => value.Value switch
    {
        Tensor<float> tensor => tensor.ToArray(),
        Tensor<double> tensor => tensor.ToArray(),
        Tensor<long> tensor => tensor.ToArray(),
        Tensor<int> tensor => tensor.ToArray(),
        Tensor<bool> tensor => tensor.ToArray(),
        Tensor<string> tensor => tensor.ToArray(),
        Tensor<byte> tensor => tensor.ToArray(),
        Tensor<sbyte> tensor => tensor.ToArray(),
        Tensor<short> tensor => tensor.ToArray(),
        Tensor<ushort> tensor => tensor.ToArray(),
        Tensor<uint> tensor => tensor.ToArray(),
        Tensor<ulong> tensor => tensor.ToArray(),
        _ => throw new InvalidOperationException($"Output column {value.Name} is no tensor of a type that ML.NET has"),
    };

    private static Delegate VectorGetter<T>(string name, OnnxMapping.RowResults results) =>
        (ValueGetter<VBuffer<T>>)((ref VBuffer<T> destination) =>
        {
            T[] values = results.Get<T>(name);
            var editor = VBufferEditor.Create(ref destination, values.Length);
            values.CopyTo(editor.Values);
            destination = editor.Commit();
        });

    private static Delegate TextGetter(string name, OnnxMapping.RowResults results) =>
        (ValueGetter<VBuffer<ReadOnlyMemory<char>>>)((ref VBuffer<ReadOnlyMemory<char>> destination) =>
        {
            string[] values = results.Get<string>(name);
            var editor = VBufferEditor.Create(ref destination, values.Length);
            for (int i = 0; i < values.Length; i++)
                editor.Values[i] = values[i].AsMemory();
            destination = editor.Commit();
        });

    private static Delegate ScalarGetter<T>(string name) => (ValueGetter<T>)((ref T _) =>
        throw new InvalidOperationException($"Output '{name}' has a shape without dimensions; its value cannot be read."));
}
