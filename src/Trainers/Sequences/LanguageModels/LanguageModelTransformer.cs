using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained language model in a pipeline. It adds <c>Score</c>, a vector of Single: the natural logarithm of each token's probability
/// given those before it, in nats. Where rows have a begin token (<see cref="LanguageModelTrainer.Options.AddBeginEndTokens"/>) there is
/// a value for each token, otherwise for each except the first. It writes text
/// (<see cref="GenerativeTransformer.Generator"/>) and evaluates itself.
/// </summary>
/// <remarks><inheritdoc cref="GenerativeTransformer" path="/remarks"/></remarks>
public sealed class LanguageModelTransformer : GenerativeTransformer
{
    private readonly TokenIds _vocabulary;

    internal LanguageModelTransformer(GenerativePayload payload, SequenceScoringOptions scoring)
        : base(payload, scoring) => _vocabulary = new(payload.Info.Input.Vocabulary);

    /// <summary>The id that texts start with, first in every prompt where texts have begin and end tokens.</summary>
    public long StartToken => _vocabulary.Start;

    internal static LanguageModelTransformer Create(
        GenerativeNetwork network, ParameterSet parameters, SequenceColumn tokens, TrainingHistory history,
        LanguageModelTrainer.Options options, Action<string> log)
    {
        var (models, info) = GenerativeModels.Write(network, parameters, options.WindowLength, verification =>
            new(ModelRows.Sequences, ModelTask.LanguageModel,
                [ModelInput.Of(tokens) with { Padding = null }, .. network.Sides.Select(side => side.Info)], null,
                ModelVersions.Current, verification) { Generation = new(options.AddBeginEndTokens) });
        var scoring = options.ScoringWith(log);
        return new(new(models, info, history) { BadRows = scoring.BadRows }, scoring);
    }

    /// <summary>
    /// Perplexity and token accuracy over all rows of a view. Unlike <c>Score</c>, they also count the end tokens, where rows have them.
    /// </summary>
    /// <exception cref="ArgumentException">The column of tokens is missing or not what the model was trained on.</exception>
    /// <exception cref="InvalidDataException">There is no token to predict, or a row is bad: the message names column and row.</exception>
    public LanguageModelMetrics Evaluate(IDataView data, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(data);
        double sum = 0;
        long tokens = 0, hits = 0, sequences = 0;
        using var cursor = data.GetRowCursor(TokenReader.Bind(data.Schema, Info).Of(data.Schema));
        var reader = new TokenReader(cursor, Info);
        List<GenerativeInput> rows = [];
        for (var isRow = true; isRow;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            isRow = cursor.MoveNextOrThrow();
            if (isRow)
                rows.Add(reader.Read(BadRows.Error, new()));
            if (isRow && rows.Count < Scoring.ReadAheadRows && rows.Sum(row => (long)row.Tokens.Length) < Scoring.ReadAheadSteps)
                continue;
            sequences += rows.Count;
            foreach (var (logProbabilities, likeliest) in Follow(rows, withEnd: true, cancellationToken))
            {
                sum -= logProbabilities.Sum();
                tokens += logProbabilities.Length;
                hits += likeliest;
            }
            rows.Clear();
        }
        return tokens > 0 ? new(sum, (double)hits / tokens, tokens, missing: 0, sequences)
            : throw new InvalidDataException("The data has no token to predict.");
    }

    internal override Delegate Getter(DataViewSchema.Column column, Func<GenerativeRow> current) => Numbers(() => current().Scores);

    private protected override GenerativeRow Missing => new([], [], []);

    private protected override GenerativeRow[] Run(IReadOnlyList<GenerativeInput> rows, CancellationToken cancellationToken) =>
        [.. Follow(rows, withEnd: false, cancellationToken).Select(row =>
            new GenerativeRow(Array.ConvertAll(row.LogProbabilities, value => (float)value), [], []))];

    private protected override DataViewSchema AddedColumns()
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(ModelFormat.Score, new VectorDataViewType(NumberDataViewType.Single));
        return schema.ToSchema();
    }

    private protected override void AddTo(SavedChain chain, byte[] payload)
    {
        if (Info.Sides.Count > 0)
            chain.AddMapping(LanguageModelMapping.WithSides.Contract, payload, new LanguageModelMapping.WithSides());
        else
            chain.AddMapping(LanguageModelMapping.Contract, payload, new LanguageModelMapping());
        chain.Add(chain.Transforms.CopyColumns(ModelFormat.Score, SavedTokens.ScoreColumn));
    }

    private (double[] LogProbabilities, int Hits)[] Follow(IReadOnlyList<GenerativeInput> rows, bool withEnd,
        CancellationToken cancellationToken)
    {
        long[][] marked = [.. rows.Select(row => row.Tokens)];
        if (Info.Generation!.AddBeginEndTokens)
            marked = [.. marked.Select(row =>
                (long[])[_vocabulary.Start, .. row, .. withEnd ? [_vocabulary.End] : (long[])[]])];
        var found = new (double[], int)[rows.Count];
        var steps = Math.Min(Scoring.BatchSteps, TokenLogProbabilities.MostSteps(Generator.Model));
        foreach (var batch in Batches([.. marked.Select(row => row.Length)], Scoring.BatchRows, steps))
        {
            var input = GenerationInput.FromPrompts([.. batch.Select(row => marked[row])]);
            var followed = Generator.Score(GenerativeInput.AddSides(input, Info.Sides, [.. batch.Select(row => rows[row])]),
                cancellationToken);
            for (var i = 0; i < batch.Length; i++)
                found[batch[i]] = followed[i];
        }
        return found;
    }
}
