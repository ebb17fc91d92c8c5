using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms;

/// <summary>Forecasts as rows: series, time, step, target, score, quantiles.</summary>
internal sealed class ForecastRowView(DataViewSchema schema, ModelForecast model,
    Func<ForecastResult> forecast) : SequentialDataView(schema)
{
    private readonly Lazy<ForecastResult> _result = new(forecast);

    /// <summary>The columns that come out for those that go in.</summary>
    internal static DataViewSchema SchemaOf(DataViewSchema.DetachedColumn? series, DataViewSchema.DetachedColumn? time, int quantiles)
    {
        var schema = new DataViewSchema.Builder();
        schema.AddColumns(new[] { series, time }.OfType<DataViewSchema.DetachedColumn>());
        schema.AddColumn("Step", NumberDataViewType.Int32);
        schema.AddColumn("Target", TextDataViewType.Instance);
        schema.AddColumn(ModelFormat.Score, NumberDataViewType.Single);
        schema.AddColumn("Quantiles", new VectorDataViewType(NumberDataViewType.Single, Math.Max(1, quantiles)));
        return schema.ToSchema();
    }

    protected override DataViewRowCursor CreateCursor(bool[] active, Random? rand) => new Cursor(this, active, _result.Value);

    private sealed class Cursor(ForecastRowView view, bool[] active, ForecastResult result) : SequentialCursor(view.Schema, active)
    {
        private readonly ModelForecast _model = view.Model;
        private int _row = -1;

        private int Targets => _model.Columns.TargetColumnNames.Length;

        private int Series => _row / (_model.Horizon * Targets);

        private int Step => _row / Targets % _model.Horizon;

        public override ValueGetter<DataViewRowId> GetIdGetter() => (ref DataViewRowId id) => id = new DataViewRowId((ulong)_row, 0);

        protected override bool MoveToNextRow() => ++_row < result.Scores.Length * _model.Horizon * Targets;

        protected override ValueGetter<TValue> CreateGetter<TValue>(DataViewSchema.Column column)
        {
            var index = column.Index - (_model.Columns.SeriesColumnName is null ? 0 : 1);
            if (index < 0)
                return result.Panel.Rows.Series.CreateGetter<TValue>(() => Series);
            index -= _model.Columns.TimeColumnName is null ? 0 : 1;
            Delegate getter = index switch
            {
                < 0 => TimeKey.Getter(column.Type, _model.Columns.TimeFormat, () => result.TimeOf(Series, Step)),
                0 => (ValueGetter<int>)((ref int value) => value = Step + 1),
                1 => (ValueGetter<ReadOnlyMemory<char>>)((ref ReadOnlyMemory<char> value) =>
                    value = _model.Columns.TargetColumnNames[_row % Targets].AsMemory()),
                2 => (ValueGetter<float>)((ref float value) => value = Numbers()[0]),
                _ => (ValueGetter<VBuffer<float>>)((ref VBuffer<float> value) =>
                {
                    // Without quantiles the forecast stands for them: ML.NET knows no vector of size 0.
                    var numbers = _model.Quantiles.Count == 0 ? Numbers() : Numbers()[1..];
                    var editor = VBufferEditor.Create(ref value, numbers.Length);
                    numbers.CopyTo(editor.Values);
                    value = editor.Commit();
                }),
            };
            return (ValueGetter<TValue>)getter;
        }

        private ReadOnlySpan<float> Numbers()
        {
            var each = 1 + _model.Quantiles.Count;
            return result.Scores[Series].AsSpan(_row % (_model.Horizon * Targets) * each, each);
        }
    }

    private ModelForecast Model => model;
}

/// <summary>The scores of the last windows of some series.</summary>
internal sealed record ForecastResult(ForecastPanel Panel, float[][] Scores)
{
    /// <summary>The time of a step that is forecast, from 0.</summary>
    internal long TimeOf(int series, int step) => Panel.Series[series] is var of
        ? Panel.Axis.After(of.Times[of.Steps - 1], step + 1) : 0;
}
