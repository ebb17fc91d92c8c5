using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>The columns of a view of timed events: a row is an event at which a source meets a target, in the order of time.</summary>
public sealed record TemporalEventColumns
{
    /// <summary>The column of times: numbers, dates or spans of time. Rows come in its order; several may have the same time.</summary>
    public string TimeColumnName { get; init; } = "Time";

    /// <summary>The column of the node that acts: text, a key or a whole number.</summary>
    public string SourceColumnName { get; init; } = "Source";

    /// <summary>The column of the node that it acts on, of the same type; empty text or a missing key for an event without one.</summary>
    public string TargetColumnName { get; init; } = "Target";

    /// <summary>A column of where it happens, such as a channel or a place, with ids as nodes have; null, the default, for one
    /// place.</summary>
    public string? ContextColumnName { get; init; }

    /// <summary>A column of the events' features, Single or a vector of Single of known size; null, the default, for none.</summary>
    public string? FeaturesColumnName { get; init; }

    /// <summary>
    /// A view of the nodes and of when they begin, to check events with; null, the default, where a node begins with its first event.
    /// </summary>
    public IDataView? Nodes { get; init; }

    /// <summary>The column of ids in <see cref="Nodes"/>.</summary>
    public string NodeIdColumnName { get; init; } = "Id";

    /// <summary>The column of times in <see cref="Nodes"/> from which on a node may take part in events.</summary>
    public string NodeTimeColumnName { get; init; } = "Time";
}
