using System.Runtime.InteropServices;
using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>Graphs in memory, one after another in the same arrays. Nodes are counted within their graph.</summary>
internal sealed partial class GraphTable
{
    private readonly List<int> _nodeStart = [0], _edgeStart = [0];

    private GraphTable(GraphSchema schema) =>
        (Schema, Sides) = (schema, [.. schema.Sides.Select(side => new SequenceRows(new(side)))]);

    internal GraphSchema Schema { get; }

    internal int Count => _nodeStart.Count - 1;

    /// <summary>Where each graph's nodes begin.</summary>
    internal IReadOnlyList<int> NodeStart => _nodeStart;

    /// <summary>Where each graph's edges begin.</summary>
    internal IReadOnlyList<int> EdgeStart => _edgeStart;

    internal List<float> NodeFeatures { get; } = [];

    internal List<int> Sources { get; } = [];

    internal List<int> Targets { get; } = [];

    internal List<float> EdgeFeatures { get; } = [];

    internal List<float> EdgeWeights { get; } = [];

    internal List<int> EdgeRelations { get; } = [];

    /// <summary>The columns beside the graphs, each with a row per graph.</summary>
    internal SequenceRows[] Sides { get; private init; }

    /// <summary>The labels of the graphs, or of their nodes; null where none were read.</summary>
    internal RowLabels? Labels { get; private init; }

    /// <summary>Reads a view.</summary>
    /// <param name="data">The view.</param>
    /// <param name="schema">Its columns of graphs.</param>
    /// <param name="label">The label of each graph, or of its nodes, bound to the view's schema; null for none.</param>
    /// <param name="weight">The column of weights of graphs; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="badRows">What happens to rows that are no graphs.</param>
    /// <exception cref="InvalidDataException">There are no rows, or a row isn't a graph: the message names column and row.</exception>
    internal static GraphTable Read(IDataView data, GraphSchema schema, SequenceLabel? label, string? weight,
        CancellationToken cancellationToken, BadRows badRows = BadRows.Error)
    {
        var table = new GraphTable(schema) { Labels = label is null ? null : new(label, weight is not null) };
        DataViewSchema.Column?[] beside = [label is null ? null : data.Schema.Require(label.Name), RowWeight.Optional(data.Schema, weight)];
        using var cursor = data.GetRowCursor(schema.Columns.Concat(beside.OfType<DataViewSchema.Column>()));
        var readLabel = label is null ? null : LabelGetter.Create(cursor, label, weight);
        var read = table.Reader(cursor, badRows, graph =>
            readLabel?.AddTo(table.Labels!, table._nodeStart[graph + 1] - table._nodeStart[graph]));
        while (cursor.MoveNextOrThrow())
        {
            cancellationToken.ThrowIfCancellationRequested();
            read(table.Skipped);
        }
        return table.Count > 0 ? table : throw new InvalidDataException("The view of graphs has no rows"
            + (table.Skipped.First is { } first ? $" but {table.Skipped.Count} that can't be read. The first: {first}" : "."));
    }

    /// <summary>A table of one graph, with other features of its nodes and some of its edges alone.</summary>
    /// <param name="features">[nodes, features].</param>
    /// <param name="keeps">Which edges stay.</param>
    internal GraphTable With(float[] features, bool[] keeps)
    {
        var table = new GraphTable(Schema) { Sides = Sides, Labels = Labels };
        table.NodeFeatures.AddRange(features);
        var width = Sources.Count == 0 ? 0 : EdgeFeatures.Count / Sources.Count;
        for (var edge = 0; edge < keeps.Length; edge++)
        {
            if (!keeps[edge])
                continue;
            table.Sources.Add(Sources[edge]);
            table.Targets.Add(Targets[edge]);
            table.EdgeFeatures.AddRange(EdgeFeatures.GetRange(edge * width, width));
            if (EdgeWeights.Count > 0)
                table.EdgeWeights.Add(EdgeWeights[edge]);
            if (EdgeRelations.Count > 0)
                table.EdgeRelations.Add(EdgeRelations[edge]);
        }
        table._nodeStart.Add(_nodeStart[1]);
        table._edgeStart.Add(table.Sources.Count);
        return table;
    }

    /// <summary>Rows that were left out because they can't be read.</summary>
    internal SkippedRows Skipped { get; } = new();

    /// <summary>Keeps the first graphs and removes the others, one read in part included.</summary>
    internal void Truncate(int count)
    {
        int nodes = _nodeStart[Math.Min(count, Count)], edges = _edgeStart[Math.Min(count, Count)];
        CollectionsMarshal.SetCount(_nodeStart, count + 1);
        CollectionsMarshal.SetCount(_edgeStart, count + 1);
        Shorten(NodeFeatures, nodes * Schema.NodeFeatureCount);
        Shorten(EdgeFeatures, edges * Schema.EdgeFeatureCount);
        Shorten(EdgeWeights, edges);
        Shorten(Sources, edges);
        Shorten(Targets, edges);
        Shorten(EdgeRelations, edges);
        foreach (var side in Sides)
            side.Truncate(count);
        Labels?.Truncate(count);
    }

    private static void Shorten<T>(List<T> list, int count)
    {
        if (list.Count > count)
            CollectionsMarshal.SetCount(list, count);
    }

    /// <summary>A table without graphs.</summary>
    internal static GraphTable Empty(GraphSchema schema) => new(schema);

    /// <summary>Removes all graphs.</summary>
    internal void Clear() => Truncate(0);

    /// <summary>Whether each edge stands in both directions, in all graphs.</summary>
    internal bool HasBothDirections()
    {
        var edges = new HashSet<(int, int)>();
        for (var graph = 0; graph < Count; graph++)
        {
            edges.Clear();
            for (var edge = _edgeStart[graph]; edge < _edgeStart[graph + 1]; edge++)
                edges.Add((Sources[edge], Targets[edge]));
            if (edges.Any(edge => !edges.Contains((edge.Item2, edge.Item1))))
                return false;
        }
        return true;
    }
}
