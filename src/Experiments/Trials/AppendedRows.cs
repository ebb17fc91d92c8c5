using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments;

/// <summary>The rows of a view, and those of another one of the same columns after them.</summary>
internal sealed class AppendedRows(IDataView first, IDataView second) : SequentialDataView(first.Schema)
{
    public override long? GetRowCount() => first.GetRowCount() + second.GetRowCount();

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(first, second, active);

    private sealed class Cursor : SequentialCursor
    {
        private readonly DataViewRowCursor[] _parts;
        private int _part;

        internal Cursor(IDataView first, IDataView second, bool[] active) : base(first.Schema, active)
        {
            DataViewSchema.Column[] columns = [.. first.Schema.Where(column => active[column.Index])];
            _parts = [first.GetRowCursor(columns), second.GetRowCursor(columns.Select(column => second.Schema[column.Name]))];
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() =>
            (ref DataViewRowId id) => id = new((ulong)Position, (ulong)_part);

        protected override bool MoveToNextRow()
        {
            if (_part == 0 && _parts[0].MoveNextOrThrow())
                return true;
            _part = 1;
            return _parts[1].MoveNextOrThrow();
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            ValueGetter<TValue>[] getters = [.. _parts.Select(part => part.GetGetter<TValue>(part.Schema[column.Name]))];
            return (ref TValue value) => getters[_part](ref value);
        }

        protected override void Dispose(bool disposing)
        {
            foreach (var part in disposing ? _parts : [])
                part.Dispose();
        }
    }
}
