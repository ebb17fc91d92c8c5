using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Pairs of nodes in memory, in the order of the rows of a view.</summary>
internal sealed class LinkTable
{
    private LinkTable(int[] sources, int[] targets, int[]? relations, int relationCount, bool[]? labels) =>
        (Sources, Targets, Relations, RelationCount, Labels) = (sources, targets, relations, relationCount, labels);

    internal static LinkTable Empty { get; } = new([], [], [], 0, null);

    internal int Count => Sources.Length;

    internal int[] Sources { get; }

    internal int[] Targets { get; }

    /// <summary>The kind of edge that a pair may have, from 0; null for one kind.</summary>
    internal int[]? Relations { get; }

    /// <summary>Number of relations in the column; 0 where there is no such column.</summary>
    internal int RelationCount { get; }

    /// <summary>Whether each pair is an edge; null where no column says.</summary>
    internal bool[]? Labels { get; }

    /// <summary>The pair of each row of the view, -1 for a bad row; null where every row is a pair.</summary>
    internal int[]? PairOfRow { get; private init; }

    /// <summary>Rows that are no pair and were left out.</summary>
    internal SkippedRows Skipped { get; private init; } = new();

    /// <summary>The relations as a model's input.</summary>
    /// <param name="known">How many the model was trained with.</param>
    /// <exception cref="InvalidDataException">The pairs have none.</exception>
    internal long[] TypesFor(int known) => Relations is null
        ? throw new InvalidDataException($"The pairs have no relations; the model was trained on {known}.")
        : Array.ConvertAll(Relations, relation => (long)relation);

    /// <summary>The relation of a pair, from 0, by its key.</summary>
    /// <param name="key">From 1; 0 for a value that the keys don't have.</param>
    /// <param name="pair">The pair.</param>
    /// <param name="column">The column of relations.</param>
    /// <param name="known">How many there were in training; null for any.</param>
    /// <exception cref="InvalidDataException">It is missing, or no relation of the training's.</exception>
    internal static int RelationOf(long key, DataViewRow pair, string column, int? known) => key > 0 && !(key > known) ? (int)key - 1
        : throw new InvalidDataException($"Column '{column}' of the pairs, {RowName.Of(pair)}: "
            + (key > 0 ? $"found relation {key - 1}, counted from 0; the model was trained on {known}"
                : "the relation is missing, or one that the keys don't have; expected a relation of the edges")
            + ". Map it with the MapValueToKey that was fitted for the edges.");

    /// <summary>The edges of a graph as pairs, each once, in the order of their rows.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="isDirected">Whether edges lead one way; else the graph has each in both directions.</param>
    internal static LinkTable Of(NodeGraph graph, bool isDirected)
    {
        List<int> kept = [];
        // The opposite of an edge, but not of a loop, follows it.
        for (var edge = 0; edge < graph.EdgeCount; edge += isDirected || graph.Sources[edge] == graph.Targets[edge] ? 1 : 2)
            kept.Add(edge);
        int[] Of(int[] all) => [.. kept.Select(edge => all[edge])];
        return new(Of(graph.Sources), Of(graph.Targets), graph.EdgeRelations is { } relations ? Of(relations) : null,
            graph.EdgeRelations is null ? 0 : isDirected ? graph.RelationCount : graph.RelationCount / 2, null);
    }

    /// <summary>Reads pairs of known nodes, from columns of the same names as the edges'.</summary>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">
    /// A row is not a pair of known nodes, or has a relation that isn't known: the message names column and row.
    /// </exception>
    internal static LinkTable Read(IDataView data, GraphEdgeColumns columns, NodeIds nodes, string? labelColumn = null,
        CancellationToken cancellationToken = default, BadRows badRows = BadRows.Error, int? knownRelations = null)
    {
        var schema = data.Schema;
        DataViewSchema.Column source = schema.Require(columns.SourceColumnName, of: "pairs"),
            target = schema.Require(columns.TargetColumnName, of: "pairs");
        DataViewSchema.Column? relation = columns.RelationColumnName is { } r ? schema.Require(r, "RelationColumnName", "pairs") : null,
            label = labelColumn is null ? null : schema.Require(labelColumn, "ValidationLabelColumnName", "pairs");
        if (relation is { Type: not KeyDataViewType } noKey)
            throw new ArgumentException($"Column '{noKey.Name}' is {noKey.Type}; expected a key.");
        if (label is { Type: not BooleanDataViewType } noBoolean)
            throw new ArgumentException($"Column '{noBoolean.Name}' is {noBoolean.Type}; expected Boolean: whether there is an edge.");
        var relationCount = relation is { } of
            ? columns.KnownRelations?.Length ?? KeyCounts.Of(of.Name, of.Type, (KeyDataViewType)of.Type) : 0;

        List<int> sources = [], targets = [], relations = [], pairs = [];
        List<bool> labels = [];
        var skipped = new SkippedRows();
        using var cursor = data.GetRowCursor(new[] { source, target, relation, label }.OfType<DataViewSchema.Column>());
        Func<NodeId> readSource = NodeId.Reader(cursor, source), readTarget = NodeId.Reader(cursor, target);
        var readRelation = relation is { } kind ? NodeId.KeyReader(cursor, kind, columns.KnownRelations) : null;
        var readLabel = label is { } yesOrNo ? cursor.GetGetter<bool>(yesOrNo) : null;
        while (cursor.MoveNextOrThrow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                AddPair();
            }
            catch (InvalidDataException exception) when (badRows == BadRows.Skip)
            {
                pairs.Add(-1);
                skipped.Add(exception);
                continue;
            }
            pairs.Add(sources.Count - 1);
            if (readLabel is not null)
            {
                var isEdge = false;
                readLabel(ref isEdge);
                labels.Add(isEdge);
            }
        }
        return new([.. sources], [.. targets], relation is null ? null : [.. relations], relationCount, label is null ? null : [.. labels])
        {
            PairOfRow = sources.Count == pairs.Count ? null : [.. pairs],
            Skipped = skipped,
        };

        void AddPair()
        {
            int from = nodes.RowOf(readSource(), cursor, source.Name, "pairs"),
                to = nodes.RowOf(readTarget(), cursor, target.Name, "pairs");
            if (readRelation is not null)
                relations.Add(RelationOf(readRelation(), cursor, relation!.Value.Name, knownRelations));
            sources.Add(from);
            targets.Add(to);
        }
    }
}
