using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>How edges named nodes in training. A file itself counts them from 0, in the order of their features.</summary>
/// <param name="Type">
/// The type of the ids: <c>String</c>, <c>Int32</c>, <c>Int64</c> or an unsigned one, with which a key without values counts too; of
/// nodes without ids <c>Row</c>, their number counted from 0.
/// </param>
/// <param name="Column">The column of ids of the nodes; null without.</param>
public sealed record ModelNodeIds(string Type, string? Column = null)
{
    /// <summary>Of nodes that are counted.</summary>
    internal static ModelNodeIds Rows { get; } = new("Row");

    /// <summary>Of a column of a view, or of row numbers.</summary>
    internal static ModelNodeIds Of(DataViewSchema schema, string? column)
    {
        if (column is null)
            return Rows;
        var found = schema.Require(column);
        return new(found.Type is TextDataViewType ? "String"
            : found.Type is KeyDataViewType && ModelLabels.Of(found).Type is { } type ? type : found.Type.RawType.Name, column);
    }
}
