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
        var activeAdded = new bool[mapping.AddedCount];
        foreach (DataViewSchema.Column column in mapping.OutputSchema.Where(IsColumnActive))
        {
            if (!mapping.IsInput(column, out int added))
                activeAdded[added] = true;
        }

        _added = mapping.MakeGetters(input, activeAdded);
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
        return _mapping.IsInput(column, out int index)
            ? _input.GetGetter<TValue>(_input.Schema[index])
            : RowGetters.Cast<TValue>(_added[index], column);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _input.Dispose();
    }
}
