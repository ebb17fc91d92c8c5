using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A column that is computed from a row.</summary>
/// <param name="Name">Its name; it hides another of that name.</param>
/// <param name="Type">Its type.</param>
/// <param name="Getter">Makes the getter of that type for a row of the view that it is added to.</param>
internal sealed record AddedColumn(string Name, DataViewType Type, Func<DataViewRow, Delegate> Getter);

/// <summary>A view with columns added after its own.</summary>
/// <param name="input">The view.</param>
/// <param name="added">The columns.</param>
/// <param name="needed">The view's columns that they are computed from.</param>
internal sealed class AddedColumnsView(IDataView input, IReadOnlyList<AddedColumn> added,
    params IReadOnlyList<DataViewSchema.Column> needed)
    : SequentialDataView(AddTo(input.Schema, [.. added.Select(column => (column.Name, column.Type))]))
{
    public override long? GetRowCount() => input.GetRowCount();

    /// <summary>The schema with the columns.</summary>
    internal static DataViewSchema AddTo(DataViewSchema schema, params IReadOnlyList<(string Name, DataViewType Type)> added)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        foreach (var (name, type) in added)
            builder.AddColumn(name, type, null);
        return builder.ToSchema();
    }

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        var isComputing = active.AsSpan(input.Schema.Count).Contains(true);
        var read = input.Schema.Where(column => active[column.Index] || isComputing && needed.Any(one => one.Index == column.Index));
        return new Cursor(this, active, input.GetRowCursor(read), input.Schema, added);
    }

    private sealed class Cursor(AddedColumnsView view, bool[] active, DataViewRowCursor inner, DataViewSchema own,
        IReadOnlyList<AddedColumn> added) : SequentialCursor(view.Schema, active)
    {
        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override bool MoveToNextRow() => inner.MoveNextOrThrow();

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => column.Index < own.Count
            ? inner.GetGetter<TValue>(own[column.Index])
            : (ValueGetter<TValue>)added[column.Index - own.Count].Getter(inner);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
        }
    }
}
