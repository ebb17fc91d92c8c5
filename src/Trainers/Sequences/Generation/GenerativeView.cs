using System.Runtime.ExceptionServices;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Rows with what a language model or translator predicts: one cursor passes the rows on, a second one reads their tokens ahead.
/// </summary>
internal sealed class GenerativeView(GenerativeTransformer model, IDataView input, RowMapping mapping)
    : SequentialDataView(mapping.OutputSchema)
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
            var ahead = active.AsSpan(input.Schema.Count).Contains(true)
                ? input.GetRowCursor([input.Schema.Require(model.Info.Input.Column)], Same()) : null;
            return new Cursor(model, Schema, active, passed, ahead);
        }
        catch
        {
            passed.Dispose();
            throw;
        }
    }

    private sealed class Cursor : SequentialCursor
    {
        private readonly GenerativeTransformer _model;
        private readonly DataViewRowCursor _passed;
        private readonly DataViewRowCursor? _ahead;
        private readonly TokenReader? _reader;
        private readonly ValueGetter<DataViewRowId> _id;
        private readonly ValueGetter<DataViewRowId>? _idAhead;
        private readonly Queue<(DataViewRowId Id, GenerativeRow Row)> _predicted = new();
        private GenerativeRow? _current;
        private ExceptionDispatchInfo? _error;
        private bool _isAtEnd, _hasRead;

        internal Cursor(GenerativeTransformer model, DataViewSchema schema, bool[] active, DataViewRowCursor passed,
            DataViewRowCursor? ahead)
            : base(schema, active)
        {
            (_model, _passed, _ahead, _id) = (model, passed, ahead, passed.GetIdGetter());
            _reader = ahead is null ? null : new(ahead, model.Info.Input);
            _idAhead = ahead?.GetIdGetter();
        }

        public override ValueGetter<DataViewRowId> GetIdGetter() => _passed.GetIdGetter();

        protected override bool MoveToNextRow()
        {
            var isRow = _passed.MoveNextOrThrow();
            if (_ahead is null)
                return isRow;
            if (_predicted.Count == 0)
                Fill();
            var isRowHere = _predicted.TryDequeue(out var next);
            // A bad row is an error once the rows before it were handed out.
            if (isRow && !isRowHere)
                _error?.Throw();
            DataViewRowId id = default;
            if (isRow)
                _id(ref id);
            if (isRow != isRowHere || (isRow && !next.Id.Equals(id)))
            {
                throw new InvalidOperationException($"The data gave {(isRow ? $"row {_passed.Position}" : "its end")} in another place "
                    + $"when "
                    + "it was read a second time, to score it ahead: it has to come in the same order each time. ml.Data.Cache keeps it.");
            }
            _current = next.Row;
            return isRow;
        }

        // Few rows at first, for callers that want no more.
        private void Fill()
        {
            var options = _model.Scoring;
            var most = _hasRead ? options.ReadAheadRows : Math.Min(options.BatchRows, options.ReadAheadRows);
            _hasRead = true;
            List<long[]> rows = [];
            List<DataViewRowId> ids = [];
            for (var steps = 0L; rows.Count < most && steps < options.ReadAheadSteps && Read(rows, ids); steps += rows[^1].Length)
                options.CancellationToken.ThrowIfCancellationRequested();
            foreach (var predicted in ids.Zip(_model.Predict(rows)))
                _predicted.Enqueue(predicted);
        }

        private bool Read(List<long[]> rows, List<DataViewRowId> ids)
        {
            try
            {
                if (_isAtEnd || !_ahead!.MoveNextOrThrow())
                    return !(_isAtEnd = true);
                rows.Add(_reader!.Read(_model.Scoring.BadRows));
                DataViewRowId id = default;
                _idAhead!(ref id);
                ids.Add(id);
                return true;
            }
            catch (InvalidDataException exception)
            {
                _error = ExceptionDispatchInfo.Capture(exception);
                return !(_isAtEnd = true);
            }
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => column.Index < _passed.Schema.Count
            ? _passed.GetGetter<TValue>(_passed.Schema[column.Index])
            : (ValueGetter<TValue>)_model.Getter(
                column, () => _current ?? throw new InvalidOperationException("The cursor stands on no row."));

        protected override void Dispose(bool disposing)
        {
            if (!disposing)
                return;
            _passed.Dispose();
            _ahead?.Dispose();
        }
    }
}
