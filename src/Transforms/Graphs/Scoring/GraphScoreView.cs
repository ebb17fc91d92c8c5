using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A view of graphs with the columns that a model adds. Graphs are read ahead and scored many at a time; no more of them are in
/// memory.
/// </summary>
internal sealed class GraphScoreView(IDataView input, GraphModel model, GraphSchema graphs, BadRows badRows)
    : SequentialDataView(model.Columns.AddTo(input.Schema))
{
    // Enough to keep the device busy, few enough to keep a batch in memory.
    private const int GraphsAtATime = 256;

    public override bool CanShuffle => false;

    public override long? GetRowCount() => input.GetRowCount();

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(this, active);

    private sealed class Cursor : SequentialCursor
    {
        private readonly GraphScoreView _view;
        private readonly DataViewRowCursor _inner;
        private readonly DataViewRowCursor? _ahead;
        private readonly GraphTable _table;
        private readonly Func<int>? _read;
        private readonly int[] _graphs = new int[GraphsAtATime];
        private readonly GraphModel.Scorer _scorer;
        private readonly GraphPrediction _prediction;
        private int _count, _next;

        // One cursor for the columns that pass, one for the graphs, which is a batch ahead.
        internal Cursor(GraphScoreView view, bool[] active) : base(view.Schema, active)
        {
            _view = view;
            _inner = view.Input.GetRowCursor(view.Input.Schema.Where(column => active[column.Index]));
            _table = GraphTable.Empty(view.Graphs);
            (_scorer, _prediction) = (new(view.Model), view.Model.NewPrediction());
            if (!active.AsSpan(view.Input.Schema.Count).Contains(true))
                return;
            _ahead = view.Input.GetRowCursor(view.Graphs.Columns);
            _read = _table.Reader(_ahead, view.BadRows);
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _inner.GetIdGetter();

        protected override bool MoveToNextRow()
        {
            if (!_inner.MoveNext())
                return false;
            if (_ahead is null)
                return true;
            if (_next == _count)
                Score();
            _prediction.Row = _graphs[_next++];
            return true;
        }

        private void Score()
        {
            _table.Clear();
            for (_count = 0; _count < GraphsAtATime && _ahead!.MoveNext(); _count++)
                _graphs[_count] = _read!();
            if (_count == 0)
                throw new InvalidDataException($"The view of graphs gave row {_inner.Position} to one cursor and not to another; "
                    + $"expected the same rows each time.");
            _next = 0;
            if (_table.Count > 0)
                _prediction.Scores = _scorer.Score(_table);
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            if (column.Index < _view.Input.Schema.Count)
                return _inner.GetGetter<TValue>(_view.Input.Schema[column.Index]);
            var columns = _view.Model.Columns;
            return columns.Getter<TValue>(columns.Kinds[column.Index - _view.Input.Schema.Count], () => _prediction);
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            _inner.Dispose();
            _ahead?.Dispose();
        }
    }

    private IDataView Input => input;

    private GraphModel Model => model;

    private GraphSchema Graphs => graphs;

    private BadRows BadRows => badRows;
}
