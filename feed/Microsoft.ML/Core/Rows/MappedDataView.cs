namespace Microsoft.ML.Data;

/// <summary>A data view with columns added row by row.</summary>
internal sealed class MappedDataView(IDataView source, IRowToRowMapper mapper) : IDataView
{
    public DataViewSchema Schema => mapper.OutputSchema;

    public bool CanShuffle => source.CanShuffle;

    public long? GetRowCount() => source.GetRowCount();

    public DataViewRowCursor GetRowCursor(IEnumerable<DataViewSchema.Column> columnsNeeded, Random rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        return Wrap(source.GetRowCursor(mapper.GetDependencies(needed), rand), needed);
    }

    public DataViewRowCursor[] GetRowCursorSet(IEnumerable<DataViewSchema.Column> columnsNeeded, int n, Random rand = null)
    {
        DataViewSchema.Column[] needed = columnsNeeded.ToArray();
        return Array.ConvertAll(source.GetRowCursorSet(mapper.GetDependencies(needed), n, rand), input => Wrap(input, needed));
    }

    // A cursor's schema need not be the very instance its view has, which GetRow would insist on.
    private WrappingCursor Wrap(DataViewRowCursor input, DataViewSchema.Column[] needed) =>
        new(input, mapper is RowMapping mapping ? new MappedRow(mapping, input, needed) : mapper.GetRow(input, needed));
}
