using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace GraphQuickstart.Data;

/// <summary>A graph whose nodes have classes.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Nodes">One node per row: <see cref="NodeRow"/>.</param>
/// <param name="Edges">The edges between them.</param>
/// <param name="Rows">The nodes again, for pictures.</param>
/// <param name="Ends">The edges again, for pictures.</param>
/// <param name="Remarks">What else was found.</param>
internal sealed record NodeData(
    string Name, IDataView Nodes, GraphEdgeColumns Edges, IReadOnlyList<NodeRow> Rows, IReadOnlyList<EdgeRow> Ends, string Remarks)
{
    /// <summary>Whether features tell more than which node it is.</summary>
    internal bool HasFeatures => Rows.Where((row, at) => row.Features.Length != Rows.Count || row.Features.GetValues().Length != 1
        || !row.Features.IsDense && row.Features.GetIndices()[0] != at).Any();

    /// <summary>Features that tell which node it is and nothing else.</summary>
    internal static (VBuffer<float>[] Rows, int Width) WhichOne(int count) =>
        ([.. Enumerable.Range(0, count).Select(node => new VBuffer<float>(count, 1, [1], [node]))], count);

    /// <exception cref="InvalidDataException">There are nearly as many classes as nodes that have one.</exception>
    internal static void RequireClasses(string path, IReadOnlyCollection<string?> classes)
    {
        string[] known = [.. classes.OfType<string>().Where(name => name.Length > 0)];
        if (known.Distinct().Count() is var count && count > Math.Max(2, known.Length / 2))
            throw new InvalidDataException($"{path}: {known.Length} nodes have {count} different classes, such as '{known[0]}'; expected "
                + "classes, each of several nodes.");
    }

    /// <summary>The edges by the rows of their nodes.</summary>
    internal (int Source, int Target)[] EndRows()
    {
        var rows = Rows.Select((node, row) => (node.Id, row)).ToDictionary(pair => pair.Id, pair => pair.row);
        return [.. Ends.Select(edge => (rows[edge.Source], rows[edge.Target]))];
    }

    internal static NodeData Of(
        MLContext ml, string name, IReadOnlyList<NodeRow> nodes, int features, IReadOnlyList<EdgeRow> edges, int relations = 0,
        string?[]? remarks = null)
    {
        var schema = SchemaDefinition.Create(typeof(NodeRow));
        schema[nameof(NodeRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        var edgeSchema = SchemaDefinition.Create(typeof(EdgeRow));
        edgeSchema[nameof(EdgeRow.Relation)].ColumnType = new KeyDataViewType(typeof(uint), Math.Max(1, relations));
        GraphEdgeColumns columns = new(ml.Data.LoadFromEnumerable(edges, edgeSchema))
        {
            RelationColumnName = relations > 0 ? nameof(EdgeRow.Relation) : null,
        };
        return new(name, ml.Data.LoadFromEnumerable(nodes, schema), columns, nodes, edges,
            string.Concat((remarks ?? []).OfType<string>().Select(remark => "; " + remark)));
    }
}

/// <summary>A node.</summary>
internal sealed class NodeRow
{
    public string Id { get; set; } = "";

    public VBuffer<float> Features { get; set; }

    public string Class { get; set; } = "";

    /// <summary>train, validation, test or none.</summary>
    public string Split { get; set; } = "";
}

/// <summary>An edge, both ways.</summary>
internal sealed class EdgeRow
{
    public string Source { get; set; } = "";

    public string Target { get; set; } = "";

    /// <summary>The kind of edge, from 0.</summary>
    public uint Relation { get; set; }
}
