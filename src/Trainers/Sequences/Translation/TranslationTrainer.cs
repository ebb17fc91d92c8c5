using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Trains a network that reads one token sequence and writes another, or reads an image and writes its caption, or a series, as of sound,
/// and writes what is said (Chan et al. 2016, "Listen, Attend and Spell").
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens) of varying length: the source. Where the encoder is one
/// of <see cref="ImageNetwork"/>, a vector of Single: the pixels of an image. Otherwise a vector of Single is a series, [steps ×
/// features], of varying length.</description></item>
/// <item><term>Label</term><description>A vector of keys of varying length: the target.</description></item>
/// <item><term>Output</term><description><c>PredictedLabel</c>, a vector of keys with the target's values; <c>Score</c>, Single, the value
/// that beam search ranks by, in nats; on demand <c>Attention</c>, of each written token to each of the source.</description></item>
/// <item><term>Loss</term><description>Cross-entropy of the target's tokens, each given the source and the tokens before it; nats per
/// token.</description></item>
/// <item><term>Caching needed</term><description>No: the tokens are held in memory, four bytes each.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified: an encoder and a decoder with its cache, and a model that
/// translates greedily by itself.</description></item>
/// </list>
/// </remarks>
public sealed class TranslationTrainer : GenerativeTrainer<TranslationTransformer>, IEstimator<TranslationTransformer>
{
    private readonly Options _options;

    internal TranslationTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GenerativeTrainerOptions
    {
        /// <summary>The column of source tokens, of images, or of series.</summary>
        public string SourceColumnName { get; set; } = "Source";

        /// <summary>
        /// For a source that is a series: numbers per step. Null, the default, for the last of the type's dimensions [steps, features],
        /// or 1.
        /// </summary>
        public int? FeatureCount { get; set; }

        /// <summary>The column of target tokens: keys.</summary>
        public string TargetColumnName { get; set; } = "Target";

        /// <summary>
        /// The network that reads the source; a Transformer by default. With one of <see cref="ImageNetwork"/> the source is an image.
        /// </summary>
        public SequenceNetwork Encoder { get; set; } = SequenceNetwork.Transformer();

        /// <summary>
        /// Whether both columns' tokens have the same vectors, as where the target repeats tokens of the source: they then need one
        /// vocabulary, as where <c>TokenizeText</c> makes both. False by default.
        /// </summary>
        public bool ShareEmbeddings { get; set; }

        /// <summary>
        /// A translator trained before, in the same process, whose weights training starts from: of the same network and the same tokens,
        /// such as one that was trained to restore hidden spans (<c>CorruptSpans</c>, Raffel et al. 2020). Null, the default, for random
        /// weights.
        /// </summary>
        public TranslationTransformer? Pretrained { get; set; }

        /// <summary>
        /// Share of the loss in training for the target told by the encoder's steps alone, without the decoder, by CTC (Kim, Hori and
        /// Watanabe 2017); 0 by default. It teaches the encoder what stands where in speech, where 0.2 to 0.5 are usual, before the
        /// decoder has learned where to look. Rows with more tokens than steps have no part in it.
        /// </summary>
        public float AlignmentWeight { get; set; }

        /// <summary>Number of beams for translating, 4 by default; 1 for the most likely token at every step.</summary>
        public int BeamWidth { get; set; } = 4;

        /// <summary>α of beam search's length penalty ((5 + length) / 6)^α, 0.6 by default.</summary>
        public double LengthPenalty { get; set; } = 0.6;

        /// <summary>The most tokens in a translation, the end token included. 100 by default.</summary>
        public int MaximumLength { get; set; } = 100;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Named(nameof(SourceColumnName), SourceColumnName);
            Named(nameof(TargetColumnName), TargetColumnName);
            CheckInputs(nameof(TargetColumnName), Inputs, TargetColumnName);
            NotNull(nameof(Encoder), Encoder);
            Check(nameof(ShareEmbeddings), !ShareEmbeddings || Encoder.Image is null, ShareEmbeddings,
                "false: an image has no tokens");
            Check(nameof(Pretrained), Pretrained is null or { Start: not null }, "a model without the weights of its training",
                "one that was trained in this process");
            Check(nameof(FeatureCount), FeatureCount is null or >= 1, FeatureCount, "at least 1, or null");
            Check(nameof(AlignmentWeight), AlignmentWeight is >= 0 and < 1, AlignmentWeight, "0 to below 1");
            Check(nameof(AlignmentWeight), AlignmentWeight == 0 || Encoder.Image is null, AlignmentWeight,
                "0: the positions of an image don't follow the text");
            AtLeast(nameof(BeamWidth), BeamWidth, 1);
            Check(nameof(LengthPenalty), LengthPenalty >= 0 && double.IsFinite(LengthPenalty), LengthPenalty,
                "a finite number of at least 0");
            AtLeast(nameof(MaximumLength), MaximumLength, 1);
        }
    }

    private protected override IEnumerable<string> KeyColumns =>
        [_options.SourceColumnName, _options.TargetColumnName, .. _options.Inputs.Select(input => input.ColumnName)];

    private protected override TrainingPlan<TranslationTransformer> Prepare(IDataView training, IDataView? validation)
    {
        var target = TokenColumn(training, _options.TargetColumnName);
        if (target.Type.ItemType is not KeyDataViewType)
            throw new ArgumentException($"Column '{target.Name}' is {target.Type}; expected a vector of keys, "
                + "which the translations are made of.");
        var image = _options.Encoder.Image;
        image?.Check(training.Schema.Require(_options.SourceColumnName));
        var source = SourceColumn(training, image);
        if (_options.ShareEmbeddings && source.Kind.IsReal())
            throw new ArgumentException($"Column '{source.Name}' is {source.Type}, a series, which has no tokens: expected "
                + $"{nameof(Options.ShareEmbeddings)} false.");
        if (_options.ShareEmbeddings)
            KeyValueCheck.OneVocabulary(training.Schema, source, target);
        var network = Network(_options.Decoder, target) with
        {
            Encoder = _options.Encoder, SourceVocabulary = source.TokenCount, SharesVectors = _options.ShareEmbeddings,
            AlignmentWeight = _options.AlignmentWeight,
        };
        _options.Pretrained?.Start!.CheckVocabularies(training.Schema, source, target);
        var labels = ModelLabels.Of(training.Schema[target.Name]);
        return Prepare(training, validation, target, source, network,
            new(_options.BatchSize, network.Vocabulary, _options.Seed, Shard: _options.Shard),
            (network, parameters, history) =>
                TranslationTransformer.Create(network, parameters, source, labels, history, _options, LogScoring,
                    TranslatorStart.Of(parameters, training.Schema, network.Numbers?.Scaling, source, target)), _options.Pretrained?.Start);
    }

    private SequenceColumn SourceColumn(IDataView data, ImageShape? image)
    {
        var name = _options.SourceColumnName;
        var type = data.Schema.Require(name).Type;
        var isSeries = image is null && type is VectorDataViewType { ItemType: NumberDataViewType item } && item.RawType == typeof(float);
        if (!isSeries && _options.FeatureCount is { } count)
            throw new ArgumentException($"Column '{name}' is {type}, {(image is null ? "tokens" : "images")}: expected no "
                + $"{nameof(Options.FeatureCount)}, found {count}; it is for series.");
        if (image is not null)
            return SequenceColumn.FromSchema(data.Schema, name, image.Channels).WithImage(image);
        return isSeries ? SequenceColumn.FromSchema(data.Schema, name, _options.FeatureCount ?? _options.Encoder.FeatureCount)
                .WithInputName(GenerativeNetwork.Series)
            : TokenColumn(data, name);
    }

    /// <summary>The input's columns and those the trained model adds: predicted label, score.</summary>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.SourceColumnName);
        inputSchema.RequireSequence(_options.TargetColumnName);
        var target = inputSchema.First(column => column.Name == _options.TargetColumnName);
        inputSchema.RequireFurther(_options.Inputs, _options.ExampleWeightColumnName);
        var added = new DataViewSchema.Builder();
        added.AddColumn(ModelFormat.PredictedLabel, new VectorDataViewType(new KeyDataViewType(typeof(uint), 2)),
            target.AnnotationsLike(LabelType.KeyValues));
        added.AddColumn(ModelFormat.Score, NumberDataViewType.Single);
        return inputSchema.With(added.ToSchema(), _options, hasPooling: false);
    }
}
