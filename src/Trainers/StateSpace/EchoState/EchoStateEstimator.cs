using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>What an echo state network is used for.</summary>
public enum EchoStateUse
{
    /// <summary>Classes of series.</summary>
    Classification,

    /// <summary>What follows a series: each predicted step is fed back for the next one.</summary>
    Forecasting,
}

/// <summary>
/// Fits an echo state network (Jaeger 2001): random recurrent reservoirs, and a readout by ridge regression in closed form.
/// </summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of Single, time-major, of fixed or varying length.</description></item>
/// <item><term>Label</term><description>Classification: a key. Forecasting: none.</description></item>
/// <item><term>Output</term><description>Classification: <c>PredictedLabel</c>, a key; <c>Score</c>, a softmax of the regressed values.
/// Forecasting: <c>Score</c>, the next steps' features, slots named <c>+1.0</c> by step ahead and feature.</description></item>
/// <item><term>Loss</term><description>Squared error and ridge; the ridge is chosen by generalized cross-validation.</description></item>
/// <item><term>Normalization needed</term><description>No: features are standardized inside the model.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, as a loop of standard operators that is compared with the computation in double
/// precision.</description></item>
/// </list>
/// </remarks>
public sealed class EchoStateEstimator : StateSpaceEstimator<EchoStateTransformer>
{
    private readonly Options _options;

    internal EchoStateEstimator(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the estimator.</summary>
    public sealed class Options : StateSpaceOptions
    {
        /// <summary>What it is used for: classification of series, by default.</summary>
        public EchoStateUse Use { get; set; }

        /// <summary>The column of classes.</summary>
        public string LabelColumnName { get; set; } = "Label";

        /// <summary>Steps to forecast, 1 by default.</summary>
        public int Horizon { get; set; } = 1;

        /// <summary>For forecasting: first steps of each series that are only read, 50 by default.</summary>
        public int Washout { get; set; } = 50;

        /// <summary>The reservoirs.</summary>
        public EchoStateOptions Reservoir { get; set; } = new();

        /// <summary>Added to the diagonal of the readout's equations; null, the default, to choose it by generalized
        /// cross-validation.</summary>
        public double? Ridge { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            TrainingOptions.Defined(nameof(Use), Use);
            Named(nameof(LabelColumnName), LabelColumnName);
            TrainingOptions.Check(nameof(Horizon), Horizon is >= 1 and <= 10_000, Horizon, "1 to 10000");
            TrainingOptions.Check(nameof(Washout), Washout >= 0, Washout, "at least 0");
            NotNull(nameof(Reservoir), Reservoir);
            Reservoir.Check();
            TrainingOptions.Check(nameof(Ridge), Ridge is null || (Ridge >= 0 && double.IsFinite(Ridge.Value)), Ridge,
                "a finite number of at least 0, or null");
        }
    }

    private protected override SequenceColumn Bound(SequenceColumn column) => column.Kind == SequenceKind.Real ? column
        : throw new ArgumentException($"Column '{column.Name}' is {column.Type}: expected a series, a vector of Single.");

    private protected override SequenceLabel? FindLabel(DataViewSchema schema) => _options.Use == EchoStateUse.Forecasting ? null
        : SequenceLabel.Class(schema, _options.LabelColumnName) is { Type: KeyDataViewType } label ? label
        : throw new ArgumentException($"Column '{_options.LabelColumnName}' is {schema[_options.LabelColumnName].Type}: expected a key; "
            + "map it with MapValueToKey.");

    private protected override DataViewSchema OutputColumns(SchemaShape inputSchema) => _options.Use == EchoStateUse.Forecasting
        ? PredictionColumns.NamedNumbers()
        : PredictionColumns.Classes(inputSchema.RequireLabel(_options.LabelColumnName, SequenceLabelKind.Class));

    private protected override EchoStateTransformer Fit(SequenceRows rows, DataViewSchema schema, SequenceScoringOptions scoring,
        Action<string> log)
    {
        var column = rows.Columns.Sequence;
        var moments = new Moments(column.FeatureCount);
        for (var row = 0; row < rows.Count; row++)
            for (var steps = rows.Features(row); steps.Length > 0; steps = steps[moments.Count..])
                moments.Add(steps[..moments.Count]);
        ObservedSequence[] scaled = [.. Enumerable.Range(0, rows.Count).Select(row => Scaled(Observed(rows, row), moments))];
        if (_options.Reservoir.SpectralRadius >= 1)
            log(string.Create(CultureInfo.InvariantCulture,
                $"The spectral radius is {_options.Reservoir.SpectralRadius}: from 1 on a reservoir may not forget its start."));
        var (fitted, ridge) = _options.Use == EchoStateUse.Forecasting ? Forecasting(column, moments, scaled)
            : Classification(column, moments, scaled, rows, ModelLabels.Of(schema[_options.LabelColumnName]));
        log(string.Create(CultureInfo.InvariantCulture, $"Echo state network, {_options.Reservoir.Leaks.Count} reservoir(s) of "
            + $"{_options.Reservoir.Units} units; {rows.Count:N0} rows, ridge {ridge:g3}"));
        return new(fitted.ToFile(), scoring, ridge);
    }

    private (FittedSequenceModel, double) Classification(SequenceColumn column, Moments moments, ObservedSequence[] scaled,
        SequenceRows rows, ModelLabels labels)
    {
        var model = EchoStateClassifier.Fit(scaled,
            [.. Enumerable.Range(0, rows.Count).Select(row => rows.Labels.Classes(row)[0])], labels.Count,
            _options.Reservoir, _options.Ridge, _options.CancellationToken);
        return (new(new(column, moments, 1), ModelTask.Classification, labels, labels.Count)
        {
            Write = x =>
            {
                var scores = new EchoStateGraph(x, model.Reservoir).Classes(model.Readout);
                return [(ModelFormat.Score, Op.Softmax(scores * (float)model.Sharpness)),
                    (ModelFormat.PredictedLabel, Op.ArgMax(scores, -1, keepDims: false))];
            },
            Sample = (random, steps) => Random(moments, random, steps),
            Compare = (x, given) =>
            {
                var logits = Array.ConvertAll(model.Scores(Scaled(x, moments)), score => score * model.Sharpness);
                var whole = VectorMath.LogSumExp(logits);
                return [(ModelFormat.Score, Array.ConvertAll(logits, logit => Math.Exp(logit - whole)), given(ModelFormat.Score))];
            },
        }, model.Ridge);
    }

    private (FittedSequenceModel, double) Forecasting(SequenceColumn column, Moments moments, ObservedSequence[] scaled)
    {
        var (horizon, d) = (_options.Horizon, column.FeatureCount);
        var model = EchoStateForecaster.Fit(scaled, _options.Reservoir, _options.Washout, _options.Ridge, _options.CancellationToken);
        string[] names = [.. from step in Enumerable.Range(1, horizon) from feature in Enumerable.Range(0, d)
                             select string.Create(CultureInfo.InvariantCulture, $"+{step}.{feature}")];
        float[] Repeated(float[] numbers) => [.. Enumerable.Repeat(numbers, horizon).SelectMany(each => each)];
        float[] deviation = Repeated(moments.Deviation), mean = Repeated(moments.Mean);
        return (new(new(column, moments, 1), ModelTask.Regression, names.Length > 1 ? new(names.Length, "String", names) : null,
            names.Length)
        {
            Write = x => [(ModelFormat.Score, new EchoStateGraph(x, model.Reservoir).Generate(model.Readout, horizon)
                * x.Steps.Graph.Vector(deviation) + x.Steps.Graph.Vector(mean))],
            Sample = (random, steps) => Random(moments, random, steps),
            // Only the first step ahead: later ones grow with what single precision leaves out.
            // In deviations of the data, so that nothing depends on what they are measured in.
            Compare = (x, given) => [(ModelFormat.Score, [.. model.Generate(Scaled(x, moments), 1).Select((value, i) =>
                value + (double)mean[i] / deviation[i])], [.. given(ModelFormat.Score).Select((value, i) => value / deviation[i])])],
        }, model.Ridge);
    }

    private static ObservedSequence Scaled(ObservedSequence x, Moments moments)
    {
        float[] mean = moments.Mean, deviation = moments.Deviation;
        return ObservedSequence.OfValues([.. x.ValueArray.Select((value, i) =>
            (value - mean[i % mean.Length]) / deviation[i % mean.Length])],
            x.Dimensions);
    }

    private static ObservedSequence Random(Moments moments, Random random, int steps)
    {
        float[] mean = moments.Mean, deviation = moments.Deviation;
        return FittedSequenceModel.Rounded(ObservedSequence.OfValues([.. Enumerable.Range(0, steps * mean.Length).Select(i =>
            mean[i % mean.Length] + deviation[i % mean.Length] * random.NextNormal())], mean.Length));
    }
}
