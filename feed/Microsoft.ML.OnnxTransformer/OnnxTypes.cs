using Microsoft.ML.Data;

namespace Microsoft.ML.Transforms.Onnx;

/// <summary>Column types for ONNX types.</summary>
internal static class OnnxTypes
{
    /// <summary>The type of the items of a tensor, by the number ONNX gives it.</summary>
    public static PrimitiveDataViewType ItemType(int elementType) => elementType switch
    {
        1 => NumberDataViewType.Single,
        2 => NumberDataViewType.Byte,
        3 => NumberDataViewType.SByte,
        4 => NumberDataViewType.UInt16,
        5 => NumberDataViewType.Int16,
        6 => NumberDataViewType.Int32,
        7 => NumberDataViewType.Int64,
        8 => TextDataViewType.Instance,
        9 => BooleanDataViewType.Instance,
        11 => NumberDataViewType.Double,
        12 => NumberDataViewType.UInt32,
        13 => NumberDataViewType.UInt64,
        _ => throw new InvalidOperationException($"Unsupported ONNX scalar type: {elementType}"),
    };

    /// <summary>The type of the column for a tensor whose unknown dimensions are given as 0.</summary>
    public static DataViewType ColumnType(PrimitiveDataViewType item, List<int> shape)
    {
        if (shape.Count == 0)
            return item;
        int[] dimensions = [Math.Max(1, shape[0]), .. shape.Skip(1)];
        return dimensions.All(size => size > 0) ? new VectorDataViewType(item, dimensions) : new VectorDataViewType(item);
    }

    /// <summary>The shape an input is fed with: an unknown first dimension is 1, other unknown ones are 0, no dimensions are [1].</summary>
    public static int[] FeedShape(string name, int[] shape)
    {
        if (shape.Length == 0)
            return [1];
        int[] feed = [shape[0] < 0 ? 1 : shape[0], .. shape.Skip(1).Select(size => Math.Max(0, size))];
        if (feed.Count(size => size == 0) > 1)
            throw new ArgumentOutOfRangeException(name, "Only 1 unknown dimension is allowed");
        return feed;
    }
}
