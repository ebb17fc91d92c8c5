using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>A network of whole graphs in a pipeline, with the history of its training.</summary>
/// <inheritdoc/>
public sealed class GraphPredictionTransformer : GraphScoringTransformer
{
    internal GraphPredictionTransformer(GraphModel model, GraphColumns columns, TrainingHistory history, BadRows badRows,
        Action<string> log)
        : base(model, columns, badRows, log) => History = history;

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }
}
