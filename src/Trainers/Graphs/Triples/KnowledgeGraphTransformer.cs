using System.Text.Json;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// A trained knowledge graph: it scores triples, a triple per row, answers questions (head, relation, ?), (?, relation, tail) and
/// (head, ?, tail), and ranks test triples.
/// </summary>
/// <remarks>
/// <c>ml.Model.Save</c> stores it as ML.NET's own transformers, which score triples; <see cref="ExportBestAnswers"/> writes what answers
/// questions.
/// </remarks>
public sealed class KnowledgeGraphTransformer : ModelTransformer, ITrained
{
    private readonly TripleModel _model;
    private readonly TripleScoring _scoring;
    private readonly Lazy<KnownAnswers> _known;
    private readonly string[] _relations;

    internal KnowledgeGraphTransformer(TripleModel model, TrainingHistory history, BadRows badRows, Action<string> log)
        : base(model.File.Info, model.File.Bytes)
    {
        (_model, History, _scoring) = (model, history, new(model, badRows, log));
        _known = new(() => new(model.Triples.EntityCount, Numbers(model.Triples)));
        _relations = TripleScoring.NamesOf(model.Triples);
    }

    /// <summary>
    /// The training history, epoch by epoch. Metrics are how answers rank in training: <c>sampled_mrr</c> among their negative samples, or,
    /// with <see cref="RankingLoss.Softmax"/>, <c>unfiltered_mrr</c> among all entities, known answers too.
    /// </summary>
    public TrainingHistory History { get; }

    /// <inheritdoc/>
    public override ExecutionTarget Target => _model.Target;

    /// <inheritdoc/>
    public override string? FallbackReason => _model.FallbackReason;

    /// <summary>Number of entities.</summary>
    public int EntityCount => _model.Triples.EntityCount;

    /// <inheritdoc/>
    public override DataViewSchema GetOutputSchema(DataViewSchema inputSchema) => _scoring.Map(inputSchema).OutputSchema;

    /// <summary>Adds <c>PredictedLabel</c>, <c>Score</c> and <c>Probability</c> to triples.</summary>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public override IDataView Transform(IDataView input) => _scoring.Transform(input);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing.</exception>
    public override IRowToRowMapper GetRowToRowMapper(DataViewSchema inputSchema) => _scoring.Map(inputSchema);

    /// <summary>The vector of each entity as a view: <c>Id</c> (text) and <c>Embedding</c> [size].</summary>
    public IDataView EmbedEntities(MLContext ml)
    {
        ArgumentNullException.ThrowIfNull(ml);
        return _scoring.Vectors(ml, _model.Triples.Heads, 0);
    }

    /// <summary>The best tails of a head and a relation, from the highest score down.</summary>
    /// <param name="head">The head's id; a number as text.</param>
    /// <param name="relation">The relation's name; null where there is one kind.</param>
    /// <param name="count">The most answers.</param>
    /// <param name="excludeKnown">Whether tails of triples that it was trained on are left out.</param>
    /// <returns>Nothing where head or relation isn't known.</returns>
    public IReadOnlyList<ScoredAnswer> PredictTails(string head, string? relation, int count = 10, bool excludeKnown = true) =>
        Best(head, relation, count, excludeKnown, isTail: true);

    /// <summary>The best heads of a relation and a tail, from the highest score down.</summary>
    /// <inheritdoc cref="PredictTails" path="/*[not(self::param)]"/>
    /// <param name="relation">The relation's name; null where there is one kind.</param>
    /// <param name="tail">The tail's id; a number as text.</param>
    /// <param name="count">The most answers.</param>
    /// <param name="excludeKnown">Whether heads of triples that it was trained on are left out.</param>
    public IReadOnlyList<ScoredAnswer> PredictHeads(string? relation, string tail, int count = 10, bool excludeKnown = true) =>
        Best(tail, relation, count, excludeKnown, isTail: false);

    /// <summary>The best relations from a head to a tail, from the highest score down.</summary>
    /// <param name="head">The head's id; a number as text.</param>
    /// <param name="tail">The tail's id; a number as text.</param>
    /// <param name="count">The most answers.</param>
    /// <returns>Nothing where an entity isn't known, or there are no relations.</returns>
    public IReadOnlyList<ScoredAnswer> PredictRelations(string head, string tail, int count = 10)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int from = TripleScoring.Find(_model.Triples.Heads, head), to = TripleScoring.Find(_model.Triples.Tails, tail);
        if (from < 0 || to < 0 || !_model.ReadsRelations)
            return [];
        long[] Same(long number) => [.. Enumerable.Repeat(number, _relations.Length)];
        var scores = _model.Score(Same(from + 1), Same(to + 1), [.. Enumerable.Range(1, _relations.Length).Select(number => (long)number)]);
        return [.. scores.Select((score, relation) => new ScoredAnswer(_relations[relation], score))
            .OrderByDescending(answer => answer.Score).Take(count)];
    }

    /// <summary>
    /// Ranks the head and the tail of each triple among all entities (the "filtered" setting of Bordes et al. 2013): other answers that
    /// the training triples, these triples or <paramref name="known"/> have don't count. Ties share the mean of their places.
    /// Memory doesn't grow with the number of triples times that of entities.
    /// </summary>
    /// <param name="triples">The triples; those with an unknown entity or relation rank behind all known ones.</param>
    /// <param name="known">Further true triples, such as those to validate on.</param>
    /// <exception cref="InvalidDataException">There are no triples.</exception>
    public KnowledgeGraphMetrics Evaluate(IDataView triples, params IDataView[] known)
    {
        ArgumentNullException.ThrowIfNull(triples);
        ArgumentNullException.ThrowIfNull(known);
        TripleTable Read(IDataView data) => TripleTable.Read(data, _model.Columns.With(data), _model.Triples,
            isBipartite: false, BadRows.Skip);
        var asked = Read(triples);
        var filter = new KnownAnswers(EntityCount,
            known.Select(Read).Prepend(asked).Prepend(_model.Triples).SelectMany(Numbers));
        return TripleRanking.Rank(_model, asked, filter, _relations);
    }

    /// <summary>
    /// Writes an ONNX file that answers questions: <c>source</c> (or <c>target</c>, where heads are asked for) and <c>pair_type</c>, Int64
    /// [rows], numbers from 1, give <c>Answer</c> Int64 [rows, count], numbers from 1, and <c>Score</c> [rows, count], from the highest
    /// down; of an unknown number 0 and NaN. The metadata <c>mlseqgraph.entities</c> and <c>mlseqgraph.relations</c> list ids and names
    /// as JSON. Known answers are among them.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="count">Answers per question, at most as many as entities.</param>
    /// <param name="asksForTails">Whether tails are asked for; otherwise heads.</param>
    /// <exception cref="IOException">The file can't be written; an older file of that name stays as it was.</exception>
    public void ExportBestAnswers(string path, int count = 10, bool asksForTails = true)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, EntityCount);
        var bytes = _model.Best(asksForTails, count,
            ("mlseqgraph.entities", JsonSerializer.Serialize(TripleScoring.IdsOf(_model.Triples.Tails))),
            ("mlseqgraph.relations", JsonSerializer.Serialize(_relations)));
        ExportedModel.Write(path, bytes, null);
    }

    private protected override void Save(ModelSaveContext context) => _scoring.Save(context);

    private protected override ModelTransformer With(Precision precision) => throw new NotSupportedException(
        "A table of vectors is exported in single precision alone.");

    private protected override void Unload() => _model.Dispose();

    private static IEnumerable<(int, int, int)> Numbers(TripleTable table) =>
        Enumerable.Range(0, table.Count).Select(i => (table.Sources[i], table.Relations[i], table.Targets[i]));

    private ScoredAnswer[] Best(string known, string? relation, int count, bool excludeKnown, bool isTail)
    {
        ArgumentNullException.ThrowIfNull(known);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var entity = TripleScoring.Find(_model.Triples.Heads, known);
        var number = _relations.Length == 0 ? 0 : Array.IndexOf(_relations, relation);
        if (entity < 0 || number < 0)
            return [];
        var excluded = excludeKnown ? _known.Value.Of(entity, number, isTail).ToArray() : [];
        return _scoring.Best(entity, number, isTail, excluded, count, _model.Triples.Tails);
    }
}
