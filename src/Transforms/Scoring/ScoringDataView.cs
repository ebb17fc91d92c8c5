using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Rows with the columns that a model adds.</summary>
internal sealed class ScoringDataView(SequenceScorer scorer, IDataView input) : SequentialDataView(scorer.Columns.AddTo(input.Schema))
{
    public override bool CanShuffle => input.CanShuffle;

    public override long? GetRowCount() => input.GetRowCount();

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        var wanted = scorer.Wanted(active.AsSpan(input.Schema.Count), out bool any);
        // Two cursors over the input, which have to give the rows in the same order.
        int? seed = rand?.Next();
        Random? Same() => seed is { } value ? new Random(value) : null;
        var passed = input.GetRowCursor(input.Schema.Where(column => active[column.Index]), Same());
        if (!any)
            return new ScoringCursor(Schema, active, input.Schema, scorer, passed, null);
        try
        {
            return new ScoringCursor(Schema, active, input.Schema, scorer, passed, new ReadAhead(scorer, input, wanted, Same()));
        }
        catch
        {
            passed.Dispose();
            throw;
        }
    }

    /// <summary>A cursor over the input that gives its columns, beside one that is ahead and scores.</summary>
    private sealed class ScoringCursor(DataViewSchema schema, bool[] active, DataViewSchema inputSchema, SequenceScorer scorer,
        DataViewRowCursor passed, ReadAhead? ahead) : SequentialCursor(schema, active)
    {
        private readonly ValueGetter<DataViewRowId> _id = passed.GetIdGetter();
        private bool _isDisposed;

        public override ValueGetter<DataViewRowId> GetIdGetter() => passed.GetIdGetter();

        protected override bool MoveToNextRow()
        {
            bool moved = passed.MoveNext();
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
            column.Index < inputSchema.Count
                ? passed.GetGetter<TValue>(inputSchema[column.Index])
                : scorer.Columns.Getter<TValue>(scorer.Columns.Kinds[column.Index - inputSchema.Count], () => ahead!.Window);

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
