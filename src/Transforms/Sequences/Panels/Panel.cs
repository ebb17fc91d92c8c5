using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The rows of a panel in memory, grouped by series and within a series in the order of time.</summary>
internal sealed class Panel
{
    private readonly PanelColumns _columns;
    private int[] _seriesOfRow = [];
    private long[] _times = [];
    private float[] _features = [];
    private int _count;
    private int[] _rows = [];
    private int[] _ends = [];

    /// <summary>Reads all rows.</summary>
    /// <exception cref="InvalidDataException">
    /// A series or time is missing, two rows have the same series and time, a carried column differs within a series, or time goes
    /// backwards where it may not.
    /// </exception>
    public Panel(IDataView data, PanelColumns columns)
    {
        _columns = columns;
        using var cursor = data.GetRowCursor(columns.Needed.ToArray());
        Series = columns.Series is { } series ? (SeriesIds)SeriesColumn.CreateId(cursor, series) : new OneSeries();
        Carried = Array.ConvertAll(columns.Carried, column => (CarriedColumn)SeriesColumn.CreateCarried(cursor, column));
        Read(cursor);
        Order();
    }

    public SeriesIds Series { get; }

    public CarriedColumn[] Carried { get; }

    /// <summary>The sequence of a series, [steps × features].</summary>
    public void GetSequence(int series, ref VBuffer<float> value)
    {
        int width = _columns.FeatureCount;
        int start = StartOf(series);
        var editor = VBufferEditor.Create(ref value, (_ends[series] - start) * width);
        for (int i = start; i < _ends[series]; i++)
            _features.AsSpan(_rows[i] * width, width).CopyTo(editor.Values[((i - start) * width)..]);
        value = editor.Commit();
    }

    /// <summary>The times of a series, in their order.</summary>
    public long[] TimesOf(int series) => _times[StartOf(series).._ends[series]];

    /// <summary>A step of a series.</summary>
    public ReadOnlySpan<float> StepOf(int series, int step) =>
        _features.AsSpan(_rows[StartOf(series) + step] * _columns.FeatureCount, _columns.FeatureCount);

    /// <summary>The numbers of the rows before some time of their series.</summary>
    public bool[] RowsBefore(Func<int, long> end)
    {
        var before = new bool[_rows.Length == 0 ? 0 : _rows.Max() + 1];
        for (int series = 0; series < _ends.Length; series++)
            for (int i = StartOf(series); i < _ends[series] && _times[i] < end(series); i++)
                before[_rows[i]] = true;
        return before;
    }

    private int StartOf(int series) => series == 0 ? 0 : _ends[series - 1];

    private void Read(DataViewRowCursor cursor)
    {
        var time = _columns.Time is { } column ? TimeKey.Reader(cursor, column, _columns.TimeFormat) : () => cursor.Position;
        List<long> last = [];
        int width = _columns.FeatureCount;
        var features = Array.ConvertAll(_columns.Features, column => new FeatureGetter(cursor, column));
        while (cursor.MoveNextOrThrow())
        {
            int series = Series.Current();
            GrowingArray.Ensure(ref _seriesOfRow, _count + 1L);
            GrowingArray.Ensure(ref _times, _count + 1L);
            GrowingArray.Ensure(ref _features, (_count + 1L) * width);
            _seriesOfRow[_count] = series;
            _times[_count] = time();
            if (_columns.InOrder)
                CheckOrder(last, series, _times[_count], cursor);
            var step = _features.AsSpan(_count * width, width);
            foreach (var feature in features)
                step = step[feature.Read(step)..];
            foreach (var carried in Carried)
                carried.Observe(series, () => $"series {Series.Describe(series)}");
            _count++;
        }
    }

    private void CheckOrder(List<long> last, int series, long time, DataViewRow row)
    {
        if (series == last.Count)
            last.Add(long.MinValue);
        if (time < last[series] && _columns.Time is { } column)
            throw new InvalidDataException($"Column '{column.Name}', {RowName.Of(row)}: time goes backwards in {Name(series)}, from "
                + $"{TimeKey.Describe(last[series], column.Type)} to {TimeKey.Describe(time, column.Type)}; expected rows in the order of "
                + (_columns.Series is null ? "time, SortRows, or SeriesColumnName where rows are of several series."
                    : "time, or SortRows."));
        last[series] = time;
    }

    private void Order()
    {
        // Counting sort by series, then each series by time.
        _ends = new int[Series.Count];
        for (int row = 0; row < _count; row++)
            _ends[_seriesOfRow[row]]++;
        int end = 0;
        for (int series = 0; series < _ends.Length; series++)
            (_ends[series], end) = (end, end + _ends[series]);
        _rows = new int[_count];
        var times = new long[_count];
        for (int row = 0; row < _count; row++)
        {
            int place = _ends[_seriesOfRow[row]]++;
            (_rows[place], times[place]) = (row, _times[row]);
        }

        for (int series = 0; series < _ends.Length; series++)
        {
            int start = StartOf(series);
            Array.Sort(times, _rows, start, _ends[series] - start);
            for (int i = start + 1; i < _ends[series]; i++)
            {
                if (times[i] == times[i - 1])
                    throw Duplicate(series, times[i], _rows[i - 1], _rows[i]);
            }
        }

        (_times, _seriesOfRow) = (times, []);
    }

    private InvalidDataException Duplicate(int series, long time, int row, int other) =>
        new($"{(_columns.Series is { } of ? $"Columns '{of.Name}' and" : "Column")} '{_columns.Time!.Value.Name}': {Name(series)} has two "
            + $"rows at time {TimeKey.Describe(time, _columns.Time.Value.Type)}, rows {Math.Min(row, other)} and {Math.Max(row, other)}; "
            + "expected one.");

    private string Name(int series) => _columns.Series is null ? "the series" : $"series {Series.Describe(series)}";

    private sealed class FeatureGetter(DataViewRow row, DataViewSchema.Column source)
    {
        private readonly ValueGetter<float>? _scalar = source.Type is VectorDataViewType ? null : row.GetGetter<float>(source);
        private readonly ValueGetter<VBuffer<float>>? _vector =
            source.Type is VectorDataViewType ? row.GetGetter<VBuffer<float>>(source) : null;
        private VBuffer<float> _value;

        /// <returns>How many values were written.</returns>
        public int Read(Span<float> step)
        {
            if (_scalar is not null)
            {
                _scalar(ref step[0]);
                return 1;
            }

            _vector!(ref _value);
            _value.CopyTo(step);
            return _value.Length;
        }
    }
}
