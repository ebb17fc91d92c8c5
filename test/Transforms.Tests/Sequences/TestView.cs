using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests;

/// <summary>Rows computed from their number, counted as they are read.</summary>
internal sealed class TestView : SequentialDataView
{
    private readonly Delegate[] _values;
    private readonly long _rows;
    private long _rowsMoved;

    private TestView(DataViewSchema schema, Delegate[] values, long rows) : base(schema) => (_values, _rows) = (values, rows);

    /// <summary>Rows that cursors moved to, in all.</summary>
    public long RowsMoved => Interlocked.Read(ref _rowsMoved);

    /// <summary>Cursors that were opened and not yet disposed.</summary>
    public int OpenCursors { get; private set; }

    /// <summary>Called before each move with the number of the row that comes.</summary>
    public Action<long> OnMove { get; set; } = _ => { };

    public long? KnownRowCount { get; set; }

    public override long? GetRowCount() => KnownRowCount;

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        OpenCursors++;
        return new Cursor(this, active);
    }

    internal sealed class Builder
    {
        private readonly DataViewSchema.Builder _schema = new();
        private readonly List<Delegate> _values = [];

        public Builder Add<T>(string name, DataViewType type, Func<long, T> value, DataViewSchema.Annotations? annotations = null)
        {
            Assert.AreEqual(typeof(T), type.RawType);
            _schema.AddColumn(name, type, annotations);
            _values.Add(value);
            return this;
        }

        /// <summary>A column of vectors.</summary>
        public Builder AddVector<T>(string name, PrimitiveDataViewType item, Func<long, T[]> value, params int[] dimensions) =>
            Add(name, new VectorDataViewType(item, dimensions.Length == 0 ? [0] : dimensions),
                row => new VBuffer<T>(value(row).Length, value(row)));

        public Builder AddText(string name, Func<long, string> value) =>
            Add(name, TextDataViewType.Instance, row => value(row).AsMemory());

        public Builder AddSingle(string name, Func<long, float> value) => Add(name, NumberDataViewType.Single, value);

        public TestView Rows(long count) => new(_schema.ToSchema(), [.. _values], count);
    }

    private sealed class Cursor(TestView view, bool[] active) : SequentialCursor(view.Schema, active)
    {
        private long _row = -1;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        protected override bool MoveToNextRow()
        {
            if (_row + 1 == view._rows)
                return false;
            view.OnMove(++_row);
            Interlocked.Increment(ref view._rowsMoved);
            return true;
        }

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            var value = (Func<long, TValue>)view._values[column.Index];
            return (ref TValue result) => result = value(_row);
        }

        protected override void Dispose(bool disposing) => view.OpenCursors--;
    }
}
