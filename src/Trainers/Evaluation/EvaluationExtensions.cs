using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Evaluates predictions of sequence and graph networks where ML.NET has no evaluator. Each reads a view once, row by row.
/// </summary>
public static partial class EvaluationExtensions
{
    private const string DefaultScore = "Score";

    /// <summary>
    /// Evaluates predictions of a class per step. Classes of labels and predictions are compared by their key values, not by the keys'
    /// numbers. Where the classes are tags of spans (<c>B-PER</c>, <c>I-PER</c>, <c>O</c>), spans are evaluated too.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows, as a tagger's <c>Transform</c> gives them.</param>
    /// <param name="labelColumnName">The labels: a vector of keys.</param>
    /// <param name="predictedLabelColumnName">The predictions: a vector of keys, as many as there are labels.</param>
    /// <param name="scoreColumnName">
    /// Probabilities of the predicted column's classes, a vector of Single [time × classes], for the log loss, which is NaN without that
    /// column or with null.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="missingLabelsAreWrong">
    /// Whether a missing key stands for a tag that no training row has and so counts as wrong. Otherwise it isn't counted and its step is
    /// in no span, as where only the first piece of each word has a tag.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A column is missing or of another type, or only one of labels and predictions has key values.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or no labels, or a row's values don't fit together or are no probabilities: the message names column and row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static TaggingMetrics EvaluateTagging(this SequencesCatalog catalog, IDataView data, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel", string? scoreColumnName = DefaultScore,
        CancellationToken cancellationToken = default, bool missingLabelsAreWrong = false)
    {
        Check(catalog, data);
        return new ClassEvaluator(data.Schema, labelColumnName, predictedLabelColumnName, Scores(data, scoreColumnName), isPerStep: true,
            missingLabelsAreWrong).EvaluateSteps(data, cancellationToken);
    }

    /// <summary>
    /// Evaluates predictions of a class per row. By default every row counts, and classes are compared by their key values: a label of a
    /// class that no training row has, whose key is missing, is wrong and is counted
    /// (<see cref="ClassificationMetrics.UnknownLabelCount"/>), while ML.NET's own evaluator leaves such rows out.
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">The labels: a key.</param>
    /// <param name="predictedLabelColumnName">The predictions: a key.</param>
    /// <param name="scoreColumnName">
    /// Probabilities of the predicted column's classes, a vector of Single [classes], for the log loss, which is NaN without that column or
    /// with null.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="missingLabelsAreWrong">
    /// Whether a missing key stands for a class that no training row has and so counts as wrong. Otherwise such rows aren't counted, as
    /// where the classes of many nodes aren't known.
    /// </param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A column is missing or of another type, or only one of labels and predictions has key values.
    /// </exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or no labels, or a row's values don't fit together or are no probabilities: the message names column and row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static ClassificationMetrics EvaluateClassification(this SequencesCatalog catalog, IDataView data,
        string labelColumnName = "Label", string predictedLabelColumnName = "PredictedLabel", string? scoreColumnName = DefaultScore,
        CancellationToken cancellationToken = default, bool missingLabelsAreWrong = true)
    {
        Check(catalog, data);
        return new ClassEvaluator(data.Schema, labelColumnName, predictedLabelColumnName, Scores(data, scoreColumnName), isPerStep: false,
            missingLabelsAreWrong).Evaluate(data, cancellationToken);
    }

    /// <inheritdoc cref="EvaluateClassification(SequencesCatalog, IDataView, string, string, string?, CancellationToken, bool)"/>
    public static ClassificationMetrics EvaluateClassification(this GraphsCatalog catalog, IDataView data,
        string labelColumnName = "Label", string predictedLabelColumnName = "PredictedLabel", string? scoreColumnName = DefaultScore,
        CancellationToken cancellationToken = default, bool missingLabelsAreWrong = true)
    {
        Check(catalog, data);
        return new ClassEvaluator(data.Schema, labelColumnName, predictedLabelColumnName, Scores(data, scoreColumnName), isPerStep: false,
            missingLabelsAreWrong).Evaluate(data, cancellationToken);
    }

    // The default column of scores may be missing; any other name must exist.
    private static DataViewSchema.Column? Scores(IDataView data, string? name) =>
        name is null || (name == DefaultScore && data.Schema.GetColumnOrNull(name) is null) ? null
            : SingleReader.Require(data.Schema, name, scalar: false, vector: true);

    /// <summary>Evaluates predictions of numbers or vectors of numbers.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="labelColumnName">The labels: a Single or a vector of Single. NaN is missing and isn't counted.</param>
    /// <param name="scoreColumnName">The predictions: as many numbers per row as in the labels. Slot names are taken from here, otherwise
    /// from the labels.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or no labels, or a row has more or fewer predictions than labels, a label that is infinite, or a prediction
    /// that is no finite number, as one that was left out by <see cref="BadRows.Skip"/> has: the message names column and row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
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

    /// <summary>Evaluates predictions of numbers for each node, where each row is a graph: over all nodes of all rows.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows.</param>
    /// <param name="targetsPerNode">Numbers per node, each an output of its own.</param>
    /// <param name="labelColumnName">The labels: a vector of Single [nodes × targets]. NaN is missing and isn't counted.</param>
    /// <param name="scoreColumnName">The predictions: as many numbers per row as in the labels.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="targetsPerNode"/> is below 1.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or no labels, a row's numbers don't fit together, a label is infinite, or a prediction is no finite number: the
    /// message names column and row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static VectorRegressionMetrics EvaluateNodeRegression(this GraphsCatalog catalog, IDataView data, int targetsPerNode = 1,
        string labelColumnName = "Label", string scoreColumnName = DefaultScore, CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        ArgumentOutOfRangeException.ThrowIfLessThan(targetsPerNode, 1);
        return new RegressionEvaluator(data.Schema, labelColumnName, scoreColumnName, targetsPerNode).Evaluate(data, cancellationToken);
    }

    /// <summary>
    /// Evaluates predictions of a class per node, where each row is a graph. Classes of labels and predictions are compared by their key
    /// values, not by the keys' numbers.
    /// </summary>
    /// <inheritdoc cref="EvaluateTagging(SequencesCatalog, IDataView, string, string, string?, CancellationToken, bool)"/>
    public static TaggingMetrics EvaluateNodeClassification(this GraphsCatalog catalog, IDataView data, string labelColumnName = "Label",
        string predictedLabelColumnName = "PredictedLabel", string? scoreColumnName = DefaultScore,
        CancellationToken cancellationToken = default, bool missingLabelsAreWrong = false)
    {
        Check(catalog, data);
        return new ClassEvaluator(data.Schema, labelColumnName, predictedLabelColumnName, Scores(data, scoreColumnName), isPerStep: true,
            missingLabelsAreWrong).EvaluateSteps(data, cancellationToken);
    }

    /// <summary>Evaluates how links rank among other pairs of nodes: MRR, mean rank, Hits@k, NDCG@k, and AUC.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored pairs, a pair per row: links and, for each query, pairs that aren't links.</param>
    /// <param name="queryColumnName">
    /// The column of queries, within which pairs are ranked: a key, text or whole number, such as the source node; rows of a query needn't
    /// be adjacent. Null to rank all pairs together.
    /// </param>
    /// <param name="labelColumnName">Whether the pair is a link: a Boolean, or a Single of 0 and 1.</param>
    /// <param name="scoreColumnName">The score, a Single: greater for more likely links.</param>
    /// <param name="ks">The k of Hits@k and NDCG@k; null for 1, 3 and 10.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">One of <paramref name="ks"/> is below 1.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or no links, or a row's query is missing, its label neither 0 nor 1, or its score NaN: the message names column
    /// and row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static LinkRankingMetrics EvaluateLinkRanking(this GraphsCatalog catalog, IDataView data, string? queryColumnName = null,
        string labelColumnName = "Label", string scoreColumnName = DefaultScore, IReadOnlyList<int>? ks = null,
        CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        var evaluator = new LinkRankingEvaluator(data.Schema, queryColumnName, labelColumnName, scoreColumnName, ks);
        return evaluator.Evaluate(data, cancellationToken);
    }

    /// <summary>Evaluates the perplexity of token sequences under a model.</summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows, as <see cref="LanguageModelTransformer"/> gives them.</param>
    /// <param name="scoreColumnName">
    /// A vector of Single: the natural logarithm of each token's probability; or, with a column of tokens, the probabilities of the whole
    /// vocabulary at each step [time × vocabulary], where those at step t are for the token at step t.
    /// </param>
    /// <param name="tokenColumnName">The tokens: a vector of keys, where key k has the probability at index k − 1 of its step; missing
    /// ones aren't counted. Null where the scores are the tokens' own log-probabilities.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ArgumentNullException"><paramref name="catalog"/> or <paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">
    /// There are no rows or no tokens, or a row's scores are no (logarithms of) probabilities, or not as many as there are tokens: the
    /// message names column and row.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static LanguageModelMetrics EvaluateLanguageModel(this SequencesCatalog catalog, IDataView data,
        string scoreColumnName = DefaultScore, string? tokenColumnName = null, CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        return new LanguageModelEvaluator(data.Schema, scoreColumnName, tokenColumnName).Evaluate(data, cancellationToken);
    }

    /// <summary>
    /// Evaluates what was written down: character error rate (CER), or that of phonemes (PER), and word error rate (WER).
    /// </summary>
    /// <param name="catalog">The catalog.</param>
    /// <param name="data">Scored rows, as <see cref="SequenceAlignmentTrainer"/> and <see cref="TranslationTrainer"/> give them.</param>
    /// <param name="labelColumnName">
    /// What is right: a vector of keys, each of which is a symbol, compared by their key values, where a missing key is always wrong; or
    /// text; or a vector of text, of which the answer closest to what was written counts.
    /// </param>
    /// <param name="predictedLabelColumnName">What was written: a vector of keys, or text.</param>
    /// <param name="symbolsAreSeparated">
    /// Whether the symbols of a text are separated by white space, as phonemes are, and a row is a word. By default symbols are
    /// characters, and white space, whose symbols count too, separates words.
    /// </param>
    /// <param name="cancellationToken">Stops it.</param>
    public static TranscriptionMetrics EvaluateTranscription(this SequencesCatalog catalog, IDataView data,
        string labelColumnName = "Label", string predictedLabelColumnName = "PredictedLabel", bool symbolsAreSeparated = false,
        CancellationToken cancellationToken = default)
    {
        Check(catalog, data);
        return new TranscriptionEvaluator(data.Schema, labelColumnName, predictedLabelColumnName, symbolsAreSeparated)
            .Evaluate(data, cancellationToken);
    }

    private static void Check(object catalog, IDataView data)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentNullException.ThrowIfNull(data);
    }
}
