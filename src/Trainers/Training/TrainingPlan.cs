using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>All that a trainer gives to be trained.</summary>
/// <param name="Model">The training step.</param>
/// <param name="Data">The batches.</param>
/// <param name="Description">A line for the log: the network, its size, and that of the data.</param>
/// <param name="Deploy">Makes what the trainer gives of the weights, which are those of <paramref name="Model"/> by then.</param>
/// <param name="Owned">Is disposed of after training.</param>
internal sealed record TrainingPlan<TTrained>(
    TrainingModel Model, ITrainingData Data, string Description, Func<TrainingHistory, TTrained> Deploy,
        params IReadOnlyList<IDisposable?> Owned) : IDisposable
{
    /// <summary>The loss of the best prediction that is the same for all rows, or a bound above it; null where that isn't known.</summary>
    internal double? ConstantLoss { get; init; }

    /// <summary>Warnings for the log.</summary>
    internal IReadOnlyList<string> Hints { get; init; } = [];

    public void Dispose()
    {
        foreach (var owned in Owned)
            owned?.Dispose();
    }
}
