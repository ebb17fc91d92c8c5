using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>One row per series of a panel. The panel is read when the first cursor is opened, and then kept.</summary>
internal sealed class PanelView(IDataView input, PanelLayout layout) : SequentialDataView(layout.Schema)
{
    private readonly object _lock = new();
    private Panel? _panel;

    public override long? GetRowCount()
    {
        lock (_lock)
            return _panel?.Series.Count;
    }

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand)
    {
        lock (_lock)
            return new Cursor(Schema, active, _panel ??= new Panel(input, layout.Columns));
    }

    private sealed class Cursor(DataViewSchema schema, bool[] active, Panel panel) : SequentialCursor(schema, active)
    {
        private int _series = -1;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_series, 0);

        protected override bool MoveToNextRow() => ++_series < panel.Series.Count;

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column) => column.Index switch
        {
            0 => panel.Series.CreateGetter<TValue>(() => _series),
            1 => (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)GetSequence,
            _ => panel.Carried[column.Index - 2].CreateGetter<TValue>(() => _series),
        };

        private void GetSequence(ref VBuffer<float> value) => panel.GetSequence(_series, ref value);
    }
}
