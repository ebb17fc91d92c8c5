using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Options of the output side of a network.</summary>
/// <param name="Pooling">How steps become one vector.</param>
/// <param name="Dropout">Dropout before the output layer.</param>
internal sealed record SequenceOutputOptions(Pooling Pooling, float Dropout)
{
    /// <summary>Receives the weights of attention pooling, [time, batch, 1].</summary>
    internal Action<Value>? OnPoolingWeights { get; init; }

    /// <summary>Receives the vector that the output layer reads, [batch, features].</summary>
    internal Action<Value>? OnVector { get; init; }
}
