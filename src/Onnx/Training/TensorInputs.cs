namespace MLSeqGraph.Onnx;

/// <summary>The inputs of a run by name, collected from several sources.</summary>
public sealed class TensorInputs : Dictionary<string, TensorData>, IInputFeed
{
    /// <inheritdoc/>
    public void Feed<T>(string input, Memory<T> data, params ReadOnlySpan<long> sizes) where T : unmanaged =>
        this[input] = TensorData.Create(data[..checked((int)Elements(sizes))].ToArray(), sizes.ToArray());

    private static long Elements(ReadOnlySpan<long> sizes)
    {
        long count = 1;
        foreach (var size in sizes)
            count *= size;
        return count;
    }
}
