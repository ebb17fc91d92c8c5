using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace LongMemory;

/// <summary>What a run came to; updates are the share of the steps that weren't skipped.</summary>
internal sealed record Result(string Network, int Seed, double Accuracy, double Updates, double Seconds, int Epochs, double Difference);

/// <summary>One network on one problem.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, Problem problem, string network, int seed, Options given)
    {
        var steps = given.Steps ?? problem.Steps;
        var clock = Stopwatch.StartNew();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(given.StopToken);
        if (given.Minutes is { } minutes)
            stop.CancelAfter(TimeSpan.FromMinutes(minutes));
        IDataView View(int count, int of) => Keys(ml, problem).Fit(ml.Data.LoadFromEnumerable(problem.Rows(200, steps, 0)))
            .Transform(ml.Data.LoadFromEnumerable(problem.Rows(count, steps, of)));
        var (train, test) = (View(given.Rows ?? problem.Settings.Rows, 2 * seed + 1), View(500, 2 * seed + 2));
        var model = Trainer(ml, problem, network, seed, given, stop.Token).Fit(train, test);
        var name = $"{problem.Name}-{network}-{given.Optimizer}";
        LossCurves.Write(Path.Combine(given.Folder, name + "-loss"), $"{problem.Name}, {steps} steps, {network}, {given.Optimizer}: loss",
            problem.Answer == Answer.Number ? "squared error" : "nats", model.History.Epochs);
        model.ExportToOnnx(Path.Combine(given.Folder, name + ".onnx"));
        var updates = model.History.Epochs.Count > 0 && model.History.Epochs[^1].ValidationMetrics is { } metrics
            && metrics.TryGetValue("updates", out var share) ? share : 1;
        return new(network, seed, Accuracy(problem, model.Transform(test)), updates, clock.Elapsed.TotalSeconds, model.History.Epochs.Count,
            model.Info.Verification!.LargestDifference);
    }

    private static IEstimator<ITransformer> Keys(MLContext ml, Problem problem) => problem.Answer switch
    {
        Answer.Class => ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Class)),
        Answer.Tags => ml.Transforms.Conversion.MapValueToKey("Label", nameof(Row.Tags)),
        _ => ml.Transforms.CopyColumns("Label", nameof(Row.Number)),
    };

    private static SequenceTrainer Trainer(MLContext ml, Problem problem, string network, int seed, Options given,
        CancellationToken stop)
    {
        T Chosen<T>(T options) where T : SequenceTrainerOptions
        {
            var (optimizer, rate, clip) = Networks.OptimizerOf(given.Optimizer);
            options.FeatureCount = problem.Features;
            var layer = Networks.Of(network, given.Hidden ?? problem.Settings.Hidden, given.Cost ?? 1e-4f);
            options.Network = SequenceNetwork.Recurrent(layer with { Layers = given.Layers ?? 1 });
            if (problem.HasTimes && network == "phased")
                options.Inputs = [InputColumn.Times(nameof(Row.Times))];
            else if (problem.HasTimes)
                options.Inputs = [InputColumn.Series(nameof(Row.Times)) with { Placement = InputPlacement.Steps }];
            (options.Optimizer, options.LearningRate, options.GradientClipNorm) = (optimizer, given.LearningRate ?? rate, clip);
            options.Epochs = given.Epochs ?? problem.Settings.Epochs;
            // Periods that are nearly right are learned exactly by small steps.
            if (problem.HasTimes && optimizer is not InnerLoopOptimizer)
                options.Schedule = LearningRateSchedule.Cosine(0.02f);
            options.BatchSize = given.BatchSize ?? (optimizer is InnerLoopOptimizer ? 200 : 32);
            (options.Seed, options.StopToken, options.CancellationToken) = (seed, stop, given.CancellationToken);
            options.Target = ExecutionTarget.Cpu(given.Threads);
            options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
            return options;
        }
        return problem.Answer switch
        {
            Answer.Class => ml.Sequences().Classification(Chosen(new SequenceClassificationTrainer.Options())),
            Answer.Tags => ml.Sequences().Tagging(Chosen(new SequenceTaggingTrainer.Options())),
            _ => ml.Sequences().Regression(Chosen(new SequenceRegressionTrainer.Options())),
        };
    }

    // Right classes, numbers that are close, or copied symbols.
    private static double Accuracy(Problem problem, IDataView scored)
    {
        if (problem.Answer == Answer.Number)
            return scored.GetColumn<float>("Score").Zip(scored.GetColumn<float>("Label"), (found, expected) =>
                Math.Abs(found - expected) < Problem.Close ? 1.0 : 0).Average();
        if (problem.Answer == Answer.Class)
            return scored.GetColumn<uint>("PredictedLabel").Zip(scored.GetColumn<uint>("Label"), (found, expected) =>
                found == expected ? 1.0 : 0).Average();
        return scored.GetColumn<uint[]>("PredictedLabel").Zip(scored.GetColumn<uint[]>("Label"), (found, expected) =>
            found[^Problem.Copied..].Zip(expected[^Problem.Copied..], (a, b) => a == b ? 1.0 : 0).Average()).Average();
    }
}
