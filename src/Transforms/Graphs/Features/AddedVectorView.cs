using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A view with a column of Single vectors added after its own; it hides one of the same name.</summary>
/// <param name="input">The view.</param>
/// <param name="name">The new column.</param>
/// <param name="type">Its type.</param>
/// <param name="needed">The columns it is computed from.</param>
/// <param name="getter">Makes the getter that computes it from a row of <paramref name="input"/>.</param>
internal sealed class AddedVectorView(
    IDataView input, string name, VectorDataViewType type, IReadOnlyList<DataViewSchema.Column> needed, Func<DataViewRow, ValueGetter<VBuffer<float>>> getter)
    : SequentialDataView(Add(input.Schema, name, type))
{
    public override long? GetRowCount() => input.GetRowCount();

    /// <summary>The schema with the column.</summary>
    internal static DataViewSchema Add(DataViewSchema schema, string name, VectorDataViewType type)
    {
        var builder = new DataViewSchema.Builder();
        builder.AddColumns(schema);
        builder.AddColumn(name, type);
        return builder.ToSchema();
    }

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        var own = active[input.Schema.Count];
        return new Cursor(this, active, input.GetRowCursor(input.Schema.Where(column => active[column.Index] || own && needed.Any(one => one.Index == column.Index))));
    }

    private DataViewSchema InputSchema => input.Schema;

    private ValueGetter<VBuffer<float>> GetterOf(DataViewRow row) => getter(row);

    private sealed class Cursor(AddedVectorView view, bool[] active, DataViewRowCursor inner) : SequentialCursor(view.Schema, active)
    {
        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override bool MoveToNextRow() => inner.MoveNext();

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => column.Index < view.InputSchema.Count
            ? inner.GetGetter<TValue>(view.InputSchema[column.Index])
            : (ValueGetter<TValue>)(Delegate)view.GetterOf(inner);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
        }
    }
}
