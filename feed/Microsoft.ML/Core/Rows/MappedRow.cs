namespace Microsoft.ML.Data;

/// <summary>An input row with the columns of a <see cref="RowMapping"/> added; it owns the input row.</summary>
internal sealed class MappedRow : DataViewRow
{
    private readonly RowMapping _mapping;
    private readonly DataViewRow _input;
    private readonly bool[] _active;
    private readonly Delegate[] _added;

    public MappedRow(RowMapping mapping, DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        _mapping = mapping;
        _input = input;
        _active = mapping.OutputSchema.Flags(activeColumns);
        _added = mapping.MakeGetters(input, _active[mapping.InputSchema.Count..]);
    }

    public override DataViewSchema Schema => _mapping.OutputSchema;

    public override long Position => _input.Position;

    public override long Batch => _input.Batch;

    public override bool IsColumnActive(DataViewSchema.Column column) => _active[column.Index];

    public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

    public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
    {
        if (!IsColumnActive(column))
            throw RowGetters.NotActive(column);
        int passedThrough = _mapping.InputSchema.Count;
        return column.Index < passedThrough
            ? _input.GetGetter<TValue>(_input.Schema[column.Index])
            : RowGetters.Cast<TValue>(_added[column.Index - passedThrough], column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
    }
}
