using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>Pipelines that are worth something when their training is interrupted.</summary>
public static class InterruptiblePipelines
{
    private static readonly AsyncLocal<bool> Takes = new();

    /// <summary>Whether a trainer that is interrupted gives the model so far.</summary>
    internal static bool TakesWhatThereIs => Takes.Value;

    /// <summary>
    /// Fits a pipeline. Where one of its trainers is canceled (<see cref="TrainingOptions.CancellationToken"/>) or can't write a
    /// checkpoint, it gives the model with the weights reached, and what follows it in the pipeline is fitted too: what comes back is the
    /// whole pipeline. The model's history tells how its training ended (<see cref="TrainingHistory.StoppedBecause"/>), and the log says
    /// it.
    /// </summary>
    /// <param name="pipeline">The pipeline, or a trainer alone.</param>
    /// <param name="data">The training rows.</param>
    /// <exception cref="OperationCanceledException">Training was canceled before its first step: there is no model.</exception>
    /// <exception cref="CheckpointException">Checkpoints can't be written at all, or not be resumed from.</exception>
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
