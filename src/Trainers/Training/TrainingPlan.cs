using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Everything that a trainer prepares for training.</summary>
/// <param name="Model">The training step.</param>
/// <param name="Data">The batches.</param>
/// <param name="Description">A line for the log: the network, its size, and that of the data.</param>
/// <param name="Deploy">Makes the trainer's result from the weights, which are then in <paramref name="Model"/>.</param>
/// <param name="Owned">Objects to dispose of after training.</param>
internal sealed record TrainingPlan<TTrained>(
    TrainingModel Model, ITrainingData Data, string Description, Func<TrainingHistory, TTrained> Deploy,
        params IReadOnlyList<IDisposable?> Owned) : IDisposable
{
    /// <summary>
    /// The loss of the best constant prediction (the same for all rows), or an upper bound of it; null where it isn't known.
    /// </summary>
    internal double? ConstantLoss { get; init; }

    /// <summary>The output layer, where it is solved for in closed form instead of trained.</summary>
    internal ReadoutEpoch? Readout { get; init; }

    /// <summary>Warnings for the log.</summary>
    internal IReadOnlyList<string> Hints { get; init; } = [];

    public void Dispose()
    {
        foreach (var owned in Owned)
            owned?.Dispose();
    }
}
