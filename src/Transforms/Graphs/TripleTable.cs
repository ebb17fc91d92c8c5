using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Triples (head, relation, tail) in memory, in the order of the rows of a view, by numbers of their entities.</summary>
internal sealed class TripleTable
{
    private TripleTable(NodeIds heads, NodeIds tails) => (Heads, Tails) = (heads, tails);

    /// <summary>The entities that can be heads.</summary>
    internal NodeIds Heads { get; }

    /// <summary>The entities that can be tails: the same, or others, whose numbers follow those of the heads.</summary>
    internal NodeIds Tails { get; }

    /// <summary>The number of the first entity that can be a tail.</summary>
    internal int FirstTail => Heads == Tails ? 0 : Heads.Count;

    /// <summary>Number of all entities.</summary>
    internal int EntityCount => FirstTail + Tails.Count;

    internal int Count => Sources.Length;

    internal int[] Sources { get; private init; } = [];

    internal int[] Targets { get; private init; } = [];

    /// <summary>The relation of each triple, from 0; zeros where there is one kind.</summary>
    internal int[] Relations { get; private init; } = [];

    /// <summary>Number of relations in the column; 0 where there is no such column.</summary>
    internal int RelationCount { get; private init; }

    /// <summary>A number of each triple, such as a rating; null without such a column.</summary>
    internal float[]? Values { get; private init; }

    /// <summary>What the relations' keys stand for; null where they don't say.</summary>
    internal string[]? RelationNames { get; private init; }

    /// <summary>Rows that are no triple of known entities, and were left out.</summary>
    internal SkippedRows Skipped { get; private init; } = new();

    /// <summary>The relation of each row that was left out, from 0; -1 where it isn't known.</summary>
    internal int[] SkippedRelations { get; private init; } = [];

    /// <summary>Triples of entities that have no ids but their numbers, heads and tails alike.</summary>
    internal static TripleTable Of(int entities, int[] sources, int[] relations, int[] targets, int relationCount) =>
        NodeIds.Numbered(entities) is var ids ? new(ids, ids)
        {
            Sources = sources, Relations = relations, Targets = targets, RelationCount = relationCount,
        } : null!;

    /// <summary>The same triples, with entities that none of them has behind those of their kind.</summary>
    /// <param name="heads">Heads, or entities where tails are of the same kind.</param>
    /// <param name="tails">Tails of another kind.</param>
    internal TripleTable With(IReadOnlyCollection<NodeId> heads, IReadOnlyCollection<NodeId> tails)
    {
        if (heads.Count + tails.Count == 0)
            return this;
        var all = Heads.With(heads);
        var shift = Heads == Tails ? 0 : heads.Count;
        return new(all, Heads == Tails ? all : Tails.With(tails))
        {
            Sources = Sources, Relations = Relations, Targets = Array.ConvertAll(Targets, target => target + shift),
            RelationCount = RelationCount, RelationNames = RelationNames, Values = Values, Skipped = Skipped,
            SkippedRelations = SkippedRelations,
        };
    }

    /// <summary>Reads triples.</summary>
    /// <param name="data">The view.</param>
    /// <param name="columns">Names of the columns, also that of the triples' numbers, as weights.</param>
    /// <param name="like">Triples that have the entities and relations; null for those that the rows name, in their order.</param>
    /// <param name="isBipartite">Whether heads and tails are entities of two kinds.</param>
    /// <param name="badRows">What happens to rows that lack something, or name what isn't known.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">A row is no triple: the message names column and row.</exception>
    internal static TripleTable Read(IDataView data, GraphEdgeColumns columns, TripleTable? like, bool isBipartite,
        BadRows badRows, CancellationToken cancellationToken = default)
    {
        DataViewSchema.Column source = data.Schema.Require(columns.SourceColumnName),
            target = data.Schema.Require(columns.TargetColumnName);
        DataViewSchema.Column? relation = columns.RelationColumnName is { } r ? data.Schema.Require(r) : null,
            value = columns.WeightColumnName is { } w ? data.Schema.Require(w) : null;
        var relations = relation is not { } of ? 0 : like?.RelationCount ?? KeyCounts.Of(of.Name, of.Type, (KeyDataViewType)of.Type);

        Entities heads = new(like?.Heads), tails = isBipartite ? new(like?.Tails) : heads;
        List<(int Source, int Relation, int Target)> triples = [];
        List<float> values = [];
        var skipped = new SkippedRows();
        List<int> skippedRelations = [];
        var number = -1;
        using var cursor = data.GetRowCursor(new[] { source, target, relation, value }.OfType<DataViewSchema.Column>());
        Func<NodeId> readSource = NodeId.Reader(cursor, source), readTarget = NodeId.Reader(cursor, target);
        var readRelation = relation is { } kind ? NodeId.KeyReader(cursor, kind, like?.RelationNames) : null;
        var readValue = value is { } v ? cursor.GetGetter<float>(v) : null;
        while (cursor.MoveNextOrThrow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                Add();
            }
            catch (InvalidDataException exception) when (badRows == BadRows.Skip)
            {
                skipped.Add(exception);
                skippedRelations.Add(number);
            }
        }
        var (headIds, tailIds) = (heads.ToIds(source.Name), isBipartite ? tails.ToIds(target.Name) : null);
        var first = isBipartite ? headIds.Count : 0;
        return new(headIds, tailIds ?? headIds)
        {
            Sources = [.. triples.Select(triple => triple.Source)],
            Relations = [.. triples.Select(triple => triple.Relation)],
            Targets = [.. triples.Select(triple => triple.Target + first)],
            RelationCount = relations,
            RelationNames = like is not null ? like.RelationNames : relation is { } named ? NodeId.KeyNames(named) : null,
            Values = readValue is null ? null : [.. values],
            Skipped = skipped,
            SkippedRelations = [.. skippedRelations],
        };

        void Add()
        {
            number = -1;
            number = (int)(readRelation?.Invoke() ?? 1) - 1;
            if (number < 0)
                throw new InvalidDataException($"Column '{relation!.Value.Name}', {RowName.Of(cursor)}: the relation is missing.");
            if (number > 0 && number >= relations)
            {
                var key = number + 1;
                number = -1;
                throw new InvalidDataException($"Column '{relation!.Value.Name}', {RowName.Of(cursor)}: the relation is key {key}; "
                    + $"expected 1 to {relations}.");
            }
            NodeId head = readSource(), tail = readTarget();
            var of = 0f;
            readValue?.Invoke(ref of);
            if (!float.IsFinite(of))
                throw new InvalidDataException(FormattableString.Invariant(
                    $"Column '{value!.Value.Name}', {RowName.Of(cursor)}: the value is {of}; expected a finite number."));
            int from = heads.NumberOf(head, cursor, source.Name), to = tails.NumberOf(tail, cursor, target.Name);
            triples.Add((from, number, to));
            values.Add(of);
        }
    }

    // Entities that are known, or those met so far.
    private sealed class Entities(NodeIds? known)
    {
        private readonly Dictionary<NodeId, int> _numbers = [];
        private readonly List<NodeId> _ids = [];

        internal int NumberOf(NodeId id, DataViewRow row, string column)
        {
            if (known is not null)
                return known.RowOf(id, row, column, "triples");
            if (_numbers.TryAdd(id, _ids.Count))
                _ids.Add(id);
            return _numbers[id];
        }

        internal NodeIds ToIds(string column) => known ?? NodeIds.Of(column, _ids);
    }
}
