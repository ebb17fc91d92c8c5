using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A view of nodes, or of pairs of nodes, with the columns that a model adds; all rows are scored together, once,
/// when one of them is first asked for.
/// </summary>
internal sealed class NodeScoreView : SequentialDataView
{
    private readonly IDataView _input;
    private readonly GraphModel _model;
    private readonly Lazy<GraphScores> _scores;

    internal NodeScoreView(IDataView input, GraphModel model, Func<GraphScores> score) : base(model.Columns.AddTo(input.Schema)) =>
        (_input, _model, _scores) = (input, model, new(score));

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
            var prediction = view._model.NewPrediction();
            prediction.Scores = view._scores.Value;
            var columns = view._model.Columns;
            return columns.Getter<TValue>(columns.Kinds[column.Index - view._input.Schema.Count], () =>
            {
                prediction.Row = prediction.Scores.OfRow is { } of ? of[inner.Position] : inner.Position;
                return prediction;
            });
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
        }
    }
}
