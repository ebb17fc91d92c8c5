using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>One row per window of the input's sequences, cut as they are read.</summary>
internal sealed class WindowView(IDataView input, WindowLayout layout) : SequentialDataView(layout.Schema)
{
    // Shuffling reorders the sequences; the windows of one stay together.
    public override bool CanShuffle => input.CanShuffle;

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        var needed = input.Schema.Where(column => active[column.Index] || column.Index == layout.Source.Index);
        return new Cursor(input.GetRowCursor(needed, rand), layout, active);
    }

    /// <summary>Goes from window to window and, after a sequence's last one, to the next sequence.</summary>
    private sealed class Cursor(DataViewRowCursor input, WindowLayout layout, bool[] active) : SequentialCursor(layout.Schema, active)
    {
        private readonly WindowReader _reader = WindowReader.Create(input, layout);

        public override long Batch => input.Batch;

        public override ValueGetter<DataViewRowId> GetIdGetter()
        {
            var idOfSequence = input.GetIdGetter();
            return (ref DataViewRowId id) =>
            {
                idOfSequence(ref id);
                id = id.Combine(new DataViewRowId((ulong)_reader.Start, 0));
            };
        }

        protected override bool MoveToNextRow()
        {
            if (_reader.Start + layout.Options.Stride <= _reader.LastStart)
            {
                _reader.Start += layout.Options.Stride;
                return true;
            }

            while (input.MoveNextOrThrow())
            {
                if (_reader.Read())
                    return true;
            }

            return false;
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => column.Index < layout.WindowIndex
            ? input.GetGetter<TValue>(input.Schema[column.Index])
            : (ValueGetter<TValue>)_reader.CreateGetter(column);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                input.Dispose();
        }
    }
}
