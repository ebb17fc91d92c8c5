using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>The edges between the rows of a view of nodes: a view of their own, an edge per row.</summary>
/// <remarks>
/// Where the view of nodes has an id column, the ends of an edge are ids of its type (text, keys or whole numbers); else they are
/// row numbers, from 0.
/// </remarks>
public sealed class GraphEdgeColumns
{
    /// <summary>Edges in the columns <c>Source</c> and <c>Target</c>.</summary>
    public GraphEdgeColumns(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
    }

    /// <summary>An edge a row.</summary>
    public IDataView Data { get; }

    /// <summary>The node an edge starts at.</summary>
    public string SourceColumnName { get; init; } = "Source";

    /// <summary>The node an edge ends at.</summary>
    public string TargetColumnName { get; init; } = "Target";

    /// <summary>A weight an edge, Single; null for equal ones.</summary>
    public string? WeightColumnName { get; init; }

    /// <summary>The kind of an edge, a key; null for one kind.</summary>
    public string? RelationColumnName { get; init; }

    /// <summary>Features of an edge, a vector of Single of known size; null for none.</summary>
    public string? FeaturesColumnName { get; init; }

    /// <summary>
    /// Whether an edge leads one way. Otherwise each is stored in both directions, a loop once; where edges have relations, the
    /// opposite direction is a relation of its own. Where nothing is said, trainers take edges as undirected, and trained models as they
    /// were trained.
    /// </summary>
    public bool IsDirected
    {
        get => AskedDirection ?? false;
        init => AskedDirection = value;
    }

    /// <summary>What <see cref="IsDirected"/> was set to; null where it was not.</summary>
    internal bool? AskedDirection { get; private init; }

    /// <summary>
    /// What becomes of rows that are no edge: those that name a node that isn't there, or have a bad weight, relation or
    /// feature.
    /// </summary>
    public BadRows BadRows { get; init; }

    /// <summary>The same columns of other rows.</summary>
    internal GraphEdgeColumns With(IDataView data) => With(data, AskedDirection);

    /// <summary>The same columns of other rows, with edges of these directions.</summary>
    internal GraphEdgeColumns With(IDataView data, bool? isDirected) => new(data)
    {
        SourceColumnName = SourceColumnName,
        TargetColumnName = TargetColumnName,
        WeightColumnName = WeightColumnName,
        RelationColumnName = RelationColumnName,
        FeaturesColumnName = FeaturesColumnName,
        AskedDirection = isDirected,
        BadRows = BadRows,
    };
}
