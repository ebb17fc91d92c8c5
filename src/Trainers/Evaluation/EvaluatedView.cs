using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>One pass over the columns that an evaluator reads.</summary>
internal static class EvaluatedView
{
    /// <summary>Opens a cursor and calls the function that <paramref name="open"/> returns once per row.</summary>
    /// <exception cref="InvalidDataException">There are no rows.</exception>
    internal static void ForEachRow(
        IDataView data, IEnumerable<DataViewSchema.Column> columns, Func<DataViewRow, Action> open, CancellationToken cancellationToken)
    {
        using var cursor = data.GetRowCursor(columns.DistinctBy(column => column.Index));
        var read = open(cursor);
        if (!cursor.MoveNext())
            throw new InvalidDataException("The data has no rows to evaluate.");
        do
        {
            cancellationToken.ThrowIfCancellationRequested();
            read();
        }
        while (cursor.MoveNext());
    }

    /// <summary>Checks that two columns have the same number of values in a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="column">The column that is wrong if they differ.</param>
    /// <param name="length">The number of its values.</param>
    /// <param name="expected">The number it should have.</param>
    /// <param name="reason">Why it should, for the error.</param>
    internal static void CheckLength(DataViewRow row, DataViewSchema.Column column, int length, long expected, string reason)
    {
        if (length != expected)
            throw Fault(row, column, $"{length} value{(length == 1 ? "" : "s")}, expected {expected}, since {reason}");
    }

    /// <summary>What to do about a prediction that is NaN, for the end of an error.</summary>
    internal const string NoPrediction = "; a row that can't be read and was left out (BadRows) has no prediction, and figures of the "
        + "other rows alone would be better than the model is: mend such rows, or leave them out on purpose with "
        + "FilterRowsByMissingValues before evaluating";

    internal static InvalidDataException Fault(DataViewRow row, DataViewSchema.Column column, string what) =>
        new($"Column '{column.Name}', {RowName.Of(row)}: {what}.");
}
