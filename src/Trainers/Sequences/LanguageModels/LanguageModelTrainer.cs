using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network to predict the next token: a language model.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of keys, Int32 or Int64 (tokens) of varying length: one text of any length
/// per row.</description></item>
/// <item><term>Label</term><description>None: every token is the label of the tokens before it.</description></item>
/// <item><term>Output</term><description><c>Score</c>: the log-probability of each token given those before it, in nats, a vector of
/// Single; generated text by <see cref="LanguageModelTransformer"/>.</description></item>
/// <item><term>Loss</term><description>Cross-entropy; nats per token.</description></item>
/// <item><term>Caching needed</term><description>No: the tokens are held in memory, four bytes each.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified: a decoder with its cache, and a model that writes greedily by
/// itself.</description></item>
/// </list>
/// </remarks>
public sealed class LanguageModelTrainer : GenerativeTrainer<LanguageModelTransformer>, IEstimator<LanguageModelTransformer>
{
    private readonly Options _options;

    internal LanguageModelTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the trainer.</summary>
    public sealed class Options : GenerativeTrainerOptions
    {
        /// <summary>The column of tokens.</summary>
        public string TokenColumnName { get; set; } = "Features";

        /// <summary>
        /// Whether each row is a whole text, put between a begin and an end token, so that the model learns how texts begin and when to
        /// stop (the default); otherwise rows are pieces of running text.
        /// </summary>
        public bool AddBeginEndTokens { get; set; } = true;

        /// <summary>
        /// The most tokens in a training sequence, 256 by default: longer rows are cut into windows, at other places in every epoch.
        /// </summary>
        public int WindowLength { get; set; } = 256;

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            Named(nameof(TokenColumnName), TokenColumnName);
            NoAttention("a text has no source that its tokens look at");
            CheckInputs(nameof(TokenColumnName), Inputs, TokenColumnName);
            AtLeast(nameof(WindowLength), WindowLength, 1);
            Check(nameof(WindowLength), Decoder.MaximumLength is not { } longest || WindowLength <= longest, WindowLength,
                $"at most {Decoder.MaximumLength}, the positions that the network knows");
        }
    }

    private protected override IEnumerable<string> KeyColumns =>
        [_options.TokenColumnName, .. _options.Inputs.Select(input => input.ColumnName)];

    private protected override TrainingPlan<LanguageModelTransformer> Prepare(IDataView training, IDataView? validation)
    {
        var tokens = TokenColumn(training, _options.TokenColumnName);
        var network = Network(_options.Decoder.WithWindow(_options.WindowLength), tokens);
        var batches = new TokenBatchOptions(_options.BatchSize, network.Vocabulary, _options.Seed, _options.AddBeginEndTokens,
            _options.WindowLength, _options.Shard);
        return Prepare(training, validation, tokens, null, network, batches,
            (network, parameters, history) =>
                LanguageModelTransformer.Create(network, parameters, tokens, history, _options, LogScoring));
    }

    /// <summary>The input's columns and the one the trained model adds, <c>Score</c>.</summary>
    /// <exception cref="ArgumentException">The column is missing or of the wrong type.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        inputSchema.RequireSequence(_options.TokenColumnName);
        inputSchema.RequireFurther(_options.Inputs, _options.ExampleWeightColumnName);
        var added = new DataViewSchema.Builder();
        added.AddColumn(ModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single));
        return inputSchema.With(added.ToSchema());
    }
}
