using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that reads one token sequence and writes another.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens) of varying length: the source.</description></item>
/// <item><term>Label</term><description>A vector of keys of varying length: the target.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, a vector of keys with the target's values; <c>Score</c>, Single, what beam search ranks by, in nats.</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the target's tokens, each given the source and those before it; nats a token.</description></item>
/// <item><term>Caching needed</term><description>No: the tokens are held in memory, four bytes each.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified: an encoder and a decoder with its cache, and a model that translates greedily by itself.</description></item>
/// </list>
/// </remarks>
public sealed class TranslationTrainer : IEstimator<TranslationTransformer>
{
    private readonly MLContext _ml;
    private readonly Options _options;

    internal TranslationTrainer(MLContext ml, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_ml, _options) = (ml, options);
    }

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GenerativeTrainerOptions
    {
        /// <summary>The column of source tokens.</summary>
        public string SourceColumnName { get; set; } = "Source";

        /// <summary>The column of target tokens: keys.</summary>
        public string TargetColumnName { get; set; } = "Target";

        /// <summary>The network that reads the source.</summary>
        public SequenceNetwork Encoder { get; set; } = SequenceNetwork.Transformer();

        /// <summary>Beams when translating; 1 for the likeliest token at every step.</summary>
        public int BeamWidth { get; set; } = 4;

        /// <summary>α of beam search's length penalty ((5 + length) / 6)^α.</summary>
        public double LengthPenalty { get; set; } = 0.6;

        /// <summary>Most tokens of a translation, the end among them.</summary>
        public int MaximumLength { get; set; } = 100;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Named(nameof(SourceColumnName), SourceColumnName);
            Named(nameof(TargetColumnName), TargetColumnName);
            NotNull(nameof(Encoder), Encoder);
            AtLeast(nameof(BeamWidth), BeamWidth, 1);
            Check(nameof(LengthPenalty), LengthPenalty >= 0 && double.IsFinite(LengthPenalty), LengthPenalty, "a finite number of at least 0");
            AtLeast(nameof(MaximumLength), MaximumLength, 1);
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The training rows.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)"/>
    public TranslationTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains, and validates on other rows after each epoch.</summary>
    /// <param name="trainingData">The training rows.</param>
    /// <param name="validationData">Rows to validate on; null for the options' own choice.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, an option is out of range, or keys of the validation data stand for other values.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row has no tokens or too many: the message names column and row.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="TrainingCanceledException">Training was canceled; the exception holds the model so far.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written (the exception holds the model so far) or resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public TranslationTransformer Fit(IDataView trainingData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainingData);
        _options.Validate();
        var data = GenerativeTraining.Split(_ml, _options, trainingData, validationData, _options.SourceColumnName, _options.TargetColumnName);
        var target = GenerativeTraining.TokenColumn(data.Training, _options.TargetColumnName, _options);
        if (target.Type.ItemType is not KeyDataViewType)
            throw new ArgumentException($"Column '{target.Name}' is {target.Type}; expected a vector of keys, which the translations are made of.");
        var source = GenerativeTraining.TokenColumn(data.Training, _options.SourceColumnName, _options);
        var network = new GenerativeNetwork
        {
            Encoder = _options.Encoder,
            SourceVocabulary = source.TokenCount,
            Decoder = _options.Decoder,
            Vocabulary = new(target.TokenCount),
            Width = _options.EmbeddingWidth,
            TieOutput = _options.TieEmbeddings,
            Dropout = _options.Dropout,
            LabelSmoothing = _options.LabelSmoothing,
            ScheduledSampling = _options.ScheduledSampling,
        };
        var labels = SequenceModelLabels.Of(data.Training.Schema[target.Name]);
        return GenerativeTraining.Run(_ml, nameof(TranslationTrainer), _options, data, (target, source), network, new(_options.BatchSize, network.Vocabulary, _options.Seed),
            (parameters, history) => TranslationTransformer.Create(network, parameters, source, labels, history, _options));
    }

    /// <summary>What the trained model adds to a schema.</summary>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.SourceColumnName);
        inputSchema.RequireSequence(_options.TargetColumnName);
        var target = inputSchema.First(column => column.Name == _options.TargetColumnName);
        var added = new DataViewSchema.Builder();
        added.AddColumn(SequenceModelFormat.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), 2)), target.AnnotationsLike(LabelType.KeyValues));
        added.AddColumn(SequenceModelFormat.Score, NumberDataViewType.Single);
        return inputSchema.With(added.ToSchema());
    }
}
