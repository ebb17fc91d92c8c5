namespace MLSeqGraph.Onnx;

/// <summary>The parts of a weight that are rounded on a scale of their own each: what one output is computed from.</summary>
internal sealed class WeightSlices
{
    private readonly bool[] _kept;
    private readonly long[] _dims;

    /// <param name="dims">The weight's sizes.</param>
    /// <param name="isFactor">Whether it is the second factor of products: [inputs, outputs], perhaps behind axes of batches.</param>
    /// <param name="isRecurrent">Whether a recurrent operator reads it: [directions, gates, inputs]. Others have outputs first.</param>
    internal WeightSlices(IEnumerable<long> dims, bool isFactor, bool isRecurrent)
    {
        _dims = [.. dims];
        _kept = [.. _dims.Select((_, axis) => isFactor ? axis != _dims.Length - 2 : axis <= (isRecurrent ? 1 : 0))];
        ScaleDims = [.. _dims.Select((size, axis) => _kept[axis] ? size : 1)];
        Count = (int)ScaleDims.Aggregate(1L, (product, size) => product * size);
        Length = (int)(_dims.Aggregate(1L, (product, size) => product * size) / Math.Max(Count, 1));
    }

    /// <summary>The sizes of the tensor of scales, which is broadcast over the weight.</summary>
    internal long[] ScaleDims { get; }

    internal int Count { get; }

    /// <summary>Elements of a slice.</summary>
    internal int Length { get; }

    /// <summary>The slice of an element.</summary>
    internal int IndexOf(int element)
    {
        int slice = 0, stride = 1;
        for (var axis = _dims.Length - 1; axis >= 0; axis--)
        {
            var at = element % (int)_dims[axis];
            element /= (int)_dims[axis];
            if (!_kept[axis])
                continue;
            slice += at * stride;
            stride *= (int)_dims[axis];
        }
        return slice;
    }
}
