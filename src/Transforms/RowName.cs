using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>How errors name a row.</summary>
internal static class RowName
{
    /// <summary>
    /// The row's number in the view that is read, counted from 0, and its id where it differs: rows that remain after others were
    /// filtered or split off keep the id they have in the whole data. A row without a number is called "a row".
    /// </summary>
    public static string Of(DataViewRow row)
    {
        if (row.Position < 0)
            return "a row";
        DataViewRowId id = default;
        row.GetIdGetter()(ref id);
        // Ids that combine others are not row numbers; they fill both halves.
        return id.High == 0 && id.Low != (ulong)row.Position ? $"row {row.Position} (id {id.Low})" : $"row {row.Position}";
    }
}
