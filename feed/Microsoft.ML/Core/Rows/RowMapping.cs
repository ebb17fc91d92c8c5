using Microsoft.ML.Runtime;

namespace Microsoft.ML.Data;

/// <summary>Columns added to those of an input row, whose values depend on that row alone.</summary>
internal abstract class RowMapping : IRowToRowMapper
{
    // Where each output column comes from: an index into the input schema, or ~index into the added columns.
    private readonly int[] _sources;

    protected RowMapping(DataViewSchema inputSchema, IEnumerable<DataViewSchema.DetachedColumn> added)
    {
        InputSchema = inputSchema;
        DataViewSchema.DetachedColumn[] addedColumns = added.ToArray();
        DataViewSchema.DetachedColumn columnOf(int source) =>
            source >= 0 ? new DataViewSchema.DetachedColumn(inputSchema[source]) : addedColumns[~source];

        // A column that hides others follows the last of them; the rest go to the end.
        List<int> sources = Enumerable.Range(0, inputSchema.Count).ToList();
        for (int i = 0; i < addedColumns.Length; i++)
        {
            int hidden = sources.FindLastIndex(source => columnOf(source).Name == addedColumns[i].Name);
            sources.Insert(hidden >= 0 ? hidden + 1 : sources.Count, ~i);
        }

        _sources = [.. sources];
        AddedCount = addedColumns.Length;
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(sources.Select(columnOf));
        OutputSchema = builder.ToSchema();
    }

    public DataViewSchema InputSchema { get; }

    /// <summary>The input's columns and the added ones, which hide those of their name.</summary>
    public DataViewSchema OutputSchema { get; }

    public int AddedCount { get; }

    /// <summary>Indices of the input columns from which the added column is made.</summary>
    public abstract IEnumerable<int> InputsOf(int added);

    /// <summary>The getters of the added columns that are active, null for the others.</summary>
    public abstract Delegate[] MakeGetters(DataViewRow input, bool[] active);

    /// <summary>Whether an output column is one of the input's, and its index there or among the added ones.</summary>
    public bool IsInput(DataViewSchema.Column output, out int index)
    {
        int source = _sources[output.Index];
        index = source >= 0 ? source : ~source;
        return source >= 0;
    }

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns) =>
        dependingColumns.SelectMany(column => IsInput(column, out int index) ? [index] : InputsOf(index))
            .Distinct().Order().Select(index => InputSchema[index]).ToArray();

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        Contracts.CheckValue(input, nameof(input));
        Contracts.CheckValue(activeColumns, nameof(activeColumns));
        Contracts.Check(input.Schema == InputSchema, "Schema of input row must be the same as the schema the mapper is bound to");
        return new MappedRow(this, input, activeColumns);
    }
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
