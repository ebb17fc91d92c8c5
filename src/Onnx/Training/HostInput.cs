namespace MLSeqGraph.Onnx;

/// <summary>
/// An input of a training graph that the session computes on the host before each step, from the batch and the step's number.
/// </summary>
internal abstract class HostInput
{
    /// <summary>The inputs it computes.</summary>
    internal abstract IEnumerable<Value> Inputs { get; }

    /// <summary>Computes the input and writes it to <paramref name="feed"/>.</summary>
    internal abstract void Fill(HostFeed feed);
}
