using System.Runtime.InteropServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Graphs in memory, one after another in the same arrays. Nodes are counted within their graph.</summary>
internal sealed class GraphTable
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

    internal RowLabels? Labels { get; private set; }

    /// <summary>Reads a view.</summary>
    /// <param name="data">The view.</param>
    /// <param name="schema">Its columns of graphs.</param>
    /// <param name="labelColumn">The labels; null for none.</param>
    /// <param name="weightColumn">Weights of graphs; null for none.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="badRows">What happens to rows that are no graphs.</param>
    /// <param name="targetsPerNode">
    /// How many numbers the label has for each node, 0 for a class; null where the label is the graph's. Those of nodes may be missing.
    /// </param>
    /// <exception cref="InvalidDataException">There are no rows, or a row isn't a graph: the message names column and row.</exception>
    internal static GraphTable Read(IDataView data, GraphSchema schema, string? labelColumn, string? weightColumn,
        CancellationToken cancellationToken, BadRows badRows = BadRows.Error, int? targetsPerNode = null)
    {
        var table = new GraphTable(schema);
        DataViewSchema.Column? label = labelColumn is null ? null : data.Schema.Require(labelColumn, "LabelColumnName");
        DataViewSchema.Column? weight = weightColumn is null ? null : RowWeight.Find(data.Schema, weightColumn, "ExampleWeightColumnName");
        using var cursor = data.GetRowCursor(schema.Columns.Concat(new[] { label, weight }.OfType<DataViewSchema.Column>()));
        table.Labels = label is not { } found ? null
            : targetsPerNode is { } targets ? RowLabels.OfNodesOf(cursor, found, weight, targets) : new(cursor, found, weight);
        var read = table.Reader(cursor, badRows, graph =>
        {
            table.Labels?.Add();
            if (table.Labels is { IsOfNodes: true, Count: var count })
            {
                var nodes = table._nodeStart[graph + 1] - table._nodeStart[graph];
                if (count != table._nodeStart[graph + 1])
                    throw Error(labelColumn!, cursor, $"{count - table._nodeStart[graph]} labels for the {nodes} nodes of the graph; "
                        + "expected one for each");
                return;
            }
            if (table.Labels?.IsMissing(graph) == true)
                throw Error(labelColumn!, cursor, label?.Type is KeyDataViewType
                    ? "the label is missing, or a value that MapValueToKey has not seen; expected a label for every graph"
                    : "the label is missing or no finite number; expected a label for every graph");
        });
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
        Labels?.Truncate(Labels.IsOfNodes ? nodes : count);
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

    /// <summary>What adds the row as a graph and says which it is; -1 of a row that is none, where such rows are passed over.</summary>
    /// <param name="row">The row.</param>
    /// <param name="badRows">What happens to rows that are no graphs.</param>
    /// <param name="others">Reads what else belongs to a graph; null for nothing.</param>
    internal Func<SkippedRows, int> Reader(DataViewRow row, BadRows badRows, Action<int>? others = null)
    {
        var read = Reader(row);
        return skipped =>
        {
            var before = Count;
            try
            {
                read();
                others?.Invoke(before);
                return before;
            }
            catch (InvalidDataException exception) when (badRows == BadRows.Skip)
            {
                Truncate(before);
                skipped.Add(exception);
                return -1;
            }
        };
    }

    /// <summary>Gives a function that adds the row as a graph.</summary>
    internal Action Reader(DataViewRow row)
    {
        var features = row.GetGetter<VBuffer<float>>(Schema.NodeFeatures);
        var edges = row.GetGetter<VBuffer<int>>(Schema.Edges);
        var edgeFeatures = Schema.EdgeFeatures is { } f ? row.GetGetter<VBuffer<float>>(f) : null;
        var weights = Schema.EdgeWeights is { } w ? row.GetGetter<VBuffer<float>>(w) : null;
        var types = Schema.EdgeRelations is { } t ? row.GetGetter<VBuffer<uint>>(t) : null;
        SequenceGetter[] sides = [.. Schema.Sides.Select(side => SequenceGetter.Create(row, side))];
        VBuffer<float> numbers = default;
        VBuffer<int> ends = default;
        VBuffer<uint> keys = default;
        return () =>
        {
            features(ref numbers);
            var nodes = AddRows(NodeFeatures, numbers, Schema.NodeFeatures.Name, Schema.NodeFeatureCount, null, row);
            if (nodes == 0)
                throw Error(Schema.NodeFeatures.Name, row, "the graph has no nodes; expected at least one");
            if (Schema.FixedNodes is { } known && nodes != known)
                throw Error(Schema.NodeFeatures.Name, row, $"the graph has {nodes} nodes; expected {known}, those the network is made for");
            edges(ref ends);
            var count = AddEdges(ends, nodes, row);
            if (edgeFeatures is not null)
            {
                edgeFeatures(ref numbers);
                AddRows(EdgeFeatures, numbers, Schema.EdgeFeatures!.Value.Name, Schema.EdgeFeatureCount, count, row);
            }
            if (weights is not null)
            {
                weights(ref numbers);
                var before = EdgeWeights.Count;
                AddRows(EdgeWeights, numbers, Schema.EdgeWeights!.Value.Name, 1, count, row);
                if (EdgeWeights.FindIndex(before, weight => !EdgeWeight.Fits(weight)) is >= 0 and var edge)
                    throw Error(Schema.EdgeWeights!.Value.Name, row, FormattableString.Invariant(
                        $"the weight of edge {edge - before} is {EdgeWeights[edge]}; expected {EdgeWeight.Expected}"));
                for (var i = before; i < EdgeWeights.Count && Schema.WeightNeed is { } need; i++)
                    need.Check(EdgeWeights[i], Schema.EdgeWeights!.Value.Name, row,
                        $"the edge from node {Sources[i]} to node {Targets[i]}");
            }
            if (types is not null)
            {
                types(ref keys);
                AddTypes(keys, count, row);
            }
            for (var i = 0; i < sides.Length; i++)
                sides[i].AddTo(Sides[i]);
            _nodeStart.Add(_nodeStart[^1] + nodes);
            _edgeStart.Add(_edgeStart[^1] + count);
        };
    }

    private static int AddRows(List<float> to, in VBuffer<float> values, string column, int width, int? expected, DataViewRow row)
    {
        if (expected is { } rows ? values.Length != (long)rows * width : values.Length % width != 0)
            throw Error(column, row, expected is null
                ? $"the vector has {values.Length} numbers; expected a multiple of {width}, the features of a node"
                : $"the vector has {values.Length} numbers; expected {expected} edges × {width} = {(long)expected.Value * width}");
        foreach (var value in values.DenseValues())
            to.Add(float.IsFinite(value) ? value
                : throw Error(column, row, FormattableString.Invariant($"a number is {value}; expected finite numbers")));
        return values.Length / width;
    }

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

    private int AddEdges(in VBuffer<int> ends, int nodes, DataViewRow row)
    {
        if (ends.Length % 2 != 0)
            throw Error(Schema.Edges.Name, row,
                $"the vector has {ends.Length} numbers; expected an even number: sources, then as many targets");
        var count = ends.Length / 2;
        var i = 0;
        foreach (var node in ends.DenseValues())
        {
            if ((uint)node >= (uint)nodes)
                throw Error(Schema.Edges.Name, row,
                    $"edge {i % count} has the {(i < count ? "source" : "target")} {node}; expected a node of the graph, 0 to {nodes - 1}");
            (i++ < count ? Sources : Targets).Add(node);
        }
        return count;
    }

    private void AddTypes(in VBuffer<uint> keys, int expected, DataViewRow row)
    {
        if (keys.Length != expected)
            throw Error(Schema.EdgeRelations!.Value.Name, row, $"the vector has {keys.Length} relations; expected {expected}, one an edge");
        foreach (var key in keys.DenseValues())
            EdgeRelations.Add(key >= 1 && key <= Schema.RelationCount ? (int)key - 1
                : throw Error(Schema.EdgeRelations!.Value.Name, row, $"a relation is key {key}; expected 1 to {Schema.RelationCount}"));
    }

    private static InvalidDataException Error(string column, DataViewRow row, string problem) =>
        new($"Column '{column}', {RowName.Of(row)}: {problem}.");
}
