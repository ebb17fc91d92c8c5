using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Forms of linear dynamical systems.</summary>
public enum LinearGaussianForm
{
    /// <summary>A level that wanders, with seasons where a period is given; series of one dimension.</summary>
    Level,

    /// <summary>A level and a slope that wander, with seasons where a period is given; series of one dimension.</summary>
    Trend,

    /// <summary>States of which everything is learned, beside one that is constant; series of any dimensions.</summary>
    General,
}

/// <summary>Fits a linear dynamical system to series by expectation maximization, and forecasts them with the Kalman filter.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>Input</term><description>A vector of Single, time-major; NaN for a missing value, of whole steps or of single
/// features.</description></item>
/// <item><term>Label</term><description>None.</description></item>
/// <item><term>Output</term><description><c>Score</c>: the means of the next steps' features, those of the first step first, then their
/// standard deviations; slots are named <c>+1.0</c> and <c>+1.0 deviation</c> by step ahead and feature. <c>Vector</c>: the mean of the
/// last state.</description></item>
/// <item><term>Known inputs</term><description>With <see cref="Options.InputCount"/> the last features of each step, such as a calendar,
/// prices or the weather, act on the others and are never missing. <c>Score</c> is then of the row's last <see cref="Options.Horizon"/>
/// steps: give the steps to forecast their inputs, and NaN as their other features. It is NaN where a row is shorter, or an input
/// NaN.</description></item>
/// <item><term>Loss</term><description>The likelihood, which no step of expectation maximization lowers.</description></item>
/// <item><term>Normalization needed</term><description>No.</description></item>
/// <item><term>Exports to ONNX</term><description>Yes, as loops of standard operators that are compared with the computation in double
/// precision; with the outputs <c>LogLikelihood</c> of each row and <c>States</c>, the smoothed means of the states in each
/// step.</description></item>
/// </list>
/// </remarks>
public sealed class LinearGaussianEstimator : StateSpaceEstimator<LinearGaussianTransformer>
{
    private readonly Options _options;

    internal LinearGaussianEstimator(MLContext ml, Options options) : base(ml, options) => _options = options;

    /// <summary>Options of the estimator.</summary>
    public sealed class Options : StateSpaceOptions
    {
        /// <summary>What the states stand for; a level by default.</summary>
        public LinearGaussianForm Form { get; set; }

        /// <summary>Steps of a season, for a level or trend; 0, the default, for none.</summary>
        public int Period { get; set; }

        /// <summary>For <see cref="LinearGaussianForm.General"/>: number of states beside the constant one, 2 by default.</summary>
        public int States { get; set; } = 2;

        /// <summary>Steps to forecast, 1 by default.</summary>
        public int Horizon { get; set; } = 1;

        /// <summary>
        /// How many of each step's features, the last ones, are known inputs; 0 by default. They act on a level or trend directly, and in
        /// <see cref="LinearGaussianForm.General"/> on the states too.
        /// </summary>
        public int InputCount { get; set; }

        /// <summary>
        /// A model to start from, or to use as it is; null, the default, for one of the form. It has <see cref="InputCount"/> known inputs.
        /// </summary>
        public LinearGaussianModel? Model { get; set; }

        /// <summary>
        /// What is learned and how; null, the default, for the variances of a level or trend and what known inputs add to it, and
        /// everything of another model.
        /// </summary>
        public LinearGaussianOptions? Fitting { get; set; }

        /// <inheritdoc/>
        public override void Validate()
        {
            base.Validate();
            TrainingOptions.Defined(nameof(Form), Form);
            TrainingOptions.Check(nameof(Period), Period is 0 or >= 2, Period, "at least 2, or 0 for none");
            TrainingOptions.Check(nameof(States), States >= 1, States, "at least 1");
            TrainingOptions.Check(nameof(Horizon), Horizon is >= 1 and <= 10_000, Horizon, "1 to 10000");
            TrainingOptions.Check(nameof(InputCount), InputCount >= 0, InputCount, "at least 0");
            TrainingOptions.Check(nameof(Model), Model is null || Model.Inputs == InputCount, $"with {Model?.Inputs} known inputs",
                $"one with {InputCount}, as {nameof(InputCount)} says");
            Fitting?.Check();
        }
    }

    private protected override SequenceColumn Bound(SequenceColumn column) => column.Kind != SequenceKind.Real
        ? throw new ArgumentException($"Column '{column.Name}' is {column.Type}: expected a series, a vector of Single.")
        : column.FeatureCount > _options.InputCount ? column.WithMissing()
        : throw new ArgumentException($"Column '{column.Name}' has {column.FeatureCount} features per step: expected more than the "
            + $"{_options.InputCount} known inputs.");

    private protected override DataViewSchema OutputColumns(SchemaShape inputSchema) => PredictionColumns.NamedNumbers(hasVector: true);

    private protected override LinearGaussianTransformer Fit(SequenceRows rows, DataViewSchema schema, SequenceScoringOptions scoring,
        Action<string> log)
    {
        var column = rows.Columns.Sequence;
        ObservedSequence[] sequences = [.. Enumerable.Range(0, rows.Count).Select(row => Observed(rows, row))];
        var dimensions = column.FeatureCount - _options.InputCount;
        ObservedSequence[]? inputs = null;
        if (_options.InputCount > 0)
        {
            var parts = Array.ConvertAll(sequences, x => x.Split(dimensions));
            (sequences, inputs) = (Array.ConvertAll(parts, part => part.First), Array.ConvertAll(parts, part => part.Others));
            if (Array.FindIndex(inputs, known => known.ValueArray.Any(double.IsNaN)) is >= 0 and var row)
                throw new InvalidDataException($"Column '{column.Name}', row {row}: a known input, one of the last {_options.InputCount} "
                    + "features of a step, is NaN; expected numbers, since only the others may be missing.");
        }
        if (sequences.All(x => x.ValueArray.All(double.IsNaN)))
            throw new InvalidDataException($"Column '{column.Name}': all values of all rows are missing; expected some to learn from.");
        // It is fitted in units of the data, which change no digit, so that it doesn't depend on what they are measured in.
        var units = UnitsOf(sequences, dimensions);
        sequences = [.. sequences.Select(x => In(units, x))];
        var start = _options.Model?.In(units) ?? Start(sequences).WithInputs(_options.InputCount);
        var fitting = _options.Fitting ?? (_options.Model is not null || _options.Form == LinearGaussianForm.General ? new()
            : StructuralModels.Variances with { Learned = StructuralModels.Variances.Learned | LinearGaussianParts.InputFeedthrough });
        var fit = KalmanEm.Fit(start, sequences, fitting, inputs, _options.CancellationToken);
        fit = InUnitsOfData(fit, units, sequences);
        var result = new LinearGaussianTransformer(Deployed(column, fit.Model, _options.Horizon).ToFile(), scoring, fit, _options.Horizon);
        log(string.Create(CultureInfo.InvariantCulture,
            $"Linear dynamical system of {fit.Model.States} states; {rows.Count:N0} rows, log likelihood {fit.LogLikelihood:N1} after "
            + $"{fit.LogLikelihoods.Count - 1} steps"));
        return result;
    }

    /// <summary>A model as it is deployed.</summary>
    internal static FittedSequenceModel Deployed(SequenceColumn column, LinearGaussianModel model, int horizon)
    {
        string[] names = [.. from kind in (string[])["", " deviation"] from step in Enumerable.Range(1, horizon)
                             from d in Enumerable.Range(0, model.Dimensions)
                             select string.Create(CultureInfo.InvariantCulture, $"+{step}.{d}{kind}")];
        return new(new(column, null, 1) { KeepsMissing = true }, ModelTask.Regression, new(names.Length, "String", names), names.Length)
        {
            VectorSize = model.States,
            Write = x =>
            {
                var graph = new LinearGaussianGraph(x, model);
                var score = model.Inputs == 0 ? graph.Forecast(horizon) : graph.Predicted(horizon);
                return [(ModelFormat.Score, score), (ModelFormat.Vector, graph.LastMean),
                    (ModelFormat.LogLikelihood, graph.LogLikelihood), (ModelFormat.States, graph.Smoothed())];
            },
            Sample = (random, steps) =>
            {
                var known = model.Inputs == 0 ? null : ObservedSequence.OfValues(
                    [.. Enumerable.Range(0, steps * model.Inputs).Select(_ => random.NextNormal())], model.Inputs);
                var x = ObservedSequence.OfValues(Array.ConvertAll(model.Sample(steps, random, known).ValueArray, value =>
                    random.Next(5) == 0 ? double.NaN : value), model.Dimensions);
                return FittedSequenceModel.Rounded(known is null ? x : x.Beside(known));
            },
            Compare = (row, given) =>
            {
                var (x, known) = model.Inputs == 0 ? (row, null) : row.Split(model.Dimensions);
                var smoothed = model.Smooth(x, known);
                var ahead = known is null ? model.Forecast(x, horizon) : Predicted(model, smoothed.Filtered, horizon);
                var units = model.Units();
                // What is compared is in units of its own: a difference counts by these.
                double[] Scaled(IEnumerable<double> numbers) => [.. numbers.Select((number, i) => number / units[i % units.Length])];
                (string, double[], double[]) States(string name, double[] expected)
                {
                    var most = LinearGaussianModel.PowerOfTwo(expected.Max(Math.Abs));
                    double[] Of(double[] numbers) => Array.ConvertAll(numbers, number => number / most);
                    return (name, Of(expected), Of(given(name)));
                }
                var perValue = x.ValueArray.Select((value, i) => double.IsNaN(value) ? 0 : Math.Log(units[i % units.Length])).Sum();
                return
                [
                    (ModelFormat.Score, Scaled([.. ahead.SelectMany(step => step.Mean), .. ahead.SelectMany(step =>
                        Enumerable.Range(0, model.Dimensions).Select(d => Math.Sqrt(step.Covariance[d, d])))]),
                        Scaled(given(ModelFormat.Score))),
                    States(ModelFormat.Vector, smoothed.Filtered.FilteredMeans[^1]),
                    (ModelFormat.LogLikelihood, [smoothed.LogLikelihood + perValue], [given(ModelFormat.LogLikelihood)[0] + perValue]),
                    States(ModelFormat.States, [.. smoothed.Means.SelectMany(mean => mean)]),
                ];
            },
        };
    }

    // The distribution of each of the last observations by what is seen before it; NaN before the first step.
    private static IReadOnlyList<(double[] Mean, double[,] Covariance)> Predicted(LinearGaussianModel model, KalmanFiltered filtered,
        int horizon)
    {
        var m = model.Dimensions;
        double[] Unknown(int count) => [.. Enumerable.Repeat(double.NaN, count)];
        return [.. Enumerable.Range(filtered.Observations.Steps - horizon, horizon).Select(step => step < 0
            ? (Unknown(m), VectorMath.Square(Unknown(m * m), m, m))
            : (KalmanFilter.Observed(model, filtered.PredictedMeans[step], model.InputAt(filtered.Inputs, step)),
                model.Observed(filtered.PredictedCovariances[step])))];
    }

    private static double[] UnitsOf(ObservedSequence[] sequences, int dimensions) => [.. Enumerable.Range(0, dimensions).Select(d =>
    {
        double[] seen = [.. sequences.SelectMany(x => x.ValueArray.Where((_, i) => i % dimensions == d)).Where(double.IsFinite)];
        var mean = seen.Length == 0 ? 0 : seen.Average();
        return LinearGaussianModel.PowerOfTwo(seen.Length == 0 ? 0 : Math.Sqrt(seen.Average(value => (value - mean) * (value - mean))));
    })];

    private static ObservedSequence In(double[] units, ObservedSequence x) =>
        ObservedSequence.OfValues([.. x.ValueArray.Select((value, i) => value / units[i % units.Length])], units.Length);

    // States of a level or trend are in units of the data too.
    private LinearGaussianFit InUnitsOfData(LinearGaussianFit fit, double[] units, ObservedSequence[] scaled)
    {
        var perValue = scaled.Sum(x => x.ValueArray.Select((value, i) => double.IsNaN(value) ? 0 : Math.Log(units[i % units.Length]))
            .Sum());
        var model = fit.Model;
        if (_options.Model is null && _options.Form != LinearGaussianForm.General)
        {
            double[] Squared(double[] numbers) => [.. numbers.Select(number => number * units[0] * units[0])];
            double[] Of(double[] numbers) => [.. numbers.Select(number => number * units[0])];
            model = new(model.F, model.H, Squared(model.Q), Squared(model.R), Of(model.Mean), Squared(model.Covariance), Of(model.B),
                Of(model.D));
        }
        else
            model = model.In([.. units.Select(unit => 1 / unit)]);
        return fit with { Model = model, LogLikelihoods = [.. fit.LogLikelihoods.Select(value => value - perValue)] };
    }

    private LinearGaussianModel Start(ObservedSequence[] sequences)
    {
        var all = ObservedSequence.OfValues([.. sequences.SelectMany(x => x.ValueArray)], sequences[0].Dimensions);
        if (_options.Form != LinearGaussianForm.General)
            return all.Dimensions == 1 ? StructuralModels.Of(all, _options.Form == LinearGaussianForm.Trend, _options.Period)
                : throw new ArgumentException($"Column '{_options.SequenceColumnName}' has {all.Dimensions} features per step; a "
                    + $"{_options.Form} has 1. Expected {nameof(LinearGaussianForm)}.{nameof(LinearGaussianForm.General)}.");
        return StructuralModels.General(all, _options.States);
    }
}
