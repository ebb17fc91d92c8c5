using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>A view of nodes with the columns that a model adds; all rows are scored together, once, when one of them is first asked for.</summary>
internal sealed class NodeScoreView : SequentialDataView
{
    private readonly IDataView _input;
    private readonly GraphModelInfo _info;
    private readonly Lazy<float[]> _scores;

    internal NodeScoreView(IDataView input, GraphModelInfo info, Func<float[]> score) : base(RowMapping.AddTo(input.Schema, GraphScoreColumns.Of(info))) =>
        (_input, _info, _scores) = (input, info, new(score));

    public override bool CanShuffle => false;

    public override long? GetRowCount() => _input.GetRowCount();

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) =>
        new Cursor(this, active, _input.GetRowCursor(_input.Schema.Where(column => active[column.Index])));

    private sealed class Cursor(NodeScoreView view, bool[] active, DataViewRowCursor inner) : SequentialCursor(view.Schema, active)
    {
        public override ValueGetter<DataViewRowId> GetIdGetter() => inner.GetIdGetter();

        protected override bool MoveToNextRow() => inner.MoveNext();

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < view._input.Schema.Count)
                return inner.GetGetter<TValue>(view._input.Schema[column.Index]);
            var (scores, outputs) = (view._scores.Value, view._info.Outputs);
            return (ValueGetter<TValue>)GraphScoreColumns.Getter(column, () => scores.AsSpan((int)inner.Position * outputs, outputs));
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
        }
    }
}
