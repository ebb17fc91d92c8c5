namespace Microsoft.ML.Data;

/// <summary>Columns added to those of an input row, whose values depend on that row alone.</summary>
internal abstract class RowMapping : IRowToRowMapper
{
    protected RowMapping(DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        InputSchema = inputSchema;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(inputSchema);
        builder.AddColumns(added);
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    /// <summary>The input's columns, then the added ones, which hide those of their name.</summary>
    public DataViewSchema OutputSchema { get; }

    public int AddedCount => OutputSchema.Count - InputSchema.Count;

    /// <summary>Indices of the input columns from which the added column is made.</summary>
    public abstract IEnumerable<int> InputsOf(int added);

    /// <summary>The getters of the added columns that are active, null for the others.</summary>
    public abstract Delegate[] MakeGetters(DataViewRow input, bool[] active);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns
            .SelectMany(column => column.Index < InputSchema.Count ? [column.Index] : InputsOf(column.Index - InputSchema.Count))
            .Distinct().Order().Select(index => InputSchema[index]).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns) =>
        new MappedRow(this, input, activeColumns);
}

/// <summary>One added column: what it is, the input columns it reads and how to make its getter for a row.</summary>
/// <param name="Column">Name, type and annotations.</param>
/// <param name="Inputs">Indices into the input schema.</param>
/// <param name="MakeGetter">Given the input row, a <see cref="ValueGetter{TValue}"/> of the column's raw type.</param>
internal sealed record AddedColumn(DataViewSchema.DetachedColumn Column, IReadOnlyList<int> Inputs, Func<DataViewRow, Delegate> MakeGetter);

/// <summary>A mapping whose added columns have nothing in common.</summary>
internal sealed class ColumnMapping(DataViewSchema inputSchema, IReadOnlyList<AddedColumn> added)
    : RowMapping(inputSchema, added.Select(column => column.Column))
{
    public override IEnumerable<int> InputsOf(int column) => added[column].Inputs;

    public override Delegate[] MakeGetters(DataViewRow input, bool[] active) =>
        added.Select((column, index) => active[index] ? column.MakeGetter(input) : null).ToArray();
}
