using System.Diagnostics;
using Examples;
using GraphQuickstart.Data;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>Regression of a property of molecules: 80 % of them to train on, 10 % to choose the epoch, 10 % to test, at random.</summary>
internal static class MoleculeExperiment
{
    private const int LeastMolecules = 10;

    internal static void Run(MLContext ml, string file, Options options)
    {
        var network = WholeGraphs.Name(options);
        var errors = new List<double>();
        double seconds = 0, difference = 0;
        var seeds = Math.Max(options.Seeds, 1);
        for (var seed = options.Seed; seed < options.Seed + seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            var (graphs, count, property) = MoleculeFolder.Load(ml, file, seed, options.Label, options.DecimalComma);
            if (count < LeastMolecules)
                throw new InvalidDataException($"{file} has {count} molecules, too few for three parts (80 % to train on, 10 % to choose "
                    + $"the epoch, 10 % to test on); expected at least {LeastMolecules}.");
            IDataView Part(double from, double to)
            {
                var first = (long)(from * count);
                return ml.Data.TakeRows(first == 0 ? graphs : ml.Data.SkipRows(graphs, first), (long)(to * count) - first);
            }

            Console.WriteLine($"{Path.GetFileName(file)}: {count} molecules, {property}; {network} with edge features, seed {seed}");
            var clock = Stopwatch.StartNew();
            using var model = ml.Graphs().GraphRegression(new()
            {
                Columns = new() { EdgeFeaturesColumnName = "EdgeFeatures" },
                Network = WholeGraphs.Make(options, 64, 4, options.Dropout ?? 0),
                Hidden = options.Hidden ?? 64,
                Pooling = GraphPooling.Sum,
                Epochs = options.Epochs ?? 100,
                LearningRate = options.LearningRate ?? 0.003f,
                Optimizer = new AdamW { WeightDecay = options.WeightDecay ?? 1e-3f },
                Schedule = LearningRateSchedule.Cosine(),
                ValidationData = Part(0.8, 0.9),
                Seed = seed,
                Target = ExecutionTarget.Cpu(options.Threads),
                StopToken = options.StopToken,
                CancellationToken = options.CancellationToken,
                OnEpoch = Report.Epoch,
            }).Fit(Part(0, 0.8));
            seconds += clock.Elapsed.TotalSeconds;
            difference = Math.Max(difference, model.Info.Verification!.LargestDifference);
            var metrics = ml.Regression.Evaluate(model.Transform(Part(0.9, 1)));
            errors.Add(metrics.RootMeanSquaredError);
            Console.WriteLine($"ML.NET's metrics on the test molecules: RMSE {metrics.RootMeanSquaredError:0.000}, "
                + $"MAE {metrics.MeanAbsoluteError:0.000}, R² {metrics.RSquared:0.000}; trained in {clock.Elapsed.TotalSeconds:0.0} s");
            model.ExportToOnnx(Path.Combine(options.Folder, "model.onnx"));
        }
        Console.WriteLine($"mean RMSE {errors.Average():0.000} over {seeds} seeds; model.onnx is in {options.Folder}");
        if (options.Json is { } json)
            Figures.Write(json, new Dictionary<string, object>
            {
                ["data"] = Path.GetFileName(file), ["task"] = "graph-regression", ["network"] = network,
                ["seed"] = options.Seed, ["seeds"] = seeds,
                ["test_rmse"] = errors.Average(), ["test_rmse_highest"] = errors.Max(),
                ["train_seconds"] = seconds, ["onnx_max_difference"] = difference,
            });
    }
}
