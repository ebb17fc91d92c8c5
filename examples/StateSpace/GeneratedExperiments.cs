using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;

namespace StateSpace;

/// <summary>Data whose truth is known.</summary>
internal static class GeneratedExperiments
{
    internal static IEnumerable<Result> Run(MLContext ml, int seed, Options options)
    {
        foreach (var network in options.Networks ?? ["hmm", "lds", "esn"])
            yield return network switch
            {
                "hmm" => Casino(ml, seed, options),
                "lds" => Level(seed, options),
                "esn" => MackeyGlass(seed, options),
                _ => throw new UsageException("--network lstm needs --data with classes or tags."),
            };
    }

    // A casino that sometimes changes to a loaded die (Durbin et al. 1998): when did it?
    private static Result Casino(MLContext ml, int seed, Options options)
    {
        var truth = new HiddenMarkovModel([0.5, 0.5], new[,] { { 0.95, 0.05 }, { 0.1, 0.9 } }, new DiscreteEmission(new[,]
        {
            { 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 6.0 }, { 0.1, 0.1, 0.1, 0.1, 0.1, 0.5 },
        }));
        var random = new Random(seed);
        var drawn = Enumerable.Range(0, 60).Select(_ => truth.Sample(200, random)).ToArray();
        var data = ml.Data.LoadFromEnumerable(drawn.Select(row => new Throws { Features = row.Sequence.Symbols.ToArray() }).ToArray());
        var clock = Stopwatch.StartNew();
        using var fitted = ml.Sequences().HiddenMarkov(new()
        {
            VocabularySize = 6, Model = new() { States = options.States ?? 2, MaximumIterations = options.Passes ?? 200, Starts = 3,
                Seed = seed },
        }).Fit(data);
        var seconds = clock.Elapsed.TotalSeconds;
        fitted.ExportToOnnx(Path.Combine(options.Folder, "hmm.onnx"));
        // States found have no names: each takes that of the true state that it meets most.
        var found = fitted.Transform(data).GetColumn<uint[]>("PredictedLabel").ToArray();
        var pairs = drawn.Zip(found).SelectMany(row => row.First.States.Zip(row.Second)).ToArray();
        var right = pairs.GroupBy(pair => pair.Second).Sum(state => state.GroupBy(pair => pair.First).Max(group => group.Count()));
        var best = drawn.Sum(row => row.States.Zip(truth.Viterbi(row.Sequence).Path).Count(pair => pair.First == pair.Second));
        return Report.Printed(new("generated casino", "segmentation", "hmm", seed, seconds, fitted.Info.Verification!.LargestDifference,
            new Dictionary<string, double>
            {
                ["log_likelihood"] = fitted.LogLikelihood, ["true_log_likelihood"] = drawn.Sum(row => truth.LogLikelihood(row.Sequence)),
                ["test_accuracy"] = (double)right / pairs.Length, ["true_model_accuracy"] = (double)best / pairs.Length,
            }));
    }

    // A level that moves by 40 a step, seen with a deviation of 120, like that of the Nile.
    private static Result Level(int seed, Options options)
    {
        var truth = new LinearGaussianModel(new[,] { { 1.0 } }, new[,] { { 1.0 } }, new[,] { { 1600.0 } }, new[,] { { 14400.0 } }, [1000],
            new[,] { { 1e4 } });
        var x = truth.Sample(1000, new(seed));
        var clock = Stopwatch.StartNew();
        using var fitted = SeriesExperiment.Fit(x.Values.ToArray(), ml => ml.Sequences().LinearDynamicalSystem(new()
        {
            Fitting = StructuralModels.Variances with { MaximumIterations = options.Passes ?? 300 },
        }));
        var seconds = clock.Elapsed.TotalSeconds;
        fitted.ExportToOnnx(Path.Combine(options.Folder, "lds.onnx"));
        return Report.Printed(new("generated level", "forecasting", "lds", seed, seconds, fitted.Info.Verification!.LargestDifference,
            new Dictionary<string, double>
            {
                ["log_likelihood"] = fitted.Fit.LogLikelihood, ["true_log_likelihood"] = truth.LogLikelihood(x),
                ["level_variance"] = fitted.Model.TransitionCovariance[0, 0],
                ["noise_variance"] = fitted.Model.ObservationCovariance[0, 0],
            }));
    }

    // 84 steps ahead on 50 places of the Mackey-Glass series (Jaeger and Haas 2004).
    private static Result MackeyGlass(int seed, Options options)
    {
        const int train = 4000, ahead = 84, places = 50, apart = 40;
        var series = Series.MackeyGlass(train + places * apart + ahead + 1, seed);
        var clock = Stopwatch.StartNew();
        var model = EchoStateForecaster.Fit([ObservedSequence.OfValues(series.AsSpan(0, train))], new()
        {
            Units = options.Units ?? 1000, SpectralRadius = options.Radius ?? 0.8, InputScale = 1, BiasScale = 0.2, Seed = seed,
        }, washout: 500, cancellationToken: options.CancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        int[] starts = [.. Enumerable.Range(0, places).Select(place => train + place * apart)];
        double[] errors = [.. model.GenerateFrom(ObservedSequence.OfValues(series), ahead, starts)
            .Select((generated, place) => generated[^1] - series[starts[place] + ahead])];
        var mean = series.Average();
        var variance = series.Average(value => (value - mean) * (value - mean));
        using var fitted = SeriesExperiment.Fit(series[..1000], ml => ml.Sequences().EchoState(new()
        {
            Use = EchoStateUse.Forecasting, Horizon = ahead, Reservoir = new() { Units = 200, SpectralRadius = 0.8, Seed = seed },
        }));
        fitted.ExportToOnnx(Path.Combine(options.Folder, "esn.onnx"));
        return Report.Printed(new("generated Mackey-Glass", "generation", "esn", seed, seconds,
            fitted.Info.Verification!.LargestDifference, new Dictionary<string, double>
            {
                ["nrmse"] = Math.Sqrt(errors.Average(error => error * error) / variance), ["ridge"] = model.Ridge,
            }));
    }

    private sealed class Throws
    {
        public int[] Features { get; set; } = [];
    }
}
