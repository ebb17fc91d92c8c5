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
    /// <summary>Writes a network's training step as the options say.</summary>
    /// <param name="network">Declares its inputs and returns its loss and metrics.</param>
    /// <param name="options">Optimizer, clipping and seed are taken from it.</param>
    /// <param name="parameters">Known parameters, say from an earlier run; null to start afresh.</param>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    /// <exception cref="GraphException">The network can't be differentiated.</exception>
    public static TrainingModel Build(Func<NetworkBuilder, NetworkOutputs> network, TrainingOptions options,
        ParameterSet? parameters = null)
    {
        options.Validate();
        return TrainingModel.Build(network, options.Optimizer, options.GradientClipNorm, options.Seed, parameters, options.Target);
    }

    /// <summary>
    /// Trains a model, and leaves the weights in its <see cref="TrainingModel.Parameters"/>: those of the best epoch where there is
    /// validation data and <see cref="TrainingOptions.RestoreBestWeights"/> is set, else the last.
    /// </summary>
    /// <param name="model">The model, built with the options' optimizer and clipping.</param>
    /// <param name="data">The batches.</param>
    /// <param name="options">How to train.</param>
    /// <param name="host">Gets a line per epoch on its log channel and the epochs and loss on its progress channel; null for
    /// neither.</param>
    /// <returns>The epochs.</returns>
    /// <exception cref="ArgumentException">An option is out of its range, or the model was built with other options.</exception>
    /// <exception cref="TrainingDivergedException">A loss or gradient was NaN or infinite.</exception>
    /// <exception cref="TrainingCanceledException">The options' token was canceled.</exception>
    /// <exception cref="InvalidOperationException">The data has no batches.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written, or not be resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public static TrainingHistory Run(TrainingModel model, ITrainingData data, TrainingOptions options, IHostEnvironment? host = null)
    {
        options.Validate();
        if (!ReferenceEquals(model.Optimizer, options.Optimizer))
            throw new ArgumentException($"The model was built with another {nameof(TrainingOptions.Optimizer)} "
                + $"({model.Optimizer.GetType().Name}) than the options have ({options.Optimizer.GetType().Name}).");
        if (model.ClipNorm != options.GradientClipNorm)
            throw new ArgumentException($"The model was built with gradient clipping at {model.ClipNorm}; "
                + $"{nameof(TrainingOptions.GradientClipNorm)} is {options.GradientClipNorm}.");
        using var log = new TrainingLog(host, options.Epochs);
        using var run = new TrainingRun(model, data, options, log);
        return run.Train();
    }

    /// <summary>
    /// Trains, and makes of the weights what an estimator gives; where training ends early, its exception gets that of the weights
    /// so far.
    /// </summary>
    internal static T Run<T>(TrainingModel model, ITrainingData data, TrainingOptions options, IHostEnvironment host, Func<TrainingHistory,
        T> deploy) where T : class
    {
        try
        {
            return deploy(Run(model, data, options, host));
        }
        catch (TrainingCanceledException canceled)
        {
            canceled.Keep(deploy(canceled.History));
            throw;
        }
        catch (CheckpointException unwritten) when (unwritten.History is { } history)
        {
            unwritten.Keep(deploy(history));
            throw;
        }
    }
}
