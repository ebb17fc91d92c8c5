using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Rows with the columns that a model adds: one cursor passes the rows on, and another reads ahead and predicts.</summary>
internal sealed class ReadAheadView(WindowMapping mapping, RowMapping rows, IDataView input) : SequentialDataView(rows.OutputSchema)
{
    public override bool CanShuffle => input.CanShuffle;

    public override long? GetRowCount() => input.GetRowCount();

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        // Two cursors over the input, which have to give the rows in the same order.
        int? seed = rand?.Next();
        Random? Same() => seed is { } value ? new Random(value) : null;
        var passed = input.GetRowCursor(input.Schema.Where(column => active[column.Index]), Same());
        try
        {
            var wanted = active[input.Schema.Count..];
            return new Cursor(Schema, active, mapping, passed, wanted.Contains(true) ? new(mapping, input, wanted, Same()) : null);
        }
        catch
        {
            passed.Dispose();
            throw;
        }
    }

    private sealed class Cursor(DataViewSchema schema, bool[] active, WindowMapping mapping, DataViewRowCursor passed, ReadAhead? ahead)
        : SequentialCursor(schema, active)
    {
        private readonly ValueGetter<DataViewRowId> _id = passed.GetIdGetter();
        private bool _isDisposed;

        public override ValueGetter<DataViewRowId> GetIdGetter() => passed.GetIdGetter();

        protected override bool MoveToNextRow()
        {
            bool moved = passed.MoveNextOrThrow();
            if (ahead is not null)
            {
                DataViewRowId id = default;
                if (moved)
                    _id(ref id);
                ahead.MoveNext(moved, id, passed.Position);
            }

            return moved;
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) =>
            column.Index < mapping.InputSchema.Count ? passed.GetGetter<TValue>(mapping.InputSchema[column.Index])
                : (ValueGetter<TValue>)mapping.Getter(column, () => ahead!.Window);

        protected override void Dispose(bool disposing)
        {
            if (!disposing || _isDisposed)
                return;
            _isDisposed = true;
            ahead?.Dispose();
            passed.Dispose();
        }
    }
}
