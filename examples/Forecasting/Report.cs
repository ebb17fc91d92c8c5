using Examples;
using Forecasting.Data;
using MLSeqGraph.Trainers;

namespace Forecasting;

/// <summary>What is printed, and the figures for programs.</summary>
internal static class Report
{
    internal static readonly string[] Naive = ["naive", "seasonal_naive", "drift"];

    internal static void Start(SeriesSet set, int seed)
    {
        Console.WriteLine();
        Console.WriteLine($"{set.Name}: {set.Description}; season {set.Season}, {set.Horizon} steps ahead, the last {set.TestSteps} "
            + $"steps to "
            + $"compare{(set.LastStepOnly ? $" (step {set.Horizon} of each forecast)" : "")}; seed {seed}");
    }

    internal static void Candidate(string name, TrainingHistory history, double validated, Score score) =>
        Console.WriteLine($"  {name,-22} {history.Epochs.Count,3} epochs, best {history.BestEpoch,3}; validation error "
            + $"{validated,9:g5}; test "
            + $"{score.Metrics}");

    internal static void Chosen(SeriesSet set, string name, IReadOnlyDictionary<string, Score> scores, bool isRefitted, string folder)
    {
        Console.WriteLine();
        Console.WriteLine($"{set.Name}: chosen on validation steps: {name}{(isRefitted ? ", trained again on these too" : "")}. Files and "
            + $"pictures are in {folder}");
        foreach (var of in Naive.Prepend(name))
            Console.WriteLine($"  {of,-22} test {scores[of].Metrics}");
    }

    internal static void Summary(IReadOnlyList<Result> results, int leftOut)
    {
        if (results.Count < 2)
            return;
        Console.WriteLine();
        Console.WriteLine($"{"data",-34}{"network",-22}{"MSE",10}{"MASE",9}{"seasonal",10}{"best naive",12}{"80 %",7}{"95 %",7}");
        foreach (var result in results)
        {
            var score = result.Scores[result.Chosen];
            Console.WriteLine($"{result.Set.Name,-34}{result.Chosen,-22}{score.MeanSquaredError,10:g4}"
                + $"{score.Metrics.MeanAbsoluteScaledError,9:0.000}{Mase(result, "seasonal_naive"),10:0.000}{Best(result),12:0.000}"
                + $"{score.Metrics.Coverages[1],7:0.00}{score.Metrics.Coverages[0],7:0.00}");
        }
        Console.WriteLine($"MASE below the best naive forecast on {results.Count(result => Mase(result, result.Chosen) < Best(result))} of "
            + $"{results.Count}{(leftOut > 0 ? $"; {leftOut} more could not be forecast" : "")}");
    }

    /// <summary>Writes one flat object: means over the sets, and each set's figures by its name.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results, int leftOut, string data)
    {
        var figures = new Dictionary<string, object>
        {
            ["data"] = data,
            ["task"] = "forecasting",
            ["network"] = results[0].Chosen,
            ["seed"] = results[0].Seed,
            ["train_seconds"] = results.Sum(result => result.Seconds),
            ["onnx_max_difference"] = results.Max(result => result.OnnxMaxDifference),
        };
        Add(figures, "", results);
        figures["better_than_naive"] = results.Count(result => Mase(result, result.Chosen) < Best(result));
        figures["sets"] = results.Count;
        figures["sets_left_out"] = leftOut;
        foreach (var set in results.GroupBy(result => result.Set.Name))
        {
            if (results.Count > set.Count())
                Add(figures, set.Key + "_", [.. set]);
            foreach (var (network, score) in set.First().Scores)
            {
                figures[$"{set.Key}_{network}_mse"] = score.MeanSquaredError;
                if (double.IsFinite(score.Metrics.MeanAbsoluteScaledError))
                    figures[$"{set.Key}_{network}_mase"] = score.Metrics.MeanAbsoluteScaledError;
            }
        }
        Figures.Write(path, figures);
    }

    private static void Add(Dictionary<string, object> figures, string prefix, IReadOnlyList<Result> results)
    {
        void Mean(string name, Func<Result, double> of)
        {
            // JSON has no NaN: of a constant series nothing is scaled.
            double[] numbers = [.. results.Select(of).Where(double.IsFinite)];
            if (numbers.Length > 0)
                figures[prefix + name] = numbers.Average();
        }
        Score Of(Result result) => result.Scores[result.Chosen];
        Mean("mse", result => Of(result).MeanSquaredError);
        Mean("mae", result => Of(result).MeanAbsoluteError);
        Mean("rmse", result => Of(result).Metrics.RootMeanSquaredError);
        Mean("mape", result => Of(result).Metrics.MeanAbsolutePercentageError);
        Mean("mase", result => Mase(result, result.Chosen));
        Mean("naive_mase", result => Mase(result, "seasonal_naive"));
        Mean("best_naive_mase", Best);
        Mean("crps", result => Of(result).Metrics.Pinball);
        Mean("coverage_80", result => Of(result).Metrics.Coverages[1]);
        Mean("coverage_95", result => Of(result).Metrics.Coverages[0]);
    }

    private static double Mase(Result result, string of) => result.Scores[of].Metrics.MeanAbsoluteScaledError;

    private static double Best(Result result) => Naive.Min(naive => Mase(result, naive));
}
