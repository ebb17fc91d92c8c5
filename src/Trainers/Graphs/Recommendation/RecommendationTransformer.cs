using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained recommender: it scores pairs of users and items, a pair per row, and gives the best items of a user, also of a new one by the
/// items that the user has.
/// </summary>
/// <remarks>
/// <c>ml.Model.Save</c> stores it as ML.NET's own transformers, which score pairs; <see cref="ExportBestItems"/> writes what gives the
/// best items.
/// </remarks>
public sealed class RecommendationTransformer : ModelTransformer, ITrained
{
    private readonly TripleModel _model;
    private readonly TripleScoring _scoring;
    private readonly Lazy<KnownAnswers> _known;
    private readonly Lazy<NewUsers> _newUsers;

    internal RecommendationTransformer(TripleModel model, TrainingHistory history, BadRows badRows, Action<string> log)
        : base(model.File.Info, model.File.Bytes)
    {
        (_model, History, _scoring) = (model, history, new(model, badRows, log));
        var pairs = model.Triples;
        _known = new(() => new(pairs.EntityCount,
            Enumerable.Range(0, pairs.Count).Select(i => (pairs.Sources[i], 0, pairs.Targets[i]))));
        _newUsers = new(() => new(model));
    }

    /// <summary>The training history, epoch by epoch.</summary>
    public TrainingHistory History { get; }

    /// <inheritdoc/>
    public override ExecutionTarget Target => _model.Target;

    /// <inheritdoc/>
    public override string? FallbackReason => _model.FallbackReason;

    /// <summary>Number of users.</summary>
    public int UserCount => _model.Triples.Heads.Count;

    /// <summary>Number of items.</summary>
    public int ItemCount => _model.Triples.Tails.Count;

    /// <inheritdoc/>
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _scoring.Map(inputSchema).OutputSchema;

    /// <summary>Adds <c>Score</c> to pairs, without ratings also <c>PredictedLabel</c> and <c>Probability</c>.</summary>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public override IDataView Transform(IDataView input) => _scoring.Transform(input);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _scoring.Map(inputSchema);

    /// <summary>The vector of each user as a view: <c>Id</c> (text) and <c>Embedding</c> [size].</summary>
    public IDataView EmbedUsers(MLContext ml) => _scoring.Vectors(Checked(ml), _model.Triples.Heads, 0);

    /// <summary>The vector of each item as a view: <c>Id</c> (text) and <c>Embedding</c> [size].</summary>
    public IDataView EmbedItems(MLContext ml) => _scoring.Vectors(Checked(ml), _model.Triples.Tails, _model.Triples.FirstTail);

    /// <summary>The best items of a user, from the highest score down.</summary>
    /// <param name="user">The user's id; a number as text.</param>
    /// <param name="count">The most items.</param>
    /// <param name="excludeKnown">Whether the user's items in the training pairs are left out.</param>
    /// <returns>Nothing for an unknown user: <see cref="RecommendFor"/> takes one's items.</returns>
    public IReadOnlyList<ScoredAnswer> Recommend(string user, int count = 10, bool excludeKnown = true)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var number = TripleScoring.Find(_model.Triples.Heads, user);
        return number < 0 ? [] : _scoring.Best(number, 0, isTail: true, excludeKnown ? _known.Value.Of(number, 0, true).ToArray() : [],
            count, _model.Triples.Tails);
    }

    /// <summary>
    /// The best items of a new user who has some items: a vector is fitted to them by least squares (Hu et al. 2008, equation 4), all
    /// others counting as items that the user doesn't have.
    /// </summary>
    /// <param name="items">Ids of the user's items; unknown ones are left out. Without any, the items that are best for everybody.</param>
    /// <param name="count">The most items.</param>
    /// <param name="ratings">The user's ratings of them, where the model learned ratings; null for high ones.</param>
    /// <exception cref="ArgumentException">There are more or fewer ratings than items, one isn't finite, or an item stands twice.
    /// </exception>
    public IReadOnlyList<ScoredAnswer> RecommendFor(IReadOnlyList<string> items, int count = 10, IReadOnlyList<float>? ratings = null)
    {
        ArgumentNullException.ThrowIfNull(items);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (ratings is not null && ratings.Count != items.Count)
            throw new ArgumentException($"Found {ratings.Count} ratings of {items.Count} items; expected one of each.", nameof(ratings));
        for (var at = 0; at < ratings?.Count; at++)
            if (!float.IsFinite(ratings[at]))
                throw new ArgumentException($"The rating of item '{items[at]}' is {ratings[at]}; expected a finite number.",
                    nameof(ratings));
        if (items.GroupBy(item => item).FirstOrDefault(same => same.Count() > 1) is { } twice)
            throw new ArgumentException($"Item '{twice.Key}' stands {twice.Count()} times among the user's items; expected once.",
                nameof(items));
        (int Item, float? Rating)[] known = [.. items.Select((id, at) => (TripleScoring.Find(_model.Triples.Tails, id), ratings?[at]))
            .Where(item => item.Item1 >= 0)];
        var scores = _newUsers.Value.Scores(known);
        var owned = known.Select(item => item.Item).ToHashSet();
        return [.. Enumerable.Range(0, scores.Length).Where(item => !owned.Contains(item)).OrderByDescending(item => scores[item])
            .ThenBy(item => item).Take(count)
            .Select(item => new ScoredAnswer(TripleScoring.TextOf(_model.Triples.Tails.All![item]), scores[item]))];
    }

    /// <summary>
    /// Ranks the items of each user in <paramref name="pairs"/> among all items that the user doesn't have in the training pairs.
    /// </summary>
    /// <param name="pairs">Users and items, none of which is in the training pairs; a user or item that isn't known is a miss.</param>
    /// <param name="ks">The k of HR@k, Recall@k and NDCG@k; 10 and 20 by default.</param>
    /// <exception cref="InvalidDataException">There are no pairs.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A k is below 1.</exception>
    public RecommendationMetrics Evaluate(IDataView pairs, params int[] ks)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(ks);
        foreach (var k in ks)
            ArgumentOutOfRangeException.ThrowIfLessThan(k, 1, nameof(ks));
        return RecommendationRanking.Rank(_model, pairs, _known.Value, ks.Length == 0 ? [10, 20] : ks);
    }

    /// <summary>
    /// Writes an ONNX file that gives the best items: <c>source</c> Int64 [rows], numbers of users from 1, gives <c>Answer</c> Int64
    /// [rows, count], numbers of items from 1, and <c>Score</c> [rows, count], from the highest down; of an unknown number 0 and NaN. The
    /// metadata <c>mlseqgraph.users</c> and <c>mlseqgraph.items</c> list ids as JSON. Items that the user has are among them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="count">Items per user, at most all.</param>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void ExportBestItems(string path, int count = 10)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, ItemCount);
        ExportedModel.Write(path, _model.Best(isTail: true, count,
            ("mlseqgraph.users", JsonSerializer.Serialize(TripleScoring.IdsOf(_model.Triples.Heads))),
            ("mlseqgraph.items", JsonSerializer.Serialize(TripleScoring.IdsOf(_model.Triples.Tails)))), null);
    }

    private protected override void Save(ModelSaveContext context) => _scoring.Save(context);

    private protected override ModelTransformer With(Precision precision) => throw new NotSupportedException(
        "A table of vectors is exported in single precision alone.");

    private protected override void Unload() => _model.Dispose();

    private static MLContext Checked(MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return ml;
    }
}
