using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained language model in a pipeline: it gives every token its log-probability, writes text, and exports itself as ONNX models. Safe for use by several threads.
/// </summary>
public sealed class LanguageModelTransformer : ITransformer, IDisposable
{
    private readonly GenerativeModels _models;
    private readonly SequenceModelInput _column;
    private readonly TokenIds _vocabulary;
    private readonly bool _markEnds;
    private readonly ExecutionTarget _target;

    private LanguageModelTransformer(GenerativeModels models, SequenceModelInput column, TokenIds vocabulary, TrainingHistory history, bool markEnds, ExecutionTarget target)
    {
        (_models, _column, _vocabulary, History, _markEnds, _target) = (models, column, vocabulary, history, markEnds, target);
        Generator = models.Load(target);
    }

    /// <summary>What training reported, epoch by epoch. The loss is in nats a token: its exponential is the perplexity.</summary>
    public TrainingHistory History { get; }

    /// <summary>How closely the deployed models agreed with the trained network.</summary>
    public SequenceModelVerification Verification => _models.Verification;

    /// <summary>Writes token sequences: ids as the model has them, those of keys being the keys' numbers.</summary>
    public SequenceGenerator Generator { get; }

    /// <summary>The id that texts start with, first in every prompt where texts have ends.</summary>
    public long StartToken => _vocabulary.Start;

    /// <inheritdoc/>
    public bool IsRowToRowMapper => true;

    internal static LanguageModelTransformer Create(GenerativeNetwork network, ParameterSet parameters, SequenceColumn tokens, TrainingHistory history, LanguageModelTrainer.Options options) =>
        new(GenerativeModels.Write(network, parameters, options.WindowLength), SequenceModelInput.Of(tokens), network.Vocabulary, history, options.MarkEnds, options.Target);

    /// <summary>
    /// Writes the models into a folder: <c>decoder.onnx</c>, which <see cref="SequenceGenerator"/> runs, and <c>greedy.onnx</c>, which takes a prompt <c>tokens</c> [batch, prompt] and gives what
    /// follows by itself. They were compared with the trained network when they were made.
    /// </summary>
    /// <exception cref="IOException">A file can't be written; an older file of the name is as it was.</exception>
    public void ExportToOnnx(string folder) => _models.Export(folder);

    /// <summary>Perplexity and token accuracy over all rows of a view.</summary>
    /// <exception cref="ArgumentException">The column of tokens is missing or not what the model was trained on.</exception>
    public LanguageModelMetrics Evaluate(IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        double sum = 0;
        long tokens = 0, hits = 0;
        using var cursor = data.GetRowCursor([data.Schema.Require(_column.Column)]);
        var reader = new TokenReader(cursor, _column);
        while (cursor.MoveNext())
        {
            var scored = Score(reader.Read(), withEnd: true, cancellationToken);
            sum -= scored.LogProbabilities.Sum();
            tokens += scored.LogProbabilities.Length;
            hits += scored.Hits;
        }
        return tokens > 0 ? new(sum / tokens, (double)hits / tokens, tokens) : throw new InvalidDataException("The data has no token to predict.");
    }

    /// <inheritdoc/>
    public DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => Mapping(inputSchema).OutputSchema;

    /// <inheritdoc/>
    public IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return Mapping(input.Schema).Map(input);
    }

    /// <inheritdoc/>
    public IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => Mapping(inputSchema);

    /// <exception cref="NotSupportedException">Always: ML.NET's own transformers have no form for it.</exception>
    void ICanSaveModel.Save(ModelSaveContext ctx) =>
        throw new NotSupportedException($"A language model can't be saved as ML.NET's own transformers; export it with {nameof(ExportToOnnx)} and load it with {nameof(SequenceGenerator)}.");

    /// <inheritdoc/>
    public void Dispose() => Generator.Dispose();

    private RowMapping Mapping(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        TokenReader.Bind(inputSchema, _column);
        var added = new DataViewSchema.Builder();
        added.AddColumn(SequenceModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single));
        return new(inputSchema, [_column.Column], added.ToSchema(), row =>
        {
            var reader = new TokenReader(row, _column);
            return _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var scores = Score(reader.Read(), withEnd: false, default).LogProbabilities;
                var editor = VBufferEditor.Create(ref value, scores.Length);
                for (var i = 0; i < scores.Length; i++)
                    editor.Values[i] = (float)scores[i];
                value = editor.Commit();
            });
        });
    }

    private (double[] LogProbabilities, int Hits) Score(ReadOnlySpan<int> tokens, bool withEnd, CancellationToken cancellationToken)
    {
        List<long> all = _markEnds ? [_vocabulary.Start] : [];
        foreach (var token in tokens)
            all.Add(token);
        if (_markEnds && withEnd)
            all.Add(_vocabulary.End);
        return Generator.Score([.. all], cancellationToken);
    }
}

/// <summary>How well a language model predicts texts.</summary>
/// <param name="NatsPerToken">Mean negative log-likelihood of a token given those before it, in nats.</param>
/// <param name="TokenAccuracy">Share of tokens that were the likeliest.</param>
/// <param name="Tokens">Tokens predicted.</param>
public sealed record LanguageModelMetrics(double NatsPerToken, double TokenAccuracy, long Tokens)
{
    /// <summary>exp(nats a token).</summary>
    public double Perplexity => Math.Exp(NatsPerToken);

    /// <summary>Nats a token by ln 2.</summary>
    public double BitsPerToken => NatsPerToken / Math.Log(2);
}
