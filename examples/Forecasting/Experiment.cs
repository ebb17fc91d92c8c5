using Forecasting.Data;
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
internal sealed record Score(ForecastMetrics Metrics, double MeanSquaredError, double MeanAbsoluteError)
{
    internal static Score Of(SeriesSet set, BacktestResult test, IReadOnlyList<BacktestRow> rows)
    {
        rows = set.LastStepOnly ? [.. rows.Where(row => row.Step == set.Horizon)] : rows;
        var scale = set.Deviations;
        return new(test.Of(rows), rows.Average(row => Math.Pow((row.Actual - row.Forecast) / scale[row.Target], 2)),
            rows.Average(row => Math.Abs(row.Actual - row.Forecast) / scale[row.Target]));
    }
}

/// <summary>Chooses a network by what all candidates did on the validation steps, trains it on these too, and tests it.</summary>
internal static class Experiment
{
    // Forecasts after which a set's own errors count as much as those of its group.
    private const double OriginsOfGroup = 3;

    internal static Result Run(Contest contest, IReadOnlyList<Contest> all, IReadOnlyList<Pool> pools, Options options)
    {
        var (set, clock) = (contest.Set, System.Diagnostics.Stopwatch.StartNew());
        var entry = contest.Best?.Entry ?? Choose(contest, all);
        var model = contest.Best?.Model ?? (entry.Pool is null ? contest.Fit(entry.Candidate, refits: true)
            : pools.Single(pool => pool.Set == entry.Pool).Fit(entry.Candidate, refits: true));
        try
        {
            var test = contest.Test(model, entry);
            contest.Scores[entry.Name] = contest.Of(test, test.Rows);
            var seconds = contest.Seconds + clock.Elapsed.TotalSeconds;
            // The file alone, as another program would read it.
            var onnx = Path.Combine(options.Folder, $"{set.Name}.onnx");
            model.ExportToOnnx(onnx);
            using var read = new ForecastScoringTransformer(File.ReadAllBytes(onnx));
            var same = contest.Test(read, entry);
            var difference = test.Rows.Zip(same.Rows, (one, other) => Math.Abs(one.Forecast - other.Forecast)).Max()
                / Math.Max(float.Epsilon, test.Rows.Max(row => Math.Abs(row.Forecast)));
            ForecastPicture.Write(Path.Combine(options.Folder, set.Name), set, entry.Name, test);
            Report.Chosen(set, entry.Name, contest.Scores, contest.Refits, options.Folder);
            return new(set, contest.Seed, entry.Name, contest.Scores, seconds, Math.Max(difference,
                model.Info.Verification!.LargestDifference));
        }
        finally
        {
            if (entry.Pool is null)
                model.Dispose();
        }
    }

    // Of few forecasts the set's own errors say little: those of its group count too. All are relative to the middle candidate's.
    private static Entry Choose(Contest contest, IReadOnlyList<Contest> all)
    {
        var origins = 1 + (contest.Set.ValidationSteps - contest.Set.Horizon) / contest.Set.ValidationStep;
        var group = contest.Set.Group is { } name ? all.Where(other => other.Set.Group == name && other.Seed == contest.Seed).ToArray()
            : [contest];
        var own = group.Length == 1 ? 1 : origins / (origins + OriginsOfGroup);
        var others = group.SelectMany(other => Relative(other)).ToLookup(pair => pair.Entry.Name, pair => pair.Error);
        return Relative(contest).MinBy(pair => own * pair.Error + (1 - own) * others[pair.Entry.Name].Average()).Entry;
    }

    private static IEnumerable<(Entry Entry, double Error)> Relative(Contest contest)
    {
        double[] errors = [.. contest.Entries.Select(entry => entry.Error).Order()];
        var middle = Math.Max(errors[errors.Length / 2], 1e-9);
        return contest.Entries.Select(entry => (entry, Math.Log(Math.Clamp(entry.Error / middle, 0.1, 10))));
    }
}
