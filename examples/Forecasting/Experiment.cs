using System.Diagnostics;
using Forecasting.Data;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace Forecasting;

/// <summary>What a run came to.</summary>
/// <param name="Set">The data.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Chosen">The network that was best on the validation steps.</param>
/// <param name="Scores">Each network's and each naive forecaster's figures on the test steps.</param>
/// <param name="Seconds">Seconds of all trainings.</param>
/// <param name="OnnxMaxDifference">Of the exported file.</param>
internal sealed record Result(SeriesSet Set, int Seed, string Chosen, IReadOnlyDictionary<string, Score> Scores, double Seconds,
    double OnnxMaxDifference);

/// <summary>Figures on the test steps.</summary>
/// <param name="Metrics">In the data's units.</param>
/// <param name="MeanSquaredError">Where several targets are forecast, of standardized ones.</param>
/// <param name="MeanAbsoluteError">Likewise.</param>
internal sealed record Score(ForecastMetrics Metrics, double MeanSquaredError, double MeanAbsoluteError);

/// <summary>Trains the candidates, chooses one, tests all.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, SeriesSet set, int seed, Options options)
    {
        Report.Start(set, seed);
        IDataView all = set.View(ml, options.Folder), past = set.View(ml, options.Folder, set.TestSteps);
        var scale = Deviations(set);
        Score Of(BacktestResult test, IReadOnlyList<BacktestRow> rows) => set.LastStepOnly
            ? Figures(test, [.. rows.Where(row => row.Step == set.Horizon)]) : Figures(test, rows);
        Score Figures(BacktestResult test, IReadOnlyList<BacktestRow> rows) => new(test.Of(rows),
            rows.Average(row => Math.Pow((row.Actual - row.Forecast) / scale[row.Target], 2)),
            rows.Average(row => Math.Abs(row.Actual - row.Forecast) / scale[row.Target]));
        BacktestOptions Back(int steps, int step) => new() { TestSteps = steps, Step = step, Season = set.Season };

        var scores = new Dictionary<string, Score>();
        (string Name, double Error, ForecastingTransformer Model, BacktestResult Test)? best = null;
        var clock = Stopwatch.StartNew();
        foreach (var candidate in Candidate.For(set, options))
        {
            var share = (float)set.ValidationSteps / (set.Shortest - set.TestSteps);
            var model = ml.Sequences().Forecasting(candidate.Trainer(set, seed, Math.Min(share, 0.45f), options)).Fit(past);
            var validated = ml.Sequences().Backtest(model, past, Back(set.ValidationSteps, set.ValidationStep));
            // Of several series errors count by the size of the series.
            var of = Of(validated, validated.Rows);
            var error = set.Targets.Length == 1 && double.IsFinite(of.Metrics.MeanAbsoluteScaledError)
                ? of.Metrics.MeanAbsoluteScaledError : of.MeanSquaredError;
            var test = ml.Sequences().Backtest(model, all, Back(set.TestSteps, set.OriginStep));
            scores[candidate.Name] = Of(test, test.Rows);
            foreach (var naive in test.Naive)
                scores[naive.Key.Replace(' ', '_')] = Of(test, naive.Value);
            Report.Candidate(candidate.Name, model.History, error, scores[candidate.Name]);
            if (best is null || error < best.Value.Error)
            {
                best?.Model.Dispose();
                best = (candidate.Name, error, model, test);
            }
            else
                model.Dispose();
        }
        var seconds = clock.Elapsed.TotalSeconds;
        var (name, _, chosen, backtest) = best!.Value;
        using (chosen)
        {
            // The file alone, as another program would read it.
            var onnx = Path.Combine(options.Folder, $"{set.Name}.onnx");
            chosen.ExportToOnnx(onnx);
            using var read = new ForecastScoringTransformer(File.ReadAllBytes(onnx));
            var same = ml.Sequences().Backtest(read, all, Back(set.TestSteps, set.OriginStep));
            var difference = backtest.Rows.Zip(same.Rows, (one, other) => Math.Abs(one.Forecast - other.Forecast)).Max()
                / Math.Max(float.Epsilon, backtest.Rows.Max(row => Math.Abs(row.Forecast)));
            ForecastPicture.Write(Path.Combine(options.Folder, set.Name), set, name, backtest);
            Report.Chosen(name, scores, options.Folder);
            return new(set, seed, name, scores, seconds, Math.Max(difference, chosen.Info.Verification!.LargestDifference));
        }
    }

    // Standard deviations of the targets before the test steps, as published splits have them: of the training steps.
    private static Dictionary<string, double> Deviations(SeriesSet set)
    {
        var deviations = new Dictionary<string, double>();
        for (var target = 0; target < set.Targets.Length; target++)
        {
            double[] values = [.. set.Steps.GroupBy(step => step.Series).SelectMany(series => series
                .SkipLast(set.TestSteps + set.ValidationSteps)).Select(step => (double)step.Numbers[target])];
            var mean = values.Average();
            var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
            deviations[set.Targets[target]] = set.Targets.Length == 1 || deviation == 0 ? 1 : deviation;
        }
        return deviations;
    }
}
