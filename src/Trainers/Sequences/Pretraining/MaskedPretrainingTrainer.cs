using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network to tell tokens that were masked from those around them (Devlin et al. 2019), without labels. What it learned is a
/// start for other trainers: <see cref="SequenceTrainerOptions.Pretrained"/>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), of fixed or varying length.</description></item>
/// <item><term>Label</term><description>None: 15 % of the tokens, another choice in every epoch. Of these 80 % are replaced by a mask token, 10 % by a random one, 10 % stay.</description></item>
/// <item><term>Output</term><description>A <see cref="PretrainedNetwork"/>; no columns.</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax over the vocabulary, in nats, at the chosen tokens alone; <see cref="EpochRecord.Perplexity"/> is its exponential.</description></item>
/// <item><term>Mask token</term><description>One row more of the embedding table, behind those of the vocabulary. It stays behind when other trainers start from the weights.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream; what is small is kept.</description></item>
/// </list>
/// </remarks>
public sealed class MaskedPretrainingTrainer
{
    private readonly MLContext _ml;
    private readonly Options _options;

    internal MaskedPretrainingTrainer(MLContext ml, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _ml = ml;
        _options = options;
    }

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : TrainingOptions
    {
        /// <summary>The column of tokens: a vector of keys, Int32 or Int64.</summary>
        public string SequenceColumnName { get; set; } = "Features";

        /// <summary>For tokens of type Int32 or Int64: values from 0 to below this are known; null to learn it from the data.</summary>
        public int? VocabularySize { get; set; }

        /// <summary>The network. One that reads from both ends, or a Transformer, sees both sides of a masked token.</summary>
        public SequenceNetwork Network { get; set; } = SequenceNetwork.Transformer();

        /// <summary>Size of a token's vector.</summary>
        public int EmbeddingWidth { get; set; } = 64;

        /// <summary>Dropout of the network's input.</summary>
        public float InputDropout { get; set; }

        /// <summary>Share of the tokens that are to be told.</summary>
        public float MaskedFraction { get; set; } = 0.15f;

        /// <summary>Whether the weight of the output layer is the embedding table, which saves as many parameters as that has (Press and Wolf 2017).</summary>
        public bool TieOutput { get; set; } = true;

        /// <summary>
        /// Rows to validate on after each epoch, masked alike each time; null to take <see cref="TrainingOptions.ValidationFraction"/> of the training rows.
        /// </summary>
        public IDataView? ValidationData { get; set; }

        /// <inheritdoc cref="SequenceTrainerOptions.ShuffleBufferRows"/>
        public int ShuffleBufferRows { get; set; } = 4096;

        /// <inheritdoc cref="SequenceTrainerOptions.MemoryMegabytes"/>
        public int MemoryMegabytes { get; set; } = 256;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Check(nameof(SequenceColumnName), !string.IsNullOrEmpty(SequenceColumnName), $"'{SequenceColumnName}'", "the name of a column");
            Check(nameof(VocabularySize), VocabularySize is null or >= 1, VocabularySize, "at least 1, or null");
            NotNull(nameof(Network), Network);
            AtLeast(nameof(EmbeddingWidth), EmbeddingWidth, 1);
            Check(nameof(InputDropout), InputDropout is >= 0 and < 1, InputDropout, "at least 0 and below 1");
            Check(nameof(MaskedFraction), MaskedFraction is > 0 and <= 1, MaskedFraction, "above 0 and at most 1");
            AtLeast(nameof(ShuffleBufferRows), ShuffleBufferRows, 1);
            Check(nameof(MemoryMegabytes), MemoryMegabytes is >= 1 and <= 4096, MemoryMegabytes, "1 to 4096");
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="trainingData">The training rows.</param>
    /// <param name="validationData">Rows to validate on after each epoch; null for the options' own choice.</param>
    /// <exception cref="ArgumentException">The column is missing or holds no tokens, an option is out of range, or keys of the validation data stand for other values.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row is no sequence: the message names column and row.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="TrainingCanceledException">Training was canceled; the exception holds the weights so far.</exception>
    /// <exception cref="OperationCanceledException">It was canceled before the first step.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written (the exception holds the weights so far) or resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public PretrainedNetwork Fit(IDataView trainingData, IDataView? validationData = null)
    {
        ArgumentNullException.ThrowIfNull(trainingData);
        _options.Validate();
        validationData ??= _options.ValidationData;
        var host = ((IHostEnvironment)_ml).Register(nameof(MaskedPretrainingTrainer));
        using var channel = host.Start("Training");
        if (validationData is not null)
            KeyValueCheck.Same(trainingData.Schema, validationData.Schema, _options.SequenceColumnName);
        else if (_options.ValidationFraction > 0)
            (trainingData, validationData) = SequenceTrainer.Split(_ml, trainingData, _options);
        var sequence = SequenceColumn.FromData(trainingData, _options.SequenceColumnName, null, _options.VocabularySize, _options.CancellationToken)
            .WithLongest(_options.Network.MaximumLength);
        if (sequence.Kind != SequenceKind.Tokens)
            throw new ArgumentException($"Column '{sequence.Name}' is {sequence.Type}: expected a vector of keys, Int32 or Int64, tokens that can be masked.");
        var columns = new SequenceColumns(sequence);
        using var training = new SequenceBatchSource(trainingData, columns, Batches(shuffle: true));
        using var validation = validationData is null ? null : new SequenceBatchSource(validationData, columns, Batches(shuffle: false), "validation");
        training.CountRows(_options.CancellationToken);
        // Reads as many rows as fit into memory: bad ones are found now and not after an epoch.
        training.ReadEpoch(0, _options.CancellationToken).First();
        validation?.ReadEpoch(0, _options.CancellationToken).First();
        var model = new MaskedNetworkModel(new(sequence, null, _options.EmbeddingWidth, extraTokens: 1), _options.Network, _options.EmbeddingWidth, _options.TieOutput, _options.InputDropout);
        var trained = TrainingModel.Build(model.Train, _options.Optimizer, _options.GradientClipNorm, _options.Seed);
        channel.Info(MessageSensitivity.None, "{0}", FormattableString.Invariant($"{_options.Network.Name}, {trained.Parameters.Count:N0} parameters; {training.RowCount:N0} rows, {ScoringInput.Describe(SequenceModelInput.Of(sequence))}, masked"));
        PretrainedNetwork Weights(TrainingHistory history) => PretrainedNetwork.Of(_options.Network.Name, sequence, KeyValueCheck.Values(trainingData.Schema[sequence.Name]), trained.Parameters, history);
        var masked = new MaskedTokens(sequence.TokenCount, _options.MaskedFraction, _options.Seed);
        return TrainingLoop.Run(trained, new MaskedTrainingData(model, masked, training, validation, _options.BatchSize), _options, host, Weights);
    }

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
