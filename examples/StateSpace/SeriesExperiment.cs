using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace StateSpace;

/// <summary>One series: each step of its last tenth is forecast from those before it.</summary>
internal static class SeriesExperiment
{
    internal static IEnumerable<Result> Run(SeriesFile series, int seed, Options options)
    {
        var train = series.Values.Length - Math.Max(2, series.Values.Length / 10);
        Console.WriteLine($"{series.Name}: {series.Values.Length:N0} steps, of which the last {series.Values.Length - train} are forecast");
        foreach (var network in options.Networks ?? ["lds", "esn"])
            yield return network switch
            {
                "lds" => Linear(series, train, seed, options),
                "esn" => Echo(series, train, seed, options),
                "hmm" => Hidden(series, train, seed, options),
                _ => throw new UsageException("--network lstm is for sequences with classes or tags; a series takes lds, esn or hmm."),
            };
    }

    private static Result Linear(SeriesFile series, int train, int seed, Options options)
    {
        var clock = Stopwatch.StartNew();
        using var fitted = Fit(series.Values[..train], ml => ml.Sequences().LinearDynamicalSystem(new()
        {
            Form = options.Trend ? LinearGaussianForm.Trend : LinearGaussianForm.Level, Period = options.Period,
            Fitting = StructuralModels.Variances with { MaximumIterations = options.Passes ?? 200 },
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        fitted.ExportToOnnx(Path.Combine(options.Folder, "lds.onnx"));
        var model = fitted.Model;
        var whole = model.Filter(ObservedSequence.OfValues(series.Values));
        double[] forecast = [.. whole.PredictedMeans.Skip(train).Select(state => model.Observation.Cast<double>().Zip(state).Sum(pair =>
            pair.First * pair.Second))];
        return Report.Printed(new(series.Name, "forecasting", "lds", seed, seconds, fitted.Info.Verification!.LargestDifference,
            new Dictionary<string, double>
            {
                ["log_likelihood"] = fitted.Fit.LogLikelihood, ["nrmse"] = Scores.Nrmse(series.Values, train, forecast),
                ["naive_nrmse"] = Scores.Nrmse(series.Values, train, series.Values[(train - 1)..^1]),
            }));
    }

    private static Result Echo(SeriesFile series, int train, int seed, Options options)
    {
        if (series.Values.Any(double.IsNaN))
            throw new UsageException($"--network esn takes no missing values, which {series.Name} has; lds does.");
        var clock = Stopwatch.StartNew();
        using var fitted = Fit(series.Values[..train], ml => ml.Sequences().EchoState(new()
        {
            Use = EchoStateUse.Forecasting, Washout = Math.Min(50, train / 4),
            Reservoir = new() { Units = options.Units ?? 100, SpectralRadius = options.Radius ?? 0.9, InputScale = 0.5, Seed = seed },
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        fitted.ExportToOnnx(Path.Combine(options.Folder, "esn.onnx"));
        // Each step by the deployed model, from all steps before it.
        var ml = new MLContext();
        Values[] rows = [.. Enumerable.Range(train, series.Values.Length - train).Select(step => Values.Of(series.Values[..step]))];
        double[] forecast = [.. fitted.Transform(ml.Data.LoadFromEnumerable(rows)).GetColumn<float>("Score")
            .Select(value => (double)value)];
        return Report.Printed(new(series.Name, "forecasting", "esn", seed, seconds, fitted.Info.Verification!.LargestDifference,
            new Dictionary<string, double> { ["nrmse"] = Scores.Nrmse(series.Values, train, forecast) }));
    }

    private static Result Hidden(SeriesFile series, int train, int seed, Options options)
    {
        if (series.Values.Any(double.IsNaN))
            throw new UsageException($"--network hmm takes no missing values, which {series.Name} has; lds does.");
        var clock = Stopwatch.StartNew();
        using var fitted = Fit(series.Values[..train], ml => ml.Sequences().HiddenMarkov(new()
        {
            Model = new() { States = options.States ?? 3, Mixtures = options.Mixtures, MaximumIterations = options.Passes ?? 100,
                Seed = seed },
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        fitted.ExportToOnnx(Path.Combine(options.Folder, "hmm.onnx"));
        return Report.Printed(new(series.Name, "segmentation", "hmm", seed, seconds, fitted.Info.Verification!.LargestDifference,
            new Dictionary<string, double> { ["log_likelihood"] = fitted.LogLikelihood, ["bic"] = fitted.Bic }));
    }

    internal static T Fit<T>(double[] values, Func<MLContext, IEstimator<T>> estimator) where T : SequenceScoringTransformer
    {
        var ml = new MLContext();
        return estimator(ml).Fit(ml.Data.LoadFromEnumerable([Values.Of(values)]));
    }

    internal sealed class Values
    {
        public float[] Features { get; set; } = [];

        internal static Values Of(double[] values) => new() { Features = Array.ConvertAll(values, value => (float)value) };
    }
}
