using Microsoft.ML.Data;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Reads a column of the current row as the tensor of an input.</summary>
internal abstract class OnnxInput
{
    public abstract NamedOnnxValue Read();

    /// <param name="row">The row.</param>
    /// <param name="column">The column, named as the input.</param>
    /// <param name="shape">The shape to feed, at most one of its dimensions 0 for unknown.</param>
    public static OnnxInput Create(DataViewRow row, DataViewSchema.Column column, int[] shape) =>
        (OnnxInput)Generic.Call(typeof(OnnxInput), nameof(CreateFor), column.Type.ItemType().RawType, row, column, shape);

    private static OnnxInput CreateFor<T>(DataViewRow row, DataViewSchema.Column column, int[] shape) =>
        column.Type is VectorDataViewType ? new Vector<T>(row, column, shape) : new Scalar<T>(row, column);

    private static NamedOnnxValue Tensor<T>(string name, T[] values, int[] shape) => values is ReadOnlyMemory<char>[] texts
        ? NamedOnnxValue.CreateFromTensor(name, new DenseTensor<string>(Array.ConvertAll(texts, text => text.ToString()), shape))
        : NamedOnnxValue.CreateFromTensor(name, new DenseTensor<T>(values, shape));

    private sealed class Scalar<T>(DataViewRow row, DataViewSchema.Column column) : OnnxInput
    {
        private readonly ValueGetter<T> _getter = row.GetGetter<T>(column);

        public override NamedOnnxValue Read()
        {
            T value = default;
            _getter(ref value);
            return Tensor(column.Name, [value], [1, 1]);
        }
    }

    private sealed class Vector<T>(DataViewRow row, DataViewSchema.Column column, int[] shape) : OnnxInput
    {
        private readonly ValueGetter<VBuffer<T>> _getter = row.GetGetter<VBuffer<T>>(column);
        private readonly bool _isVariable = column.Type is VectorDataViewType { IsKnownSize: false };
        private VBuffer<T> _buffer;

        public override NamedOnnxValue Read()
        {
            _getter(ref _buffer);
            var values = new T[_buffer.Length];
            _buffer.CopyTo(values);
            int[] sizes = _isVariable ? ShapeOf(values.Length) : shape;
            long product = sizes.Aggregate(1L, (a, b) => a * b);
            if (product != values.Length)
                throw new ArgumentException($"Input '{column.Name}' holds {values.Length} values, which do not fill the shape {string.Join(",", sizes)}");
            return Tensor(column.Name, values, sizes);
        }

        private int[] ShapeOf(int length)
        {
            int unknown = Array.IndexOf(shape, 0);
            if (unknown < 0)
            {
                throw new ArgumentOutOfRangeException(column.Name,
                    $"A vector of variable size cannot feed the shape {string.Join(",", shape)}, which has no unknown dimension");
            }
            var sizes = (int[])shape.Clone();
            sizes[unknown] = length / shape.Where(size => size > 0).Aggregate((a, b) => a * b);
            return sizes;
        }
    }
}
