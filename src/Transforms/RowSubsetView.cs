using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Some rows of a view, in their order.</summary>
/// <param name="input">The view.</param>
/// <param name="kept">Whether each row is kept; rows after the last of these are not.</param>
internal sealed class RowSubsetView(IDataView input, bool[] kept) : SequentialDataView(input.Schema)
{
    public override long? GetRowCount() => kept.Count(row => row);

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) =>
        new Cursor(Schema, active, input.GetRowCursor(Schema.Where(column => active[column.Index])), kept);

    private sealed class Cursor(DataViewSchema schema, bool[] active, DataViewRowCursor inner, bool[] kept)
        : SequentialCursor(schema, active)
    {
        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override bool MoveToNextRow()
        {
            while (inner.MoveNextOrThrow())
                if (inner.Position < kept.Length && kept[inner.Position])
                    return true;
            return false;
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => inner.GetGetter<TValue>(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
        }
    }
}
