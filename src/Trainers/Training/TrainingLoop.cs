using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network on batches of anything: epochs, validation, early stopping, best weights.</summary>
/// <remarks>
/// Metrics of whole epochs: a network that reports the scalars <c>accuracy/sum</c> (right answers in the batch) and
/// <c>accuracy/count</c> (answers) gets a metric <c>accuracy</c>, the quotient of their sums over all batches. A sum without a
/// count is divided by the rows. Other scalars, and the loss, are means weighted by the batches' rows; where the network reports
/// <c>loss/count</c>, that is the loss's weight.
/// </remarks>
public static class TrainingLoop
{
    /// <summary>Builds a network's training step as the options say.</summary>
    /// <param name="network">Declares its inputs and returns its loss and metrics.</param>
    /// <param name="options">Its optimizer, clipping, seed, target and whether activations are recomputed are used.</param>
    /// <param name="parameters">Known parameters, for example from an earlier run; null for initial ones.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="GraphException">The network can't be differentiated.</exception>
    public static TrainingModel Build(Func<NetworkBuilder, NetworkOutputs> network, TrainingOptions options,
        ParameterSet? parameters = null)
    {
        options.Validate();
        return TrainingModel.Build(network, options.Optimizer, options.GradientClipNorm, options.Seed, parameters, options.Target,
            options.RecomputeActivations, options.Communicator is not null);
    }

    /// <summary>
    /// Trains a model, and leaves the weights in its <see cref="TrainingModel.Parameters"/>: those of the best epoch where there is
    /// validation data and <see cref="TrainingOptions.RestoreBestWeights"/> is set, otherwise the last.
    /// </summary>
    /// <param name="model">The model, built with the options' optimizer and clipping.</param>
    /// <param name="data">The batches.</param>
    /// <param name="options">How to train.</param>
    /// <param name="host">Gets a line per epoch on its log channel; null for none.</param>
    /// <returns>The epochs.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the model was built with other options.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient was NaN or infinite.</exception>
    /// <exception cref="TrainingCanceledException">The options' token was canceled.</exception>
    /// <exception cref="InvalidOperationException">The data has no batches.</exception>
    /// <exception cref="InvalidDataException">No training row counts in the loss: all weights are 0.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written or resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    /// <exception cref="CommunicatorException">Of several ranks, another one failed or has other rows, options or weights.</exception>
    public static TrainingHistory Run(TrainingModel model, ITrainingData data, TrainingOptions options, IHostEnvironment? host = null)
    {
        TrainingHistory RunHere() => Run(model, data, options, host, new Dictionary<string, string>());
        return RankGroup.Of(options.Communicator) is { } ranks ? ranks.Run(RunHere) : RunHere();
    }

    private static TrainingHistory Run(TrainingModel model, ITrainingData data, TrainingOptions options, IHostEnvironment? host,
        IReadOnlyDictionary<string, string> columns, ReadoutEpoch? readout = null)
    {
        options.Validate();
        if (!ReferenceEquals(model.Optimizer, options.Optimizer))
            throw new ArgumentException($"The model was built with another {nameof(TrainingOptions.Optimizer)} "
                + $"({model.Optimizer.GetType().Name}) than the options have ({options.Optimizer.GetType().Name}).");
        if (model.ClipNorm != options.GradientClipNorm)
            throw new ArgumentException($"The model was built with gradient clipping at {model.ClipNorm}; "
                + $"{nameof(TrainingOptions.GradientClipNorm)} is {options.GradientClipNorm}.");
        using var log = new TrainingLog(host);
        if (!options.Shard.IsWhole)
            DataParallel.Check(data, readout);
        using var held = options.Shard.Rank == 0 ? CheckpointFolder.Hold(options.CheckpointFolder) : null;
        using var run = new TrainingRun(model, data, options, log, columns, readout);
        return run.Train();
    }

    /// <summary>
    /// Trains, and makes the trainer's result from the weights. If training ends early, the result from the weights so far goes into the
    /// exception, or is returned as after complete training (<see cref="InterruptiblePipelines"/>).
    /// </summary>
    internal static T Run<T>(TrainingPlan<T> plan, TrainingOptions options, IHostEnvironment host, IReadOnlyDictionary<string, string>
        columns) where T : class
    {
        try
        {
            return plan.Deploy(Run(plan.Model, plan.Data, options, host, columns, plan.Readout));
        }
        catch (TrainingCanceledException canceled)
        {
            var trained = plan.Deploy(canceled.History);
            if (InterruptiblePipelines.TakesWhatThereIs)
                return trained;
            canceled.Keep(trained);
            throw;
        }
        catch (CheckpointException unwritten) when (unwritten.History is { } history)
        {
            var trained = plan.Deploy(history);
            if (InterruptiblePipelines.TakesWhatThereIs)
                return trained;
            unwritten.Keep(trained);
            throw;
        }
    }
}
