using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Transforms;

/// <summary>
/// A forecaster. <see cref="Transform"/> reads a panel in long form (<see cref="ForecastColumns"/>) and gives what follows the last window
/// of each series: a row a step and target with the columns of series and time, <c>Step</c> from 1, <c>Target</c>, <c>Score</c>, and
/// <c>Quantiles</c>, which rise.
/// </summary>
/// <remarks>
/// <para>New observations are forecast from without training: give them with the history. A series that training didn't know is forecast
/// like the others.</para>
/// <para>ML.NET has no saved form for many rows of many: <c>ml.Model.Save</c> stores <see cref="Windows"/>, which scores a row a window and
/// needs no package of ours, and <c>ml.Model.LoadSequenceGraph</c> gives this forecaster back.</para>
/// </remarks>
public class ForecastScoringTransformer : ModelTransformer
{
    /// <param name="windows">The model that scores windows.</param>
    internal ForecastScoringTransformer(SequenceScoringTransformer windows) : base(windows.Info, windows.File.Bytes)
    {
        Windows = windows;
        Forecaster = windows.Info.Forecast
            ?? throw new InvalidDataException($"{windows.File.Name} is no forecaster: its metadata has no 'forecast'.");
    }

    /// <summary>Loads a forecaster.</summary>
    /// <param name="model">The bytes of the ONNX file.</param>
    /// <param name="options">How to score.</param>
    /// <exception cref="OnnxFileException">It is not an ONNX model, or ONNX Runtime can't run it.</exception>
    /// <exception cref="InvalidDataException">It is not a forecaster of MLSeqGraph.</exception>
    /// <exception cref="ExecutionTargetException">The target can't be used.</exception>
#pragma warning disable RS0022 // no protected member is of use to others
    public ForecastScoringTransformer(byte[] model, SequenceScoringOptions? options = null)
        : this(new SequenceScoringTransformer(model, options))
    {
    }
#pragma warning restore RS0022

    /// <summary>The model behind it: a window a row in, with the columns that <see cref="ModelForecast"/> lists, and a score out.</summary>
    public SequenceScoringTransformer Windows { get; }

    /// <summary>Window, horizon, quantiles and columns.</summary>
    public ModelForecast Forecaster { get; }

    /// <inheritdoc/>
    public sealed override ExecutionTarget Target => Windows.Target;

    /// <inheritdoc/>
    public sealed override string? FallbackReason => Windows.FallbackReason;

    /// <summary>False: many rows in make others out.</summary>
    public sealed override bool IsRowToRowMapper => false;

    /// <summary>Forecasts the steps after the end of each series.</summary>
    /// <param name="history">The series up to now, at least a window of each.</param>
    /// <param name="future">
    /// The covariates known ahead for the steps to forecast, with columns of series and time; null where there are none, or the history has
    /// rows for them, without targets, at its end.
    /// </param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="InvalidDataException">
    /// A series is shorter than the window, or times, values or covariates are missing or wrong; the message names them.
    /// </exception>
    public IReadOnlyList<ForecastRow> Forecast(IDataView history, IDataView? future = null)
    {
        ArgumentNullException.ThrowIfNull(history);
        var (result, model) = (Run(history, future), Forecaster);
        var (targets, each) = (model.Columns.TargetColumnNames, 1 + model.Quantiles.Count);
        return [.. from series in Enumerable.Range(0, result.Scores.Length)
                   from step in Enumerable.Range(0, model.Horizon)
                   let time = result.TimeOf(series, step)
                   from target in Enumerable.Range(0, targets.Length)
                   let numbers = result.Scores[series].AsMemory((step * targets.Length + target) * each, each)
                   select new ForecastRow(result.Panel.IdOf(series), result.Panel.Axis.TextOf(time), step + 1, targets[target],
                       numbers.Span[0], numbers[1..].ToArray())
                   {
                       Date = result.Panel.Axis.HasDates ? TimeAxis.DateOf(time) : null,
                   }];
    }

    /// <summary>
    /// Compares each step behind the first window with what was forecast of it from the steps before: what is far outside of the widest
    /// interval is unlike the rest.
    /// </summary>
    /// <param name="data">The series, with their targets.</param>
    /// <param name="threshold">
    /// The score from which on a step is an anomaly: with 1 what is outside of the interval, with 2 what is twice as far from the forecast
    /// as its end.
    /// </param>
    /// <returns>
    /// A row a step and target, of those that aren't missing and whose window has at least half of its numbers, in the order of series and
    /// time.
    /// </returns>
    /// <exception cref="ArgumentException">A column is missing or of another type, or the threshold is no number above 0.</exception>
    /// <exception cref="InvalidDataException">
    /// A series isn't longer than the window, or times or values are wrong; the message names them.
    /// </exception>
    /// <exception cref="InvalidOperationException">The model has no quantile below the forecast, or none above it.</exception>
    public IReadOnlyList<ForecastAnomaly> Detect(IDataView data, float threshold = 1)
    {
        ArgumentNullException.ThrowIfNull(data);
        return ForecastAnomaly.Find(this, ForecastPanel.Read(data, Forecaster.Columns, TimeAxis.Read(Forecaster.Step, null)), threshold);
    }

    /// <summary>
    /// Draws futures of each series: each step from the distribution that the quantiles tell, given those drawn before it, as DeepAR does
    /// (Salinas et al. 2020). What quantiles of single steps don't tell, such as those of a sum over steps, can be counted among paths.
    /// </summary>
    /// <param name="history">The series up to now, at least a window of each.</param>
    /// <param name="steps">Steps to draw; more than the model's horizon, too.</param>
    /// <param name="paths">Futures of each series.</param>
    /// <param name="seed">Decides the draws.</param>
    /// <param name="future">As for <see cref="Forecast"/>, for all steps that are drawn.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>In the order of series, paths and targets. Targets of one step are drawn each by itself.</returns>
    /// <remarks>The model runs once for each step: networks with a horizon of 1, as DeepAR has, waste nothing.</remarks>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="steps"/> or <paramref name="paths"/> is below 1, or they are too many for memory.
    /// </exception>
    /// <exception cref="InvalidDataException">As for <see cref="Forecast"/>.</exception>
    /// <exception cref="InvalidOperationException">
    /// The model has fewer than two quantiles, or reads covariates that are known up to now alone.
    /// </exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public IReadOnlyList<ForecastPath> SamplePaths(IDataView history, int steps, int paths = 100, int seed = 1, IDataView? future = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(paths, 1);
        if (Forecaster.Quantiles.Count < 2)
            throw new InvalidOperationException($"The model's quantiles are [{string.Join(", ", Forecaster.Quantiles)}]; expected at least "
                + "two, which tell a distribution.");
        if (Forecaster.Columns.PastColumnNames is [var past, ..])
            throw new InvalidOperationException($"Column '{past}' is known up to now alone: the steps after those that are drawn need it.");
        return ForecastPath.Draw(this, Read(history, steps, future), steps, paths, seed, cancellationToken);
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public sealed override DataViewSchema GetOutputSchema(DataViewSchema inputSchema)
    {
        ArgumentNullException.ThrowIfNull(inputSchema);
        var bound = ForecastPanel.Bind(inputSchema, Forecaster.Columns);
        return ForecastRowView.SchemaOf(Detached(bound.Series), Detached(bound.Time), Forecaster.Quantiles.Count);

        static DataViewSchema.DetachedColumn? Detached(DataViewSchema.Column? column) =>
            column is { } of ? new DataViewSchema.DetachedColumn(of) : null;
    }

    /// <summary>What follows the last window of each series, read when the first row is asked for.</summary>
    /// <param name="input">The series up to now; rows at the end of one without targets give covariates that are known ahead.</param>
    /// <exception cref="ArgumentException">A column is missing or of another type.</exception>
    public sealed override IDataView Transform(IDataView input)
    {
        ArgumentNullException.ThrowIfNull(input);
        return new ForecastRowView(GetOutputSchema(input.Schema), Forecaster, () => Run(input, null));
    }

    /// <summary>Scores windows.</summary>
    internal float[][] Score(ForecastPanel panel, IReadOnlyList<WindowPlace> places) => Score(Windows, panel,
        new(Forecaster.Window, Forecaster.Horizon, Forecaster.Columns.Missing == MissingSteps.Mask), places);

    /// <summary>Scores windows by a model of windows.</summary>
    internal static float[][] Score(SequenceScoringTransformer windows, ForecastPanel panel, WindowSizes sizes,
        IReadOnlyList<WindowPlace> places)
    {
        var scored = windows.Transform(new ForecastWindows(panel, sizes, places));
        var scores = new List<float[]>(places.Count);
        using var cursor = scored.GetRowCursor([scored.Schema[ModelFormat.Score]]);
        VBuffer<float> score = default;
        float number = 0;
        var isNumber = scored.Schema[ModelFormat.Score].Type is not VectorDataViewType;
        var getNumber = isNumber ? cursor.GetGetter<float>(scored.Schema[ModelFormat.Score]) : null;
        var getScore = isNumber ? null : cursor.GetGetter<VBuffer<float>>(scored.Schema[ModelFormat.Score]);
        while (cursor.MoveNext())
        {
            getScore?.Invoke(ref score);
            getNumber?.Invoke(ref number);
            scores.Add(isNumber ? [number] : score.DenseValues().ToArray());
        }
        return [.. scores];
    }

    private ForecastResult Run(IDataView history, IDataView? future)
    {
        var panel = Read(history, Forecaster.Horizon, future);
        return new(panel, Score(panel, [.. panel.Series.Select((series, i) =>
            new WindowPlace(i, series.Steps - Forecaster.Window, series.Steps))]));
    }

    // Series of a window or more, with what is known of so many steps after their ends.
    private ForecastPanel Read(IDataView history, int steps, IDataView? future)
    {
        var (model, columns) = (Forecaster, Forecaster.Columns);
        var panel = ForecastPanel.Read(history, columns, TimeAxis.Read(model.Step, null));
        if (panel.FilledLine is { } filled)
            Windows.Log?.Invoke(filled);
        panel.Replace(FutureCovariates.Extend(panel, columns, steps, future));
        return Array.Find([.. panel.Series], series => series.Steps < model.Window) is { } series
            ? throw new InvalidDataException($"Column '{columns.TargetColumnNames[0]}', {series.Name}: {series.Steps} steps; expected at "
                + $"least {model.Window}, the window that is forecast from.")
            : panel;
    }

    private protected sealed override void Save(ModelSaveContext context) => ((ICanSaveModel)Windows).Save(context);

    private protected sealed override ModelTransformer With(Precision precision) =>
        new ForecastScoringTransformer(Windows.Rounded(precision));

    private protected sealed override void Unload() => Windows.Dispose();
}
