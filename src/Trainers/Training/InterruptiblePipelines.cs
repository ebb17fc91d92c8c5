using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Fits pipelines whose training may be interrupted without losing the model.</summary>
public static class InterruptiblePipelines
{
    private static readonly AsyncLocal<bool> Takes = new();

    /// <summary>Whether an interrupted trainer returns the model so far.</summary>
    internal static bool TakesWhatThereIs => Takes.Value;

    /// <summary>
    /// Fits a pipeline. If one of its trainers is canceled (<see cref="TrainingOptions.CancellationToken"/>) or can't write a checkpoint,
    /// it returns the model with the weights reached, and the estimators after it are fitted too, so that the result is the whole pipeline.
    /// The model's history says how its training ended (<see cref="TrainingHistory.StoppedBecause"/>), and so does the log.
    /// </summary>
    /// <param name="pipeline">The pipeline, or a trainer alone.</param>
    /// <param name="data">The training rows.</param>
    /// <exception cref="OperationCanceledException">Training was canceled before its first step: there is no model.</exception>
    /// <exception cref="CheckpointException">Checkpoints can't be written at all, or can't be resumed from.</exception>
    public static TTransformer FitAsFarAsItGoes<TTransformer>(this IEstimator<TTransformer> pipeline, IDataView data)
        where TTransformer : class, ITransformer
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        var before = Takes.Value;
        Takes.Value = true;
        try
        {
            return pipeline.Fit(data);
        }
        finally
        {
            Takes.Value = before;
        }
    }
}
