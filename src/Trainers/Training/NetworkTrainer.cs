using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers;

/// <summary>
/// The base class of all trainers of networks: it splits the rows, builds and trains the network, and returns the result. Derived classes
/// define the columns, the network and the result.
/// </summary>
/// <typeparam name="TTrained">The result of training: a transformer, or weights for others to start from.</typeparam>
public abstract class NetworkTrainer<TTrained> where TTrained : class
{
    private readonly NetworkTrainerOptions _options;

    private protected NetworkTrainer(MLContext ml, NetworkTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (ML, _options) = (ml, options);
    }

    private protected MLContext ML { get; }

    /// <summary>Logs a message of a trained model while it scores.</summary>
    private protected void LogScoring(string message) => Log("Scoring", message);

    /// <summary>Logs a warning of training.</summary>
    private protected void LogTraining(string message) => Log("Training", message);

    private void Log(string part, string message)
    {
        using var channel = ((IHostEnvironment)ML).Register(GetType().Name).Start(part);
        channel.Warning(MessageSensitivity.None, "{0}", message);
    }

    /// <summary>Trains a network.</summary>
    /// <param name="input">The training rows; for node tasks, all nodes of the graph.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)"/>
    public TTrained Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains a network, and validates it after every epoch.</summary>
    /// <param name="trainingData">The training rows; for node tasks, all nodes of the graph.</param>
    /// <param name="validationData">
    /// Rows to validate on, with the same columns; null to follow the options. The link trainer takes pairs of nodes.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A column is missing or of the wrong type, an option is out of its range, key values of the validation data differ, the
    /// trainer takes no validation data, or pre-trained weights don't fit.
    /// </exception>
    /// <exception cref="InvalidDataException">There are no rows, or one is bad: the message names column and row.</exception>
    /// <exception cref="InvalidOperationException">
    /// All labels are of one class, or of classes whose weight is 0; or the data has no batches.
    /// </exception>
    /// <exception cref="GraphException">A network of your own has shapes that don't fit, or can't be differentiated.</exception>
    /// <exception cref="TensorMismatchException">The model to deploy predicts other values than the trained network.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="TrainingCanceledException">Training was canceled; the exception holds the model so far.</exception>
    /// <exception cref="OperationCanceledException">It was canceled before the first step.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written (the exception holds the model so far) or resumed
    /// from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    /// <exception cref="CommunicatorException">Of several ranks, another one failed or has other rows or options.</exception>
    public TTrained Fit(IDataView trainingData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainingData);
        if (RankGroup.Of(_options.Communicator) is not { } ranks)
            return FitAlone(trainingData, validationData);
        return ranks.Run(() =>
        {
            ranks.Same("training data", OptionTexts.OfRows(trainingData));
            ranks.Same("validation data", (validationData ?? _options.ValidationData) is { } validation
                ? OptionTexts.OfRows(validation) : []);
            var trained = FitAlone(trainingData, validationData);
            ranks.Numbers("the end of training");
            return trained;
        });
    }

    private TTrained FitAlone(IDataView trainingData, IDataView? validationData)
    {
        _options.Validate();
        var host = ((IHostEnvironment)ML).Register(GetType().Name);
        using var channel = host.Start("Training");
        (trainingData, validationData) = Rows(trainingData, validationData ?? _options.ValidationData
            ?? TrainingWatch.Current?.ValidationData);
        using var plan = Prepare(trainingData, validationData);
        channel.Info(MessageSensitivity.None, "{0}", plan.Description);
        foreach (var hint in plan.Hints)
            channel.Warning(MessageSensitivity.None, "{0}", hint);
        return Finish(TrainingLoop.Run(plan with { Deploy = history => Deploy(plan, history, channel) }, _options, host,
            OptionTexts.Of(trainingData.Schema, KeyColumns)), trainingData, validationData);
    }

    /// <summary>What becomes of the result of training.</summary>
    private protected virtual TTrained Finish(TTrained trained, IDataView training, IDataView? validation) => trained;

    /// <summary>The columns that must have the same key values in the validation rows.</summary>
    private protected abstract IEnumerable<string> KeyColumns { get; }

    /// <summary>Whether any row can be held out for validation independently of the others.</summary>
    private protected virtual bool RowsAreIndependent => true;

    /// <summary>Reads the data and builds the network.</summary>
    private protected abstract TrainingPlan<TTrained> Prepare(IDataView training, IDataView? validation);

    /// <summary>Builds the training step that minimizes the loss of a network, as the options say.</summary>
    private protected TrainingModel Build(Func<NetworkBuilder, NetworkOutputs> network) =>
        TrainingModel.Build(network, _options.Optimizer, _options.GradientClipNorm, _options.Seed, target: _options.Target,
            recompute: _options.RecomputeActivations, separateUpdate: _options.Communicator is not null);

    // A finite loss may still be useless.
    private static TTrained Deploy(TrainingPlan<TTrained> plan, TrainingHistory history, IChannel channel)
    {
        if (history.StoppedBecause is TrainingEnd.Canceled or TrainingEnd.Stopped or TrainingEnd.Failed)
            channel.Warning(MessageSensitivity.None, "Training ended early, after {0} finished epochs ({1}): the model has the weights "
                + "reached", history.Epochs.Count, history.StoppedBecause);
        if (plan.ConstantLoss is { } constant && history.Epochs is [.., var last] && last.Loss > constant)
            channel.Warning(MessageSensitivity.None, "The training loss of epoch {0} is {1}, above {2}, that of the best constant "
                + "prediction: the model is useless. Try another {3}, more {4} or another network.", last.Epoch,
                last.Loss.ToString("g4", CultureInfo.InvariantCulture), constant.ToString("g4", CultureInfo.InvariantCulture),
                nameof(TrainingOptions.LearningRate), nameof(TrainingOptions.Epochs));
        TrainingWatch.Current?.OnTrained?.Invoke(history);
        return plan.Deploy(history);
    }

    private (IDataView Training, IDataView? Validation) Rows(IDataView training, IDataView? validation)
    {
        if (validation is not null)
        {
            KeyValueCheck.Same(training.Schema, validation.Schema, [.. KeyColumns]);
            return (training, validation);
        }
        if (_options.ValidationFraction == 0 || !RowsAreIndependent)
            return (training, null);
        var split = ML.Data.TrainTestSplit(training, _options.ValidationFraction, seed: _options.Seed);
        foreach (var (part, name) in ((IDataView, string)[])[(split.TrainSet, "training"), (split.TestSet, "validation")])
        {
            using var cursor = part.GetRowCursor([]);
            if (!cursor.MoveNext())
                throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                    $"The {name} data has no rows: {nameof(_options.ValidationFraction)} is {_options.ValidationFraction}; expected a "
                        + $"fraction that leaves rows on both sides."));
        }
        return (split.TrainSet, split.TestSet);
    }
}
