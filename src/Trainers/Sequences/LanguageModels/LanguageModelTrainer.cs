using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network to predict the next token: a language model.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens) of varying length: one text a row, however long.</description></item>
/// <item><term>Label</term><description>None: every token is the label of those before it.</description></item>
/// <item><term>Output</term><description><c>Score</c>: the log-probability of each token given those before it, in nats, a vector of Single; generated text by <see cref="LanguageModelTransformer"/>.</description></item>
/// <item><term>Loss</term><description>Cross-entropy; nats a token.</description></item>
/// <item><term>Caching needed</term><description>No: the tokens are held in memory, four bytes each.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified: a decoder with its cache, and a model that writes greedily by itself.</description></item>
/// </list>
/// </remarks>
public sealed class LanguageModelTrainer : IEstimator<LanguageModelTransformer>
{
    private readonly MLContext _ml;
    private readonly Options _options;

    internal LanguageModelTrainer(MLContext ml, Options options)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_ml, _options) = (ml, options);
    }

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GenerativeTrainerOptions
    {
        /// <summary>The column of tokens.</summary>
        public string TokenColumnName { get; set; } = "Features";

        /// <summary>
        /// Whether each row is a text of its own, which starts and ends: the model then learns where texts begin and when to stop. Otherwise rows are pieces of
        /// running text.
        /// </summary>
        public bool MarkEnds { get; set; } = true;

        /// <summary>Most tokens the network looks back over in training: longer rows are cut into windows, at other places in every epoch.</summary>
        public int WindowLength { get; set; } = 256;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Named(nameof(TokenColumnName), TokenColumnName);
            AtLeast(nameof(WindowLength), WindowLength, 1);
            Check(nameof(WindowLength), Decoder.MaximumLength is not { } longest || WindowLength <= longest, WindowLength, $"at most {Decoder.MaximumLength}, the positions that the network knows");
        }
    }

    /// <summary>Trains.</summary>
    /// <param name="input">The training rows.</param>
    /// <inheritdoc cref="Fit(IDataView, IDataView)"/>
    public LanguageModelTransformer Fit(IDataView input) => Fit(input, null);

    /// <summary>Trains, and validates on other rows after each epoch.</summary>
    /// <param name="trainingData">The training rows.</param>
    /// <param name="validationData">Rows to validate on; null for the options' own choice.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, an option is out of range, or keys of the validation data stand for other values.</exception>
    /// <exception cref="InvalidDataException">There are no rows, or a row is no sequence: the message names column and row.</exception>
    /// <exception cref="TrainingDivergedException">The loss is no longer a number.</exception>
    /// <exception cref="TrainingCanceledException">Training was canceled; the exception holds the model so far.</exception>
    /// <exception cref="CheckpointException">A checkpoint can't be written (the exception holds the model so far) or resumed from.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
    public LanguageModelTransformer Fit(IDataView trainingData, IDataView? validationData)
    {
        ArgumentNullException.ThrowIfNull(trainingData);
        _options.Validate();
        var data = GenerativeTraining.Split(_ml, _options, trainingData, validationData, _options.TokenColumnName);
        var tokens = GenerativeTraining.TokenColumn(data.Training, _options.TokenColumnName, _options);
        var network = new GenerativeNetwork
        {
            Decoder = _options.Decoder.WithWindow(_options.WindowLength),
            Vocabulary = new(tokens.TokenCount),
            Width = _options.EmbeddingWidth,
            TieOutput = _options.TieEmbeddings,
            Dropout = _options.Dropout,
            LabelSmoothing = _options.LabelSmoothing,
            ScheduledSampling = _options.ScheduledSampling,
        };
        var batches = new TokenBatchOptions(_options.BatchSize, network.Vocabulary, _options.Seed, _options.MarkEnds, _options.WindowLength);
        return GenerativeTraining.Run(_ml, nameof(LanguageModelTrainer), _options, data, (tokens, null), network, batches,
            (parameters, history) => LanguageModelTransformer.Create(network, parameters, tokens, history, _options));
    }

    /// <summary>What the trained model adds to a schema.</summary>
    /// <exception cref="ArgumentException">The column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.TokenColumnName);
        var added = new DataViewSchema.Builder();
        added.AddColumn(SequenceModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single));
        return inputSchema.With(added.ToSchema());
    }
}
