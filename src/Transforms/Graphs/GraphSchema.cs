using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The columns of graphs in a schema, checked.</summary>
internal sealed class GraphSchema
{
    private readonly DataViewSchema.Column[] _sideColumns;

    private GraphSchema(GraphColumns names, DataViewSchema schema, IReadOnlyList<SequenceColumn> sides)
    {
        NodeFeatures = Vector<float>(schema, names.NodeFeaturesColumnName, "a vector of Single");
        Edges = Vector<int>(schema, names.EdgesColumnName, "a vector of Int32");
        if (((VectorDataViewType)Edges.Type).Dimensions is [not (0 or 2), _])
            throw new ArgumentException($"Column '{names.EdgesColumnName}' is {Edges.Type}; expected dimensions [2, edges], all sources "
                + "before all targets, or a plain vector.");
        NodeFeatureCount = Width(NodeFeatures, names.NodeFeatureCount, nameof(GraphColumns.NodeFeatureCount));
        if (names.EdgeFeaturesColumnName is not null)
        {
            EdgeFeatures = Vector<float>(schema, names.EdgeFeaturesColumnName, "a vector of Single");
            EdgeFeatureCount = Width(EdgeFeatures.Value, names.EdgeFeatureCount, nameof(GraphColumns.EdgeFeatureCount));
        }
        if (names.EdgeWeightsColumnName is not null)
            EdgeWeights = Vector<float>(schema, names.EdgeWeightsColumnName, "a vector of Single");
        if (names.EdgeRelationsColumnName is not null)
        {
            EdgeRelations = Vector<uint>(schema, names.EdgeRelationsColumnName, "a vector of keys");
            RelationCount = ((VectorDataViewType)EdgeRelations.Value.Type).ItemType is KeyDataViewType key
                ? KeyCounts.Of(names.EdgeRelationsColumnName, EdgeRelations.Value.Type, key)
                : throw new ArgumentException($"Column '{names.EdgeRelationsColumnName}' is {EdgeRelations.Value.Type}; expected a "
                    + "vector of keys.");
        }
        Sides = sides;
        _sideColumns = [.. sides.Select(side => schema.Require(side.Name))];
    }

    internal DataViewSchema.Column NodeFeatures { get; }

    internal DataViewSchema.Column Edges { get; }

    internal DataViewSchema.Column? EdgeFeatures { get; }

    internal DataViewSchema.Column? EdgeWeights { get; }

    internal DataViewSchema.Column? EdgeRelations { get; }

    internal int NodeFeatureCount { get; }

    internal int EdgeFeatureCount { get; }

    internal int RelationCount { get; }

    /// <summary>Columns of the graph as a whole, which are read beside it.</summary>
    internal IReadOnlyList<SequenceColumn> Sides { get; }

    /// <summary>Which weights of edges are needed; null where any will do.</summary>
    internal EdgeWeight.Need? WeightNeed { get; init; }

    /// <summary>The number of nodes that each graph must have; null for any.</summary>
    internal int? FixedNodes { get; init; }

    internal IEnumerable<DataViewSchema.Column> Columns =>
        new[] { NodeFeatures, Edges, EdgeFeatures, EdgeWeights, EdgeRelations }.OfType<DataViewSchema.Column>().Concat(_sideColumns);

    /// <param name="schema">The schema of the data.</param>
    /// <param name="names">The columns of a graph.</param>
    /// <param name="sides">Columns beside them, bound to the schema; null for none.</param>
    /// <param name="weights">Which weights of edges are needed; null where any will do.</param>
    /// <param name="nodes">The number of nodes that each graph must have; null for any.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    internal static GraphSchema Bind(DataViewSchema schema, GraphColumns names, IReadOnlyList<SequenceColumn>? sides = null,
        EdgeWeight.Need? weights = null, int? nodes = null) => new(names, schema, sides ?? []) { WeightNeed = weights, FixedNodes = nodes };

    private static DataViewSchema.Column Vector<T>(DataViewSchema schema, string name, string expected,
        [CallerArgumentExpression(nameof(name))] string asked = "")
    {
        var column = schema.Require(name, asked);
        return column.Type is VectorDataViewType vector && vector.ItemType.RawType == typeof(T) ? column
            : throw new ArgumentException($"Column '{name}' is {column.Type}; expected {expected}.");
    }

    private static int Width(DataViewSchema.Column column, int? given, string option)
    {
        var dimensions = ((VectorDataViewType)column.Type).Dimensions;
        var ofType = dimensions is [_, > 0 and var last] ? last : 0;
        if (given < 1)
            throw new ArgumentException($"{option} is {given}; expected at least 1.");
        if (ofType > 0 && given is not null && given != ofType)
            throw new ArgumentException($"Column '{column.Name}' is {column.Type}, with {ofType} features per row, "
                + $"but {option} is {given}.");
        return given ?? (ofType > 0 ? ofType
            : throw new ArgumentException($"Column '{column.Name}' is {column.Type}, which doesn't give the number of features; set "
                + $"{option}."));
    }
}
