namespace MLSeqGraph.Onnx;

/// <summary>The outputs of a network for training: the loss to minimize, and metrics.</summary>
/// <param name="Loss">A scalar.</param>
/// <param name="Metrics">
/// Named values: scalars of Float, which every step reports, or tensors such as scores, which only the evaluation reports.
/// </param>
public sealed record NetworkOutputs(Value Loss, IReadOnlyList<(string Name, Value Value)> Metrics)
{
    /// <summary>A loss and metrics as separate arguments.</summary>
    public NetworkOutputs(Value loss, params (string Name, Value Value)[] metrics)
        : this(loss, (IReadOnlyList<(string Name, Value Value)>)metrics)
    {
    }

    /// <summary>
    /// The values in which the loss is convex, such as logits: <see cref="HessianFree"/> needs them. None by default.
    /// </summary>
    public IReadOnlyList<Value> Outputs { get; init; } = [];

    /// <summary>
    /// What the gradients are of; null for <see cref="Loss"/>. It differs where the loss is a mean over what a batch has, and batches that
    /// have more are to count more.
    /// </summary>
    internal Value? Objective { get; init; }

    /// <summary>
    /// Hidden states [time, batch, hidden], whose changes structural damping keeps small; null, the default, for none.
    /// </summary>
    public Value? Hidden { get; init; }
}
