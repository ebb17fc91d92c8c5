using Microsoft.ML;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Evaluators of what sequence and graph networks predict, where ML.NET has none. They read a view once, row by row; all throw
/// <see cref="ArgumentException"/> for a column that is missing or of another type, and <see cref="InvalidDataException"/> for a view
/// without rows and for a row whose values don't fit together, which they name.
/// </summary>
public static class EvaluationExtensions
{
    private const string DefaultScore = "Score";

    /// <summary>
    /// How well a class per step was predicted. Classes of labels and predictions are told by what their keys stand for, not by the keys'
    /// numbers. Where the classes are tags of spans (<c>B-PER</c>, <c>I-PER</c>, <c>O</c>), spans are evaluated too.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows, as a tagger's <c>Transform</c> gives them.</param>
    /// <param name="labelColumnName">The labels: a vector of keys. Missing keys aren't counted, and their steps are in no span.</param>
    /// <param name="predictedLabelColumnName">The predictions: a vector of keys as long as that of the labels.</param>
    /// <param name="scoreColumnName">
    /// Probabilities of the classes of the predictions, a vector of Single [time × classes], for the log loss; without that column, or
    /// with null, there is none.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    public static TaggingMetrics EvaluateTagging(this SequencesCatalog catalog, IDataView data, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel", string? scoreColumnName = DefaultScore,
        CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        // Scores may lack; a name that isn't the usual one was meant.
        bool hasScores = scoreColumnName is not null
            && (scoreColumnName != DefaultScore || data.Schema.GetColumnOrNull(scoreColumnName) is not null);
        DataViewSchema.Column? score = hasScores ? SingleReader.Require(data.Schema, scoreColumnName!, scalar: false, vector: true) : null;
        return new TaggingEvaluator(data.Schema, labelColumnName, predictedLabelColumnName, score).Evaluate(data, cancellationToken);
    }

    /// <summary>How well numbers, or vectors of numbers, were predicted.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">The labels: a Single or a vector of Single. NaN is missing and isn't counted.</param>
    /// <param name="scoreColumnName">The predictions: as many numbers per row as labels. Names of slots are taken from here, or else from
    /// the labels.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static VectorRegressionMetrics EvaluateRegression(this SequencesCatalog catalog, IDataView data,
        string labelColumnName = "Label", string scoreColumnName = DefaultScore, CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        return new RegressionEvaluator(data.Schema, labelColumnName, scoreColumnName).Evaluate(data, cancellationToken);
    }

    /// <inheritdoc cref="EvaluateRegression(SequencesCatalog, IDataView, string, string, CancellationToken)"/>
    public static VectorRegressionMetrics EvaluateRegression(this GraphsCatalog catalog, IDataView data,
        string labelColumnName = "Label", string scoreColumnName = DefaultScore, CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        return new RegressionEvaluator(data.Schema, labelColumnName, scoreColumnName).Evaluate(data, cancellationToken);
    }

    /// <summary>How far in front of other pairs of nodes links were ranked: MRR, mean rank, Hits@k, NDCG@k; and AUC.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored pairs, a pair per row: links, and for each query pairs that are none.</param>
    /// <param name="queryColumnName">
    /// What pairs are ranked within: a key, text or whole number, such as the source node; rows of a query may lie apart. Null to rank all
    /// pairs together.
    /// </param>
    /// <param name="labelColumnName">Whether the pair is a link: a Boolean, or a Single of 0 and 1.</param>
    /// <param name="scoreColumnName">The score, a Single: greater for likelier links.</param>
    /// <param name="ks">The k of Hits@k and NDCG@k; null for 1, 3 and 10.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static LinkRankingMetrics EvaluateLinkRanking(this GraphsCatalog catalog, IDataView data, string? queryColumnName = null,
        string labelColumnName = "Label", string scoreColumnName = DefaultScore, IReadOnlyList<int>? ks = null,
        CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        var evaluator = new LinkRankingEvaluator(data.Schema, queryColumnName, labelColumnName, scoreColumnName, ks);
        return evaluator.Evaluate(data, cancellationToken);
    }

    /// <summary>The perplexity of token sequences under a model.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows, as <see cref="LanguageModelTransformer"/> gives them.</param>
    /// <param name="scoreColumnName">
    /// A vector of Single: the natural logarithm of each token's probability; or, with a column of tokens, the probabilities of the whole
    /// vocabulary at each step [time × vocabulary], those at step t being for the token at step t.
    /// </param>
    /// <param name="tokenColumnName">The tokens: a vector of keys, of which key k has probability k − 1 of its step; missing ones aren't
    /// counted. Null where the scores are the tokens' own log-probabilities.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public static LanguageModelMetrics EvaluateLanguageModel(this SequencesCatalog catalog, IDataView data,
        string scoreColumnName = DefaultScore, string? tokenColumnName = null, CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        return new LanguageModelEvaluator(data.Schema, scoreColumnName, tokenColumnName).Evaluate(data, cancellationToken);
    }

    private static void Check(object catalog, IDataView data)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
    }
}
