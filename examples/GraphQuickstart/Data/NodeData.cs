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
internal sealed record NodeData(
    string Name, IDataView Nodes, GraphEdgeColumns Edges, IReadOnlyList<NodeRow> Rows, IReadOnlyList<EdgeRow> Ends)
{
    internal static NodeData Of(
        MLContext ml, string name, IReadOnlyList<NodeRow> nodes, int features, IReadOnlyList<EdgeRow> edges, int relations = 0)
    {
        var schema = SchemaDefinition.Create(typeof(NodeRow));
        schema[nameof(NodeRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        var edgeSchema = SchemaDefinition.Create(typeof(EdgeRow));
        edgeSchema[nameof(EdgeRow.Relation)].ColumnType = new KeyDataViewType(typeof(uint), Math.Max(1, relations));
        GraphEdgeColumns columns = new(ml.Data.LoadFromEnumerable(edges, edgeSchema))
        {
            RelationColumnName = relations > 0 ? nameof(EdgeRow.Relation) : null,
        };
        return new(name, ml.Data.LoadFromEnumerable(nodes, schema), columns, nodes, edges);
    }
}

/// <summary>A node.</summary>
internal sealed class NodeRow
{
    public int Id { get; set; }

    public VBuffer<float> Features { get; set; }

    public string Class { get; set; } = "";

    /// <summary>train, validation, test or none.</summary>
    public string Split { get; set; } = "";
}

/// <summary>An edge, both ways.</summary>
internal sealed class EdgeRow
{
    public int Source { get; set; }

    public int Target { get; set; }

    /// <summary>The kind of edge, from 0.</summary>
    public uint Relation { get; set; }
}
