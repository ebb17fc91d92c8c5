using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network on a column of sequences. Kinds of labels make the kinds of trainers.</summary>
public abstract class SequenceTrainer : IEstimator<SequencePredictionTransformer>
{
    private readonly MLContext _ml;
    private readonly SequenceTrainerOptions _options;

    private protected SequenceTrainer(MLContext ml, SequenceTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ml = ml;
        _options = options;
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The training rows.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)"/>
    public SequencePredictionTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains, and validates on other rows after each epoch.</summary>
    /// <param name="trainingData">The training rows.</param>
    /// <param name="validationData">Rows to validate on; null for the options' own choice.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, an option is out of range, keys of the validation data stand for other values, or pre-trained weights don't fit the network or the vocabulary.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row is no sequence: the message names column and row.</exception>
    /// <exception cref="InvalidOperationException">All labels are of one class.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="TrainingCanceledException">Training was canceled; the exception holds the model so far.</exception>
    /// <exception cref="OperationCanceledException">It was canceled before the first step.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written (the exception holds the model so far) or resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public SequencePredictionTransformer Fit(IDataView trainingData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainingData);
        _options.Validate();
        validationData ??= _options.ValidationData;
        var host = ((IHostEnvironment)_ml).Register(GetType().Name);
        using var channel = host.Start("Training");
        if (validationData is not null)
            KeyValueCheck.Same(trainingData.Schema, validationData.Schema, _options.LabelColumnName, _options.SequenceColumnName);
        else if (_options.ValidationFraction > 0)
            (trainingData, validationData) = Split(_ml, trainingData, _options);
        var label = FindLabel(trainingData.Schema);
        var sequence = SequenceColumn.FromData(trainingData, _options.SequenceColumnName, _options.FeatureCount, _options.VocabularySize, _options.CancellationToken).WithLongest(_options.Network.MaximumLength);
        _options.Pretrained?.CheckVocabulary(trainingData.Schema, sequence);
        var columns = new SequenceColumns(sequence, label, _options.ExampleWeightColumnName);
        using var training = new SequenceBatchSource(trainingData, columns, Batches(shuffle: true));
        using var validation = validationData is null ? null : new SequenceBatchSource(validationData, columns, Batches(shuffle: false), "validation");
        var statistics = SequenceStatistics.Of(training, columns, _options.CancellationToken);
        // Reads as many rows as fit into memory: bad ones are found now and not after an epoch.
        validation?.ReadEpoch(0, _options.CancellationToken).First();
        var model = new SequenceNetworkModel(
            new(sequence, _options.Standardize && sequence.Kind == SequenceKind.Real ? statistics.Features : null, _options.EmbeddingWidth),
            _options.Network, MakeHead(label, statistics), new(Pooling, _options.OutputDropout), _options.InputDropout, columns.WeightColumnName is not null, _options.KeepsAttention);
        if (_options.KeepsAttention)
            model.Predict(new(new ParameterSet(), NetworkMode.Evaluation));     // fails before training where there is none
        var labels = model.Head.Task.HasClasses() ? SequenceModelLabels.Of(trainingData.Schema[label.Name]) : null;
        var trained = TrainingModel.Build(model.Train, _options.Optimizer, _options.GradientClipNorm, _options.Seed);
        _options.Pretrained?.CopyTo(trained.Parameters, model);
        channel.Info(MessageSensitivity.None, "{0}", FormattableString.Invariant($"{_options.Network.Name}, {trained.Parameters.Count:N0} parameters; {training.RowCount:N0} rows, {ScoringInput.Describe(SequenceModelInput.Of(sequence))}"));
        SequencePredictionTransformer Deploy(TrainingHistory history) =>
            SequencePredictionTransformer.Create(model, trained.Parameters, labels, history, _options.Target);
        return TrainingLoop.Run(trained, new SequenceTrainingData(model, training, validation, _options.BatchSize), _options, host, Deploy);
    }

    /// <summary>What the trained model adds to a schema: predicted label, scores.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.SequenceColumnName);
        if (_options.ExampleWeightColumnName is not null)
            inputSchema.RequireWeight(_options.ExampleWeightColumnName);
        return inputSchema.With(OutputColumns(inputSchema));
    }

    /// <summary>Takes rows to validate on from the training rows.</summary>
    /// <exception cref="InvalidDataException">One side has no rows.</exception>
    internal static (IDataView Training, IDataView Validation) Split(MLContext ml, IDataView data, TrainingOptions options)
    {
        var split = ml.Data.TrainTestSplit(data, options.ValidationFraction, seed: options.Seed);
        foreach (var (part, name) in ((IDataView, string)[])[(split.TrainSet, "training"), (split.TestSet, "validation")])
        {
            using var cursor = part.GetRowCursor([]);
            if (!cursor.MoveNext())
                throw new InvalidDataException(FormattableString.Invariant(
                    $"The {name} data has no rows: {nameof(options.ValidationFraction)} is {options.ValidationFraction}; expected a fraction that leaves rows on both sides."));
        }
        return (split.TrainSet, split.TestSet);
    }

    private protected abstract SequenceLabel FindLabel(DataViewSchema schema);

    private protected abstract SequenceHead MakeHead(SequenceLabel label, SequenceStatistics statistics);

    private protected abstract DataViewSchema OutputColumns(SchemaShape inputSchema);

    private protected virtual Pooling Pooling => Pooling.Last;

    private SequenceBatchOptions Batches(bool shuffle) => new()
    {
        BatchSize = _options.BatchSize,
        Shuffle = shuffle,
        Seed = _options.Seed,
        BufferRows = _options.ShuffleBufferRows,
        BufferBytes = (long)_options.MemoryMegabytes << 20,
        CacheBytes = (long)_options.MemoryMegabytes << 20,
    };
}
