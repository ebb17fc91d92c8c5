using System.Diagnostics;
using LongInputs.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace LongInputs;

/// <summary>What a network came to on a task.</summary>
/// <param name="Accuracy">On the test rows; of copying, of the steps that are asked about.</param>
/// <param name="TrainSeconds">The training.</param>
/// <param name="OnnxMaxDifference">Largest difference of the exported file to the training graph.</param>
internal sealed record Result(double Accuracy, double TrainSeconds, double OnnxMaxDifference);

/// <summary>Trains a network on a task, tests and exports it.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, LongTask task, string name, int seed, Options given)
    {
        IDataView train = ml.Data.LoadFromEnumerable(task.Train), test = ml.Data.LoadFromEnumerable(task.Test);
        var prepared = ml.Transforms.Conversion.MapValueToKey([new("Steps", nameof(LongRow.Tokens)),
            new("Label", task.Asked is null ? nameof(LongRow.Class) : nameof(LongRow.Tags))]);
        var network = Networks.Make(name, task.Longest, given.Hidden ?? 64, given.Layers ?? 2, given.Dropout ?? 0);
        SequenceTrainer trainer = task.Asked is null
            ? ml.Sequences().Classification(Choose(new SequenceClassificationTrainer.Options { Pooling = Pooling.Mean }, task, network,
                seed, given))
            : ml.Sequences().Tagging(Choose(new SequenceTaggingTrainer.Options { BalanceClasses = true }, task, network, seed, given));
        var clock = Stopwatch.StartNew();
        var model = prepared.Append(trainer).Fit(train);
        var seconds = clock.Elapsed.TotalSeconds;
        var path = Path.Combine(given.Folder, $"{task.Name}-{name}.onnx");
        model.LastTransformer.ExportToOnnx(path);
        var accuracy = task.Asked is { } asked ? AtTheEnd(model.Transform(test), asked)
            : ml.Sequences().EvaluateClassification(model.Transform(test)).MicroAccuracy;
        Console.WriteLine($"  {name}, seed {seed}: {accuracy:0.0000} in {seconds:0.0} s");
        return new(accuracy, seconds, model.LastTransformer.Info.Verification!.LargestDifference);
    }

    private static double AtTheEnd(IDataView scored, int asked) =>
        scored.GetColumn<uint[]>("PredictedLabel").Zip(scored.GetColumn<uint[]>("Label"), (predicted, label) =>
            predicted[^asked..].Zip(label[^asked..]).Count(pair => pair.First == pair.Second) / (double)asked).Average();

    private static T Choose<T>(T options, LongTask task, SequenceNetwork network, int seed, Options given) where T : SequenceTrainerOptions
    {
        var batch = given.BatchSize ?? 32;
        var epochs = given.Epochs ?? (task.Asked is null ? 6 : 10);
        var steps = (long)epochs * ((task.Train.Length + batch - 1) / batch);
        options.SequenceColumnName = "Steps";
        options.Network = network;
        options.EmbeddingSize = given.Hidden ?? 64;
        options.Epochs = epochs;
        options.BatchSize = batch;
        options.LearningRate = given.LearningRate ?? 2e-3f;
        options.Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.01f };
        options.Schedule = LearningRateSchedule.WarmUp(Math.Min(100, steps / 10 + 1), LearningRateSchedule.Cosine());
        options.GradientClipNorm = 1;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(given.Threads);
        options.StopToken = given.StopToken;
        options.CancellationToken = given.CancellationToken;
        return options;
    }
}
