using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The edges between the rows of a view of nodes: a view of their own, an edge per row.</summary>
/// <remarks>
/// Where the view of nodes has an id column, the ends of an edge are ids of its type (text, keys or whole numbers); otherwise they
/// are row numbers, from 0.
/// </remarks>
public sealed class GraphEdgeColumns
{
    /// <summary>Edges in the columns <c>Source</c> and <c>Target</c>.</summary>
    public GraphEdgeColumns(IDataView data)
    {
        ArgumentNullException.ThrowIfNull(data);
        Data = data;
    }

    /// <summary>The view, an edge per row.</summary>
    public IDataView Data { get; }

    /// <summary>The column of the node an edge starts at.</summary>
    public string SourceColumnName { get; init; } = "Source";

    /// <summary>The column of the node an edge ends at.</summary>
    public string TargetColumnName { get; init; } = "Target";

    /// <summary>The column of edge weights, Single; null, as by default, where all weigh the same.</summary>
    public string? WeightColumnName { get; init; }

    /// <summary>The column of edges' relations (kinds), keys; null, as by default, for a single relation.</summary>
    public string? RelationColumnName { get; init; }

    /// <summary>The column of edge features, vectors of Single of known size; null, as by default, for none.</summary>
    public string? FeaturesColumnName { get; init; }

    /// <summary>
    /// Whether an edge leads one way. Otherwise each is stored in both directions, a loop once; where edges have relations, the
    /// opposite direction is a relation of its own. Where it isn't set, trainers take edges as undirected, and trained models as in
    /// training.
    /// </summary>
    public bool IsDirected
    {
        get => AskedDirection ?? false;
        init => AskedDirection = value;
    }

    /// <summary>What <see cref="IsDirected"/> was set to; null where it was not.</summary>
    internal bool? AskedDirection { get; private init; }

    /// <summary>
    /// What happens to rows that aren't edges: those that name an unknown node or have a bad weight, relation or
    /// feature. By default an error.
    /// </summary>
    public BadRows BadRows { get; init; }

    /// <summary>
    /// What the relations' keys stood for in training, by whose order relations are numbered; null for what the view says.
    /// </summary>
    internal string[]? KnownRelations { get; private init; }

    /// <summary>The same, with relations numbered as in training.</summary>
    /// <param name="training">The columns it was trained with; null for these.</param>
    internal GraphEdgeColumns Knowing(GraphEdgeColumns? training = null) => With(Data, AskedDirection, training is not null
        ? training.KnownRelations
        : KnownRelations ?? (RelationColumnName is { } name && Data.Schema.GetColumnOrNull(name) is { Type: KeyDataViewType } column
            ? NodeId.KeyNames(column) : null));

    /// <summary>The same columns in another view.</summary>
    internal GraphEdgeColumns With(IDataView data) => With(data, AskedDirection);

    /// <summary>The same columns in another view, directed or not.</summary>
    internal GraphEdgeColumns With(IDataView data, bool? isDirected) => With(data, isDirected, KnownRelations);

    private GraphEdgeColumns With(IDataView data, bool? isDirected, string[]? knownRelations) => new(data)
    {
        SourceColumnName = SourceColumnName,
        TargetColumnName = TargetColumnName,
        WeightColumnName = WeightColumnName,
        RelationColumnName = RelationColumnName,
        FeaturesColumnName = FeaturesColumnName,
        AskedDirection = isDirected,
        BadRows = BadRows,
        KnownRelations = knownRelations,
    };
}
