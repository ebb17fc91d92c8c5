using System.Diagnostics;
using Examples;
using GraphQuickstart.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>
/// Graph classification, each fold of a set in turn the test rows; the epoch is chosen on a part of the others, or where asked for it is
/// the one whose mean over the test folds is best.
/// </summary>
internal static class FoldExperiment
{
    internal static void Run(MLContext ml, string file, Options options)
    {
        var data = TuFolder.Load(ml, file);
        int[] all = [.. data.GetColumn<int>("Fold").Distinct().Where(fold => fold > 0).Order()], folds = [.. all.Take(options.Folds)];
        var (name, network) = (Path.GetFileName(file), WholeGraphs.Name(options));
        Console.WriteLine($"{name}: {data.GetColumn<int>("Fold").Count()} graphs, {folds.Length} folds; {network}");
        List<double> accuracies = [], validated = [];
        List<double[]> curves = [];
        double seconds = 0, difference = 0;
        foreach (var (seed, fold) in Enumerable.Range(options.Seed, options.Seeds).SelectMany(seed => folds.Select(fold => (seed, fold))))
        {
            if (options.StopToken.IsCancellationRequested)
                break;
            var test = ml.Data.FilterByCustomPredicate<Row>(data, row => row.Fold != fold);
            // The fold after the test fold chooses the epoch; a curve is that of the test fold itself.
            var next = options.TakesTestCurve ? fold : all[(Array.IndexOf(all, fold) + 1) % all.Length];
            var validation = ml.Data.FilterByCustomPredicate<Row>(data, row => row.Fold != next);
            var train = ml.Data.FilterByCustomPredicate<Row>(data, row => row.Fold == fold || row.Fold == next);
            var clock = Stopwatch.StartNew();
            using var model = ml.Graphs().GraphClassification(new()
            {
                Network = WholeGraphs.Make(options, 32, 5, dropout: 0),
                Hidden = options.Hidden ?? 32,
                OutputDropout = options.Dropout ?? 0.5f,
                Epochs = options.Epochs ?? 100,
                LearningRate = options.LearningRate ?? 0.01f,
                Optimizer = new Adam { WeightDecay = options.WeightDecay ?? 0 },
                Schedule = LearningRateSchedule.Cosine(),
                BatchSize = 32,
                ValidationData = validation,
                Seed = seed,
                Target = ExecutionTarget.Cpu(options.Threads),
                StopToken = options.StopToken,
                CancellationToken = options.CancellationToken,
            }).Fit(train);
            seconds += clock.Elapsed.TotalSeconds;
            difference = Math.Max(difference, model.Info.Verification!.LargestDifference);
            accuracies.Add(ml.Graphs().EvaluateClassification(model.Transform(test)).MicroAccuracy);
            validated.Add(model.History.Epochs[model.History.BestEpoch - 1].ValidationMetrics["accuracy"]);
            curves.Add([.. model.History.Epochs.Select(epoch => epoch.ValidationMetrics["accuracy"])]);
            Console.WriteLine($"  seed {seed}, fold {fold,2}: accuracy {accuracies[^1]:0.0000}, "
                + $"best epoch {model.History.BestEpoch}, validation accuracy there {validated[^1]:0.0000}");
            model.ExportToOnnx(Path.Combine(options.Folder, "model.onnx"));
        }
        if (options.TakesTestCurve)
            accuracies = AtBestEpoch(curves, folds.Length);
        Console.WriteLine($"mean accuracy {accuracies.Average():0.0000} (validation {validated.Average():0.0000}"
            + $", deviation of folds {Deviation(accuracies):0.0000}) over {folds.Length} folds and {options.Seeds} seeds; "
            + $"{seconds:0.0} s; the last fold's model.onnx is in {options.Folder}");
        if (options.Json is { } json)
            Figures.Write(json, new Dictionary<string, object>
            {
                ["data"] = name, ["task"] = "graph-classification", ["network"] = network,
                ["seed"] = options.Seed, ["seeds"] = options.Seeds, ["folds"] = folds.Length,
                ["test_accuracy"] = accuracies.Average(), ["test_accuracy_lowest"] = accuracies.Min(),
                ["validation_accuracy"] = validated.Average(), ["train_seconds"] = seconds, ["onnx_max_difference"] = difference,
            });
    }

    // For each seed its own best epoch of the mean over the folds.
    private static List<double> AtBestEpoch(List<double[]> curves, int folds)
    {
        List<double> accuracies = [];
        foreach (var ofSeed in curves.Chunk(folds))
        {
            var best = Enumerable.Range(0, ofSeed.Min(curve => curve.Length)).MaxBy(epoch => ofSeed.Average(curve => curve[epoch]));
            Console.WriteLine($"  best epoch of the mean over test folds: {best + 1}, "
                + $"accuracy {ofSeed.Average(curve => curve[best]):0.0000}");
            accuracies.AddRange(ofSeed.Select(curve => curve[best]));
        }
        return accuracies;
    }

    private static double Deviation(List<double> values) =>
        Math.Sqrt(values.Sum(value => Math.Pow(value - values.Average(), 2)) / Math.Max(1, values.Count - 1));

    private sealed class Row
    {
        public int Fold { get; set; }
    }
}
