using System.CommandLine;
using System.Diagnostics;
using Microsoft.ML;
using MLSeqGraph.Experiments;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Bench;

/// <summary>What experiments find in a time: portfolios beside ML.NET's trees, and successive halving beside no pruning.</summary>
internal static class ExperimentsCommand
{
    internal static Command Create()
    {
        var data = new Option<string>("--data")
        {
            Description = "The folder of the data sets.",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("MLSEQGRAPH_DATA") ?? "../shared/data",
        };
        var seconds = new Option<int>("--seconds") { Description = "Of a search.", DefaultValueFactory = _ => 15 };
        var pruning = new Option<int>("--pruning-seconds") { Description = "Of a search with or without pruning.",
            DefaultValueFactory = _ => 90 };
        var halving = new Option<int?>("--halving-seconds") { Description = "Of a search with pruning, if it is another time." };
        var presets = new Option<PortfolioPreset[]>("--presets") { Description = "quick, good, best", AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => Enum.GetValues<PortfolioPreset>() };
        var sets = new Option<string>("--sets") { Description = "With commas between them.",
            DefaultValueFactory = _ => string.Join(',', ExperimentSet.All.Keys) };
        var command = new Command("experiments", "Accuracy of portfolios beside ML.NET's trees on six data sets, and of successive halving "
            + "beside no pruning.")
        {
            data, seconds, pruning, halving, presets, sets,
        };
        command.SetAction(parsed =>
        {
            var folder = parsed.GetRequiredValue(data);
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException($"There is no folder '{folder}'; expected one with {parsed.GetValue(sets)}.");
            if (parsed.GetValue(seconds) > 0)
                Compare([.. parsed.GetRequiredValue(sets).Split(',').Select(name => ExperimentSet.All[name](folder))],
                    parsed.GetRequiredValue(presets), (uint)parsed.GetValue(seconds));
            if (parsed.GetValue(pruning) > 0)
                Prune(ExperimentSet.All["trec"](folder), (uint)parsed.GetValue(pruning),
                    (uint)(parsed.GetValue(halving) ?? parsed.GetValue(pruning)));
        });
        return command;
    }

    private static void Compare(IReadOnlyList<ExperimentSet> sets, PortfolioPreset[] presets, uint seconds)
    {
        Console.WriteLine($"Accuracy on test rows; a search takes {seconds} s, the training of its best on all rows on top.");
        Console.WriteLine($"| data | rows | {string.Join(" | ", presets).ToLowerInvariant()} | LightGbm | FastTree |\n"
            + $"|---|---|{string.Concat(presets.Select(_ => "---|"))}---|---|");
        foreach (var set in sets)
        {
            var cells = new List<string>();
            foreach (var preset in presets)
            {
                var (result, accuracy) = Search(set, experiment => experiment.SetPortfolio(set.Portfolio(preset)), seconds);
                cells.Add($"{accuracy:P1} ({result.BestTrial.Parameters["model"]}, {result.Trials.Count} trials)");
            }
            foreach (var trees in (bool[])[true, false])
            {
                var start = Stopwatch.GetTimestamp();
                var accuracy = Trees(set, trees);
                cells.Add($"{accuracy:P1} ({Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s)");
            }
            Console.WriteLine($"| {set.Name} | {set.Train.Count} | {string.Join(" | ", cells)} |");
        }
    }

    // The same trials in the same order, of which one search ends those that promise nothing.
    private static void Prune(ExperimentSet set, uint without, uint halving)
    {
        Console.WriteLine($"\n{set.Name}, LSTM, random search of rate, sizes and dropout, 9 epochs a trial, {without} s, with pruning "
            + $"{halving} s:");
        Console.WriteLine("| pruner | trials | of them pruned | best on validation rows | on test rows "
            + "| best without pruning reached after |\n|---|---|---|---|---|---|");
        double? best = null;
        foreach (var pruner in (Pruner?[])[null, new SuccessiveHalvingPruner()])
        {
            var clock = new Clock();
            var (result, accuracy) = Search(set, experiment => experiment
                .SetPortfolio(set.Portfolio(PortfolioPreset.Good).Only("lstm").WithEpochs(9))
                .SetTuner(new RandomTuner()).SetPruner(pruner).SetMonitor(clock),
                pruner is null ? without : halving);
            best ??= result.BestTrial.Metric;
            Console.WriteLine($"| {(pruner is null ? "none" : "successive halving")} | {result.Trials.Count} | "
                + $"{result.Trials.Count(trial => trial.State == TrialState.Pruned)} | {result.BestTrial.Metric:P1} | {accuracy:P1} | "
                + $"{(clock.Reached(best!.Value) is { } reached ? $"{reached:0} s" : "not reached")} |");
        }
    }

    private static (ExperimentResult Result, double Accuracy) Search(ExperimentSet set, Func<Experiment, Experiment> prepare,
        uint seconds)
    {
        var ml = new MLContext(1);
        var result = prepare(ml.Experiment()).SetDataset(set.View(ml, set.Train), validationFraction: 0.1).SetTrainingTimeInSeconds(seconds)
            .Run();
        return (result, Accuracy(ml, result.Model, set));
    }

    private static double Trees(ExperimentSet set, bool isLightGbm)
    {
        var ml = new MLContext(1);
        IEstimator<ITransformer> features = set.Features > 0 ? ml.Transforms.CopyColumns("Read", "Features")
            : ml.Transforms.Text.TokenizeIntoWords("Words", "Text")
                .Append(ml.Transforms.Conversion.MapValueToKey("Keys", "Words", maximumNumberOfKeys: 2000))
                .Append(ml.Transforms.Conversion.MapKeyToVector("Read", "Keys", outputCountVector: true));
        IEstimator<ITransformer> trainer = isLightGbm
            ? ml.MulticlassClassification.Trainers.LightGbm("Label", "Read")
            : ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.Trainers.FastTree("Label", "Read"), "Label");
        var model = ml.Transforms.Conversion.MapValueToKey("Label").Append(features).Append(trainer).Fit(set.View(ml, set.Train));
        return Accuracy(ml, model, set);
    }

    private static double Accuracy(MLContext ml, ITransformer model, ExperimentSet set) =>
        ml.Sequences().EvaluateClassification(model.Transform(set.View(ml, set.Test))).MicroAccuracy;

    /// <summary>When what was the best.</summary>
    private sealed class Clock : IMonitor
    {
        private readonly Stopwatch _time = Stopwatch.StartNew();
        private readonly List<(double Seconds, double Metric)> _best = [];

        public void ReportBestTrial(TrialResult result) => _best.Add((_time.Elapsed.TotalSeconds, result.Metric!.Value));

        internal double? Reached(double metric) => _best.Where(one => one.Metric >= metric).Select(one => (double?)one.Seconds)
            .FirstOrDefault();
    }
}
