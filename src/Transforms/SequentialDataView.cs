using Microsoft.ML;

namespace MLSeqGraph.Transforms;

/// <summary>A data view whose rows come one after another from a single cursor, even if several are asked for.</summary>
/// <param name="schema">The columns.</param>
internal abstract class SequentialDataView(DataViewSchema schema) : IDataView
{
    public DataViewSchema Schema { get; } = schema;

    public virtual bool CanShuffle => false;

    public virtual long? GetRowCount() => null;

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random? rand = null)
    {
        var active = new bool[Schema.Count];
        foreach (var column in columnsNeeded)
        {
            if (column.Index >= Schema.Count || Schema[column.Index].Name != column.Name)
                throw new ArgumentException($"Column '{column.Name}' is not of this data view.", nameof(columnsNeeded));
            active[column.Index] = true;
        }

        return CreateCursor(active, rand);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random? rand = null) =>
        [GetRowCursor(columnsNeeded, rand)];

    /// <summary>Starts before the first row.</summary>
    /// <param name="active">For every column whether it will be read.</param>
    /// <param name="rand">Source of a shuffled order, where <see cref="CanShuffle"/>; null for the data's order.</param>
    protected abstract DataViewRowCursor CreateCursor(bool[] active, Random? rand);
}
