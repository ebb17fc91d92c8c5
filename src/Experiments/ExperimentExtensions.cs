using Microsoft.ML;

namespace MLSeqGraph.Experiments;

/// <summary>Begins experiments: <c>ml.Experiment()</c>.</summary>
public static class ExperimentExtensions
{
    /// <summary>An experiment that tries hyperparameters, networks and trainers of a pipeline and gives the best.</summary>
    /// <param name="ml">The context.</param>
    /// <example>
    /// <code>
    /// var result = ml.Experiment()
    ///     .SetSearchSpace(space => space.Range("rate", 1e-4, 1e-2, logBase: true).Range("hidden", 16, 128))
    ///     .SetPipeline(preparation, trial => ml.Sequences().Classification(new() { LearningRate = trial.Get&lt;float&gt;("rate"),
    ///         Network = SequenceNetwork.Lstm(trial.Get&lt;int&gt;("hidden")) }))
    ///     .SetDataset(rows)
    ///     .SetMulticlassClassificationMetric(MulticlassClassificationMetric.MicroAccuracy)
    ///     .SetTrainingTimeInSeconds(600)
    ///     .Run();
    /// </code>
    /// </example>
    public static Experiment Experiment(this MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return new(ml);
    }
}
