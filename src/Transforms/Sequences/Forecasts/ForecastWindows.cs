using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>The sizes of a forecaster's windows.</summary>
/// <param name="Steps">Steps that are read.</param>
/// <param name="Horizon">Steps that are forecast.</param>
/// <param name="IsMasked">Whether windows say which targets are there.</param>
internal sealed record WindowSizes(int Steps, int Horizon, bool IsMasked);

/// <summary>Where a window stands: the series, its first step, and the step after its last.</summary>
internal readonly record struct WindowPlace(int Series, int Start, int End);

/// <summary>One row per window of a panel: what the network reads, and what follows as its label.</summary>
/// <remarks>
/// <c>Features</c> [steps × (targets, covariates known up to now, those known ahead, whether targets are there)], <c>Future</c>
/// [horizon × covariates known ahead], <c>Static</c>, <c>Label</c> [horizon × targets], behind it whether each is there.
/// </remarks>
internal sealed class ForecastWindows : SequentialDataView
{
    internal const string Features = "Features", Future = "Future", Static = "Static", Label = "Label";

    private readonly ForecastPanel _panel;
    private readonly WindowSizes _sizes;
    private readonly IReadOnlyList<WindowPlace> _places;

    /// <param name="panel">The series.</param>
    /// <param name="sizes">The windows' sizes.</param>
    /// <param name="places">The windows.</param>
    internal ForecastWindows(ForecastPanel panel, WindowSizes sizes, IReadOnlyList<WindowPlace> places) : base(SchemaOf(panel, sizes)) =>
        (_panel, _sizes, _places) = (panel, sizes, places);

    internal IReadOnlyList<WindowPlace> Places => _places;

    internal WindowSizes Sizes => _sizes;

    /// <summary>The number of features of a step.</summary>
    internal static int Width(ForecastPanel panel, WindowSizes sizes) =>
        panel.TargetCount * (sizes.IsMasked ? 2 : 1) + panel.PastWidth + panel.KnownWidth;

    public override long? GetRowCount() => _places.Count;

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(this, active);

    private static DataViewSchema SchemaOf(ForecastPanel panel, WindowSizes sizes)
    {
        var single = NumberDataViewType.Single;
        var schema = new DataViewSchema.Builder();
        schema.AddColumn(Features, new VectorDataViewType(single, sizes.Steps, Width(panel, sizes)));
        if (panel.KnownWidth > 0)
            schema.AddColumn(Future, new VectorDataViewType(single, sizes.Horizon * panel.KnownWidth));
        if (panel.StaticWidth > 0)
            schema.AddColumn(Static, new VectorDataViewType(single, panel.StaticWidth));
        schema.AddColumn(Label, new VectorDataViewType(single, sizes.Horizon * panel.TargetCount * (sizes.IsMasked ? 2 : 1)));
        return schema.ToSchema();
    }

    private void Write(WindowPlace place, Span<float> to)
    {
        var series = _panel.Series[place.Series];
        var (targets, past, known) = (_panel.TargetCount, _panel.PastWidth, _panel.KnownWidth);
        for (var step = place.Start; step < place.End; step++)
        {
            series.Targets.AsSpan(step * targets, targets).CopyTo(to);
            series.Past.AsSpan(step * past, past).CopyTo(to[targets..]);
            series.Known.AsSpan(step * known, known).CopyTo(to[(targets + past)..]);
            to = to[(targets + past + known)..];
            if (!_sizes.IsMasked)
                continue;
            for (var i = 0; i < targets; i++)
                to[i] = series.IsThere![step * targets + i] ? 1 : 0;
            to = to[targets..];
        }
    }

    private void WriteLabel(WindowPlace place, Span<float> to)
    {
        var (series, targets) = (_panel.Series[place.Series], _panel.TargetCount);
        var count = _sizes.Horizon * targets;
        to.Clear();
        // A forecast has no label yet.
        var known = Math.Min(count, (series.Steps - place.End) * targets);
        series.Targets.AsSpan(place.End * targets, known).CopyTo(to);
        for (var i = 0; _sizes.IsMasked && i < known; i++)
            to[count + i] = series.IsThere![place.End * targets + i] ? 1 : 0;
    }

    private sealed class Cursor(ForecastWindows view, bool[] active) : SequentialCursor(view.Schema, active)
    {
        private int _row = -1;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        protected override bool MoveToNextRow() => ++_row < view._places.Count;

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            var size = ((VectorDataViewType)column.Type).Size;
            return (ValueGetter<TValue>)(Delegate)(ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
            {
                var place = view._places[_row];
                var editor = VBufferEditor.Create(ref value, size);
                var series = view._panel.Series[place.Series];
                if (column.Name == Features)
                    view.Write(place, editor.Values);
                else if (column.Name == Future)
                    series.Known.AsSpan(place.End * view._panel.KnownWidth, size).CopyTo(editor.Values);
                else if (column.Name == Static)
                    series.Static.CopyTo(editor.Values);
                else
                    view.WriteLabel(place, editor.Values);
                value = editor.Commit();
            });
        }
    }
}
