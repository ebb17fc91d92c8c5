using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Adds a model's columns to one row at a time, as a prediction engine asks for.</summary>
internal sealed class ScoringRowMapper(SequenceScorer scorer, DataViewSchema inputSchema) : IRowToRowMapper
{
    private readonly SequenceColumns _columns = scorer.Bind(inputSchema);

    public DataViewSchema InputSchema => inputSchema;

    public DataViewSchema OutputSchema { get; } = scorer.Columns.AddTo(inputSchema);

    public IEnumerable<DataViewSchema.Column> GetDependencies(IEnumerable<DataViewSchema.Column> dependingColumns)
    {
        var needed = new SortedSet<int>();
        foreach (var column in dependingColumns)
            needed.UnionWith(column.Index < inputSchema.Count ? [column.Index] : _columns.Of(inputSchema).Select(read => read.Index));
        return needed.Select(index => inputSchema[index]).ToArray();
    }

    public DataViewRow GetRow(DataViewRow input, IEnumerable<DataViewSchema.Column> activeColumns)
    {
        ArgumentNullException.ThrowIfNull(input);
        if (input.Schema != inputSchema)
            throw new ArgumentException("The row has another schema than the one this mapper was made for.", nameof(input));
        var active = new bool[OutputSchema.Count];
        foreach (var column in activeColumns)
            active[column.Index] = true;
        return new Row(this, input, active);
    }

    private sealed class Row : DataViewRow
    {
        private readonly ScoringRowMapper _mapper;
        private readonly SequenceScorer _scorer;
        private readonly DataViewRow _input;
        private readonly bool[] _active;
        private readonly bool[] _wanted;
        private readonly SequenceReader? _reader;
        private readonly ScoringWindow? _window;
        private long _scored = -1;
        private bool _isDisposed;

        public Row(ScoringRowMapper mapper, DataViewRow input, bool[] active)
        {
            (_mapper, _input, _active) = (mapper, input, active);
            _scorer = mapper.Scorer;
            _wanted = _scorer.Wanted(active.AsSpan(mapper.InputSchema.Count), out bool any);
            if (!any)
                return;
            _reader = new SequenceReader(input, mapper._columns);
            _window = _scorer.RentWindow(mapper._columns);
        }

        public override DataViewSchema Schema => _mapper.OutputSchema;

        public override long Position => _input.Position;

        public override long Batch => _input.Batch;

        public override bool IsColumnActive(DataViewSchema.Column column) => column.Index < _active.Length && _active[column.Index];

        public override ValueGetter<DataViewRowId> GetIdGetter() => _input.GetIdGetter();

        public override ValueGetter<TValue> GetGetter<TValue>(DataViewSchema.Column column)
        {
            if (!IsColumnActive(column))
                throw new ArgumentOutOfRangeException(nameof(column), $"Column '{column.Name}' is not among those this row was asked for.");
            if (column.Type.RawType != typeof(TValue))
            {
                throw new InvalidOperationException(
                    $"Column '{column.Name}' is {column.Type}: its values are {column.Type.RawType}, not {typeof(TValue)}.");
            }

            int added = column.Index - _mapper.InputSchema.Count;
            return added < 0
                ? _input.GetGetter<TValue>(_mapper.InputSchema[column.Index])
                : _scorer.Columns.Getter<TValue>(_scorer.Columns.Kinds[added], Scored);
        }

        // All columns of a row are asked for one after another: the model runs for the first of them.
        private ScoringWindow Scored()
        {
            ObjectDisposedException.ThrowIf(_isDisposed, typeof(DataViewRow));
            if (_scored == _input.Position)
                return _window!;
            _scored = -1;
            _window!.Rows.Clear();
            _window.Current = _scorer.Read(_reader!, _window.Rows);
            if (!_window.IsMissing)
                _window.Run(_wanted);
            _scored = _input.Position;
            return _window;
        }

        protected override void Dispose(bool disposing)
        {
            if (!disposing || _isDisposed)
                return;
            _isDisposed = true;
            if (_window is not null)
                _scorer.ReturnWindow(_window);
            _input.Dispose();
        }
    }

    private SequenceScorer Scorer => scorer;
}
