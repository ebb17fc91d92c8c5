using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

// Reads rows.
internal sealed partial class GraphTable
{
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
