using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What is learned of a graph's nodes without labels.</summary>
/// <param name="Name">What the log says of it.</param>
/// <param name="Head">What is predicted.</param>
/// <param name="Network">The network.</param>
/// <param name="Features">What it reads of the nodes, which <see cref="Draw"/> may change.</param>
/// <param name="Task">What the model does.</param>
/// <param name="Labels">The classes; null for none.</param>
internal sealed record UnlabelledGoal(string Name, Head Head, GraphNetwork Network, FeatureMatrix Features, ModelTask Task,
    ModelLabels? Labels)
{
    /// <summary>Prepares an epoch, by its number.</summary>
    internal Action<int> Draw { get; init; } = _ => { };

    /// <summary>Feeds what the head reads.</summary>
    internal Action<TrainingSession> FeedTo { get; init; } = _ => { };
}
