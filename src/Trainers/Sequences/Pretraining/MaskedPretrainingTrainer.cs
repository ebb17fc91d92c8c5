using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network, without labels, to predict masked tokens from those around them (Devlin et al. 2019), or masked patches of images
/// (Xie et al. 2022). Other trainers can start from its weights: <see cref="SequenceTrainerOptions.Pretrained"/>.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens), of fixed or varying length; images, where the network is
/// <see cref="ImageNetwork.VisionTransformer"/> or <see cref="ImageNetwork.Mixer"/>.</description></item>
/// <item><term>Label</term><description>None: 15 % of the tokens are to be predicted, chosen anew in every epoch. Of these, 80 % are
/// replaced by a mask token, 10 % by a random one, and 10 % stay. Of an image's patches as many are replaced by one learned vector, always.
/// </description></item>
/// <item><term>Output</term><description>A <see cref="PretrainedNetwork"/>; no columns.</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the softmax over the vocabulary, in nats, at the chosen tokens only;
/// <see cref="EpochRecord.Perplexity"/> is its exponential. Of images the mean squared difference of masked patches' standardized pixels.
/// </description></item>
/// <item><term>Mask token</term><description>An additional row at the end of the embedding table. Other trainers that start from the
/// weights drop it.</description></item>
/// <item><term>Caching needed</term><description>No: rows stream, and small data is kept in memory.</description></item>
/// </list>
/// </remarks>
public sealed class MaskedPretrainingTrainer : NetworkTrainer<PretrainedNetwork>
{
    private readonly Options _options;

    internal MaskedPretrainingTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : NetworkTrainerOptions
    {
        /// <summary>The column of tokens, a vector of keys, Int32 or Int64; or of images.</summary>
        public string SequenceColumnName { get; set; } = "Features";

        /// <summary>
        /// For tokens of type Int32 or Int64: values from 0 to below this are known; null, the default, to learn it from the data.
        /// </summary>
        public int? VocabularySize { get; set; }

        /// <summary>
        /// The network, a Transformer by default. Only bidirectional networks and Transformers read both sides of a masked token.
        /// </summary>
        public SequenceNetwork Network { get; set; } = SequenceNetwork.Transformer();

        /// <summary>Size of a token's vector, 64 by default.</summary>
        public int EmbeddingSize { get; set; } = 64;

        /// <summary>Dropout of the network's input, 0 by default.</summary>
        public float InputDropout { get; set; }

        /// <summary>
        /// Share of the tokens or patches that are to be predicted, 0.15 by default; of patches more teaches more, such as 0.5.
        /// </summary>
        public float MaskedFraction { get; set; } = 0.15f;

        /// <summary>
        /// Whether the weight of the output layer is the embedding table, which saves as many parameters as that has (Press and Wolf
        /// 2017). True by default.
        /// </summary>
        public bool TieOutput { get; set; } = true;

        /// <inheritdoc cref="SequenceTrainerOptions.ShuffleBufferRows"/>
        public int ShuffleBufferRows { get; set; } = 4096;

        /// <inheritdoc cref="SequenceTrainerOptions.MemoryMegabytes"/>
        public int MemoryMegabytes { get; set; } = 256;

        internal SequenceBatchOptions Batches(bool shuffle) =>
            SequenceTrainerOptions.Batches(this, ShuffleBufferRows, MemoryMegabytes, shuffle);

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Named(nameof(SequenceColumnName), SequenceColumnName);
            Check(nameof(VocabularySize), VocabularySize is null or >= 1, VocabularySize, "at least 1, or null");
            NotNull(nameof(Network), Network);
            Check(nameof(OutputVector), !OutputVector, OutputVector, "false: pre-training gives weights, no columns");
            NoAttention("pre-training gives weights, no columns");
            AtLeast(nameof(EmbeddingSize), EmbeddingSize, 1);
            Share(nameof(InputDropout), InputDropout);
            Check(nameof(MaskedFraction), MaskedFraction is > 0 and <= 1, MaskedFraction, "above 0 and at most 1");
            AtLeast(nameof(ShuffleBufferRows), ShuffleBufferRows, 1);
            Check(nameof(MemoryMegabytes), MemoryMegabytes is >= 1 and <= 4096, MemoryMegabytes, "1 to 4096");
        }
    }

    private protected override IEnumerable<string> KeyColumns => [_options.SequenceColumnName];

    private protected override TrainingPlan<PretrainedNetwork> Prepare(IDataView trainingData, IDataView? validationData)
    {
        var cancel = _options.CancellationToken;
        trainingData.Schema.Require(_options.SequenceColumnName);
        var image = _options.Network.Image;
        image?.Check(trainingData.Schema[_options.SequenceColumnName]);
        var sequence = SequenceColumn.FromData(trainingData, _options.SequenceColumnName, image?.Channels, _options.VocabularySize, cancel)
            .WithMaximumLength(_options.Network.MaximumLength).WithImage(image);
        SubsampledSteps.RequireFor(_options.Network, ModelTask.Tagging);
        if (image is null && sequence.Kind != SequenceKind.Tokens)
            throw new ArgumentException($"Column '{sequence.Name}' is {sequence.Type}: expected a vector of keys, Int32 or Int64, "
                + "tokens that can be masked.");
        var columns = new SequenceColumns(sequence);
        var training = new SequenceBatchSource(trainingData, columns, _options.Batches(shuffle: true));
        var validation = validationData is null ? null : new SequenceBatchSource(validationData, columns,
            _options.Batches(shuffle: false), "validation");
        var task = image is null ? Tokens(sequence, training) : Patches(sequence, SequenceStatistics.Of(training, columns, cancel));
        // Reads as many rows as fit into memory, so that bad ones are found now and not after an epoch.
        training.ReadEpoch(0, cancel).First();
        validation?.ReadEpoch(0, cancel).First();
        var trained = Build(task.Train);
        return new(trained, TrainingData.Of(training, validation, source => BatchedRows.Of(source, _options, task.Feed)),
            FormattableString.Invariant(
                $"{_options.Network.Name}, {trained.Parameters.Count:N0} parameters; {training.RowCount:N0} rows, ")
            + $"{ScoringInput.Describe(ModelInput.Of(sequence))}, masked",
            history => PretrainedNetwork.Of(_options.Network.Name, sequence, image is null
                ? KeyValueCheck.Values(trainingData.Schema[sequence.Name]) : null, trained.Parameters, history),
            training, validation) { ConstantLoss = task.ConstantLoss };
    }

    private PretrainingTask Tokens(SequenceColumn sequence, SequenceBatchSource training)
    {
        training.CountRows(_options.CancellationToken);
        var model = new MaskedNetworkModel(new(sequence, null, _options.EmbeddingSize, extraTokens: 1), _options.Network,
            _options.EmbeddingSize, _options.TieOutput, _options.InputDropout);
        var masked = new MaskedTokens(sequence.TokenCount, _options.MaskedFraction, _options.Seed);
        return new(model.Train, (session, batch, epoch) => model.Feed(session, batch, epoch, masked), Math.Log(sequence.TokenCount));
    }

    private PretrainingTask Patches(SequenceColumn sequence, SequenceStatistics statistics)
    {
        var network = _options.Network as PatchImageNetwork ?? throw new ArgumentException($"The network '{_options.Network.Name}' has no "
            + $"patches that can be masked: expected {nameof(ImageNetwork)}.{nameof(ImageNetwork.VisionTransformer)} or "
            + $"{nameof(ImageNetwork)}.{nameof(ImageNetwork.Mixer)}.");
        if (network.Patches < 2)
            throw new ArgumentException($"The network '{network.Name}' reads an image as one patch: expected at least 2, of which some are "
                + "masked.");
        var model = new MaskedPatchModel(new(sequence, statistics.Features, _options.EmbeddingSize), network, _options.InputDropout);
        var masked = new MaskedPatches(network.Patches, _options.MaskedFraction, _options.Seed);
        return new(model.Train, (session, batch, epoch) => model.Feed(session, batch, epoch, masked), 1);  // pixels have variance 1
    }

    // What is learned: the training graph, what feeds it, and the loss of a constant answer.
    private sealed record PretrainingTask(Func<NetworkBuilder, NetworkOutputs> Train, Action<TrainingSession, SequenceBatch, int> Feed,
        double ConstantLoss);
}
