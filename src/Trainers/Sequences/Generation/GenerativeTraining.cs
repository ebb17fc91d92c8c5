using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What the trainers of networks that write sequences have in common: reading, training, and what becomes of an interrupted run.</summary>
internal static class GenerativeTraining
{
    /// <summary>Reads the rows and trains.</summary>
    /// <param name="ml">The context.</param>
    /// <param name="trainer">What the trainer is called in logs.</param>
    /// <param name="options">How to train.</param>
    /// <param name="data">Training and validation rows.</param>
    /// <param name="columns">The column to write and the one to read.</param>
    /// <param name="network">The network.</param>
    /// <param name="batches">How batches are made.</param>
    /// <param name="deploy">Makes the model of the parameters.</param>
    internal static T Run<T>(
        MLContext ml, string trainer, GenerativeTrainerOptions options, (IDataView Training, IDataView? Validation) data, (SequenceColumn Tokens, SequenceColumn? Source) columns,
        GenerativeNetwork network, TokenBatchOptions batches, Func<ParameterSet, TrainingHistory, T> deploy) where T : class, ITransformer
    {
        var host = ((IHostEnvironment)ml).Register(trainer);
        using var channel = host.Start("Training");
        (int?, int?) longest = (batches.Window is null ? network.Decoder.MaximumLength - 1 : null, network.Encoder?.MaximumLength);
        var training = TokenTable.Read(data.Training, "training", columns.Tokens, columns.Source, longest, options.CancellationToken);
        var validation = data.Validation is null ? null : TokenTable.Read(data.Validation, "validation", columns.Tokens, columns.Source, longest, options.CancellationToken);
        var model = TrainingModel.Build(network.Train, options.Optimizer, options.GradientClipNorm, options.Seed);
        channel.Info(MessageSensitivity.None, "{0}", FormattableString.Invariant($"{network.Decoder.Name}, {model.Parameters.Count:N0} parameters; {training.Count:N0} rows, {network.Vocabulary.Count:N0} tokens"));
        return TrainingLoop.Run(model, new TokenBatches(training, validation, batches), options, host, history => deploy(model.Parameters, history));
    }

    /// <summary>The rows to train and to validate on.</summary>
    internal static (IDataView Training, IDataView? Validation) Split(MLContext ml, GenerativeTrainerOptions options, IDataView training, IDataView? validation, params string[] columns)
    {
        validation ??= options.ValidationData;
        if (validation is not null)
        {
            KeyValueCheck.Same(training.Schema, validation.Schema, columns);
            return (training, validation);
        }
        if (options.ValidationFraction == 0)
            return (training, null);
        var split = ml.Data.TrainTestSplit(training, options.ValidationFraction, seed: options.Seed);
        return (split.TrainSet, split.TestSet);
    }

    /// <summary>A column of tokens.</summary>
    /// <exception cref="ArgumentException">It is missing, or holds something else.</exception>
    internal static SequenceColumn TokenColumn(IDataView data, string name, GenerativeTrainerOptions options)
    {
        var isKey = data.Schema.GetColumnOrNull(name) is { Type: VectorDataViewType { ItemType: KeyDataViewType } };
        var column = SequenceColumn.FromData(data, name, null, isKey ? null : options.VocabularySize, options.CancellationToken);
        return column.Kind == SequenceKind.Tokens ? column
            : throw new ArgumentException($"Column '{name}' is {column.Type}: expected tokens, a vector of keys, Int32 or Int64.");
    }
}
