namespace MLSeqGraph.Onnx;

/// <summary>Takes the inputs of a model's next run.</summary>
public interface IInputFeed
{
    /// <summary>Sets an input. The memory may be longer than the sizes require; it must not change before the run has ended.</summary>
    /// <exception cref="ArgumentException">There is no such input, or its type or shape differs.</exception>
    void Feed<T>(string input, Memory<T> data, params ReadOnlySpan<long> sizes) where T : unmanaged;
}
