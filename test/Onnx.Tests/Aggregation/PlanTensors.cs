namespace MLSeqGraph.Onnx.Tests.Aggregation;

/// <summary>Inputs of a run, collected.</summary>
internal sealed class PlanTensors : Dictionary<string, TensorData>, IInputFeed
{
    public void Feed<T>(string input, Memory<T> data, params ReadOnlySpan<long> sizes) where T : unmanaged =>
        this[input] = TensorData.Create(data.ToArray(), sizes.ToArray());
}
