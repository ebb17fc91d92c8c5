using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A view with columns and no rows, for fitting transformers that look only at the schema.</summary>
internal sealed class EmptyView(DataViewSchema schema) : SequentialDataView(schema)
{
    public override long? GetRowCount() => 0;

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(Schema, active);

    private sealed class Cursor(DataViewSchema schema, bool[] active) : SequentialCursor(schema, active)
    {
        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = default;

        protected override bool MoveToNextRow() => false;

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) =>
            (ref TValue _) => throw new InvalidOperationException("The view has no rows.");
    }
}
