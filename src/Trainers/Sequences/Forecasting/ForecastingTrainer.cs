using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Trains a network that forecasts one or many series, of one or many targets, some steps ahead, with quantiles.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A panel in long form, a row a step: <see cref="ForecastColumns"/>.</description></item>
/// <item><term>Label</term><description>The targets' own future.</description></item>
/// <item><term>Output</term><description>A row for each series, step and target: <c>Step</c>, <c>Target</c>, <c>Score</c>,
/// <c>Quantiles</c>.</description></item>
/// <item><term>Loss</term><description>Squared, absolute or Huber's error, quantiles, or the likelihood of a normal, Student's t or
/// negative binomial distribution.</description></item>
/// <item><term>Normalization needed</term><description>No: windows are normalized inside the model.</description></item>
/// <item><term>Caching needed</term><description>No: the panel is kept in memory.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, always verified: a window in, forecasts in the data's units
/// out.</description></item>
/// </list>
/// <para><see cref="TrainingOptions.ValidationFraction"/> holds out the end of each series. Rows for validation that are given have windows
/// of their own: begin them a window before what is to be validated.</para>
/// </remarks>
public sealed partial class ForecastingTrainer : NetworkTrainer<ForecastingTransformer>, IEstimator<ForecastingTransformer>
{
    // Windows that are scored for want of held-out ones.
    private const int MostTrained = 1000;

    private readonly Options _options;
    private float[]? _offsets;

    internal ForecastingTrainer(MLContext ml, Options options) : base(ml, options) => _options = options;

    internal Options Setting => _options;

    private protected override IEnumerable<string> KeyColumns => [];

    // Windows overlap: rows are held out from the end of each series.
    private protected override bool RowsAreIndependent => false;

    /// <summary>The columns of forecasts.</summary>
    /// <param name="inputSchema">The columns before it.</param>
    /// <exception cref="ArgumentException">A column is missing or of the wrong type, or an option is out of its range.</exception>
    public SchemaShape GetOutputSchema(SchemaShape inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        _options.Validate();
        var columns = _options.Columns;
        foreach (var name in columns.TargetColumnNames.Concat(columns.PastColumnNames).Concat(columns.KnownColumnNames)
            .Concat(columns.StaticColumnNames))
            if (inputSchema.Require(name) is var column && (column.IsKey || column.ItemType.RawType != typeof(float)))
                throw new ArgumentException($"Column '{name}' is {column.Describe()}: expected a Single, or a vector of Single of "
                    + $"known size.");
        string[] kept = [.. new[] { columns.SeriesColumnName, columns.TimeColumnName }.OfType<string>()];
        return new SchemaShape(kept.Select(name => inputSchema.Require(name))).With(
            ForecastRowView.SchemaOf(null, null, _options.Quantiles.Length));
    }

    private protected override TrainingPlan<ForecastingTransformer> Prepare(IDataView training, IDataView? validation)
    {
        if (_options.Refit && validation is not null)
            throw new ArgumentException($"{nameof(_options.Refit)} is True, but rows to validate on are given; expected "
                + $"{nameof(_options.ValidationFraction)} to hold them out of the rows that are trained on again.");
        var columns = _options.Columns = _options.Columns.Checked();
        var panel = ForecastPanel.Read(training, columns);
        var other = validation is null ? null : ForecastPanel.Read(validation, columns, panel.Axis);
        foreach (var (of, rows) in new[] { (panel, "training"), (other, "validation") })
            if (of?.FilledLine is { } filled)
                LogTraining($"Of the {rows} rows: {filled}");
        if (_options.Loss == ForecastLoss.NegativeBinomial)
            foreach (var of in new[] { panel, other }.OfType<ForecastPanel>())
                RequireCounts(of, columns);
        var target = columns.TargetColumnNames[0];
        Func<ForecastSeries, int> trained = validation is not null ? series => series.Steps
            : series => ForecastSplit.Trained(series, _options.ValidationFraction, _options.Horizon);
        var places = ForecastSplit.Windows(panel, _options, target, _ => 0, trained, _options.Stride, mayBeEmpty: false);
        WindowPlace[] held = other is not null
            ? ForecastSplit.Windows(other, _options, target, _ => 0, series => series.Steps, 1, mayBeEmpty: false)
            : _options.ValidationFraction == 0 ? []
            : ForecastSplit.Windows(panel, _options, target, trained, series => series.Steps, 1, mayBeEmpty: true);
        var setup = _options.Setup(panel, ForecastScale.Of(panel, _options.Log, _options.SeasonalDifference, trained));
        var sizes = new WindowSizes(_options.Window, _options.Horizon, setup.IsMasked);
        var windows = new ForecastWindows(panel, sizes, places);
        var heldOut = held.Length == 0 ? null : new ForecastWindows(other ?? panel, sizes, held);
        return Plan(panel, windows, other ?? panel, heldOut, setup);
    }

    private TrainingPlan<ForecastingTransformer> Plan(ForecastPanel panel, ForecastWindows windows, ForecastPanel other,
        ForecastWindows? held, ForecastSetup setup)
    {
        var (schema, cancel) = (windows.Schema, _options.CancellationToken);
        InputColumn[] inputs = [.. new[] { ForecastWindows.Future, ForecastWindows.Static }
            .Where(name => schema.GetColumnOrNull(name) is not null)
            .Select(name => InputColumn.Vector(name) with { Placement = InputPlacement.Network })];
        var sides = SideInput.Bind(inputs, schema, isPerStep: false, _options.Network);
        var sequence = SequenceColumn.FromSchema(schema, ForecastWindows.Features);
        var columns = new SequenceColumns(sequence, SequenceLabel.Targets(schema, ForecastWindows.Label)) { Sides = sides };
        SequenceBatchSource Source(IDataView data, bool shuffle, string name) => new(data, columns, SequenceTrainerOptions.Batches(_options,
            _options.ShuffleBufferRows, _options.MemoryMegabytes, shuffle), name);
        var training = Source(windows, true, "training");
        var validation = held is null ? null : Source(held, false, "validation");
        var statistics = SequenceStatistics.Of(training, columns, cancel);
        var head = new ForecastHead(setup, _options.Network);
        var model = new SequenceNetworkModel(new(sequence, null, 1) { FixesSteps = true, Drawn = statistics.Features },
            _options.Network, head,
            new(Pooling.Last, 0), InputDropout: 0, IsWeighted: false)
        {
            Sides = [.. inputs.Select((input, i) => new SideInput(new(sides[i], statistics.Sides[i], 1), InputPlacement.Network))],
        };
        var trained = Build(model.Train);
        var forecast = new ModelForecast(_options.Window, setup.Horizon, setup.Quantiles, panel.Axis.Describe(), _options.Columns);
        ModelLabels names = new(setup.Scores, "String", [.. NamesOf(setup)]);
        SequencePredictionTransformer Write(TrainingHistory history, ModelLabels? labels, ModelForecast? of) =>
            SequencePredictionTransformer.Create(ModelTask.Regression, model, trained.Parameters, labels, history, _options, LogScoring,
                of);
        return new(trained, TrainingData.Of(training, validation, source => BatchedRows.Of(source, _options, model.Feed)),
            string.Create(CultureInfo.InvariantCulture, $"{_options.Network.Name}, {trained.Parameters.Count:N0} parameters; "
                + $"{panel.Series.Count:N0} series, {windows.Places.Count:N0} windows of {_options.Window} steps, {setup.Horizon} ahead"),
            history =>
            {
                head.Offsets = _offsets;
                if (_options.Calibrate && setup.Quantiles.Length > 0 && _offsets is null)
                {
                    (head.Offsets, head.IsCalibrating) = (null, true);
                    using (var first = Write(history, null, null))
                        head.Offsets = Calibrated((windows, panel), held is null ? null : (held, other), first, setup);
                    head.IsCalibrating = false;
                }
                return new(Write(history, names, forecast), history, head.Offsets);
            }, training, validation);
    }

    // Where nothing is held out, the windows trained on are better than nothing.
    private float[]? Calibrated((ForecastWindows Windows, ForecastPanel Panel) trained,
        (ForecastWindows Windows, ForecastPanel Panel)? held, SequencePredictionTransformer model, ForecastSetup setup)
    {
        if (held is null && setup.Loss is not (ForecastLoss.MeanSquaredError or ForecastLoss.MeanAbsoluteError or ForecastLoss.Huber))
            return null;
        ForecastCalibration Of((ForecastWindows Windows, ForecastPanel Panel) of, int stride, ForecastCalibration? other = null)
        {
            WindowPlace[] places = [.. of.Windows.Places.Where((_, i) => i % stride == 0)];
            return new(of.Panel, places, ForecastScoringTransformer.Score(model, of.Panel, of.Windows.Sizes, places), setup, other);
        }
        var some = 1 + trained.Windows.Places.Count / MostTrained;
        var calibration = held is { } windows ? Of(windows, 1) : Of(trained, some);
        var wide = setup.Quantiles.Where(q => q != 0.5f && ForecastCalibration.Needed(q) > calibration.Independent).ToArray();
        if (held is null)
            LogTraining($"Quantiles are calibrated on windows that were trained on, as none is held out: they may be too narrow. "
                + $"{nameof(_options.ValidationFraction)} holds some out.");
        else if (wide.Length > 0)
        {
            LogTraining(string.Create(CultureInfo.InvariantCulture, $"{held.Value.Windows.Places.Count} held-out windows have about "
                + $"{calibration.Independent:0} independent errors; the quantiles {string.Join(", ", wide)} need "
                + $"{ForecastCalibration.Needed(wide.MinBy(q => Math.Min(q, 1 - q)))} to be seen among them and are those of Student's t "
                + $"distribution instead. A larger {nameof(_options.ValidationFraction)} holds out more."));
            return Of(held.Value, 1, Of(trained, some)).Offsets;
        }
        return calibration.Offsets;
    }

    // With what was best on what was held out, the network is trained on everything; held-out windows have calibrated its quantiles.
    private protected override ForecastingTransformer Finish(ForecastingTransformer trained, IDataView training, IDataView? validation)
    {
        if (!_options.Refit || validation is not null || trained.History.StoppedBecause
            is TrainingEnd.Canceled or TrainingEnd.Stopped or TrainingEnd.Failed)
            return trained;
        using (trained)
        {
            var again = new ForecastingTrainer(ML, _options.OfAll(Math.Max(1, trained.History.BestEpoch))) { _offsets = trained.Offsets };
            var whole = again.Fit(training);
            return new(whole.Trained, trained.History, trained.Offsets);
        }
    }

    // Slots of Score: "Load+3", "Load+3 0.9".
    private static IEnumerable<string> NamesOf(ForecastSetup setup) =>
        from step in Enumerable.Range(1, setup.Horizon)
        from target in setup.Targets
        from end in setup.Quantiles.Select(q => FormattableString.Invariant($" {q}")).Prepend("")
        select $"{target}+{step}{end}";

    private static void RequireCounts(ForecastPanel panel, ForecastColumns columns)
    {
        var targets = panel.TargetCount;
        foreach (var series in panel.Series)
            for (var i = 0; i < series.Steps * targets; i++)
                if (series.Targets[i] is var value && (value < 0 || value != MathF.Floor(value)))
                    throw new InvalidDataException($"Column '{columns.TargetColumnNames[i % targets]}', {series.Name}, time "
                        + $"{panel.Axis.TextOf(series.Times[i / targets])}: {value.ToString(CultureInfo.InvariantCulture)}; expected "
                        + $"counts of at least 0, which {nameof(Options.Loss)} {ForecastLoss.NegativeBinomial} is for.");
    }
}
