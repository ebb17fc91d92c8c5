using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>What a row is called in errors.</summary>
internal static class RowName
{
    /// <summary>
    /// The row's number in the view that is read, counted from 0, and its id where that is another: rows that are left when others
    /// were filtered or split off keep the id they have in the whole data. A row without a place is called "a row".
    /// </summary>
    public static string Of(DataViewRow row)
    {
        if (row.Position < 0)
            return "a row";
        DataViewRowId id = default;
        row.GetIdGetter()(ref id);
        // Ids that combine others are no numbers of rows; they fill both halves.
        return id.High == 0 && id.Low != (ulong)row.Position ? $"row {row.Position} (id {id.Low})" : $"row {row.Position}";
    }
}
