using System.Diagnostics;
using Captions.Data;
using Examples;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Captions;

/// <summary>Trains a classifier of clips and a tagger of their frames.</summary>
internal static class Clips
{
    internal static Result Run(MLContext ml, ClipSet data, string network, int seed, Options given)
    {
        IDataView train = ml.Data.LoadFromEnumerable(data.Train), test = ml.Data.LoadFromEnumerable(data.Test);
        var clock = Stopwatch.StartNew();

        // 1. A class for each clip.
        var classifier = ml.Transforms.Conversion.MapValueToKey("Label", nameof(ClipRow.Motion))
            .Append(ml.Sequences().Classification(Choose(new SequenceClassificationTrainer.Options(), data, network, seed, given)))
            .Fit(train);
        var ofClips = ml.Sequences().EvaluateClassification(classifier.Transform(test));
        Console.WriteLine($"Test clips: accuracy {ofClips.MicroAccuracy:0.0000}");

        // 2. A class for each frame.
        var tagger = ml.Transforms.Conversion.MapValueToKey("Label", nameof(ClipRow.Directions))
            .Append(ml.Sequences().Tagging(Choose(new SequenceTaggingTrainer.Options(), data, network, seed, given))).Fit(train);
        var ofFrames = ml.Sequences().EvaluateTagging(tagger.Transform(test));
        var seconds = clock.Elapsed.TotalSeconds;
        Console.WriteLine($"Test frames: accuracy {ofFrames.MicroAccuracy:0.0000}; trained in {seconds:0.0} s");

        // 3. ONNX files and pictures.
        var path = Path.Combine(given.Folder, network);
        classifier.LastTransformer.ExportToOnnx($"{path}-clips.onnx");
        tagger.LastTransformer.ExportToOnnx($"{path}-frames.onnx");
        LossCurves.Write($"{path}-clips-loss", $"{data.Name}, {network}: loss", "nats", classifier.LastTransformer.History.Epochs);
        HeatMap.WriteConfusion($"{path}-clips-confusion", $"{data.Name}, {network}: test clips", ofClips);
        var difference = Math.Max(classifier.LastTransformer.Info.Verification!.LargestDifference,
            tagger.LastTransformer.Info.Verification!.LargestDifference);
        Console.WriteLine($"Models and pictures are in {given.Folder}; largest difference {difference:0.0e+0}.");
        return new(new Dictionary<string, double>
        {
            ["clip_accuracy"] = ofClips.MicroAccuracy, ["frame_accuracy"] = ofFrames.MicroAccuracy,
        }, seconds, difference);
    }

    private static T Choose<T>(T options, ClipSet data, string network, int seed, Options given) where T : SequenceTrainerOptions
    {
        var hidden = given.Hidden ?? 48;
        var epochs = given.Epochs ?? Math.Clamp(36_000 / data.Train.Length, 5, 60);
        var batch = given.BatchSize ?? 32;
        var steps = (long)epochs * ((data.Train.Length + batch - 1) / batch);
        var transformer = new TransformerOptions
        {
            Hidden = hidden, Layers = given.Layers ?? 2, Heads = 4, FeedForwardSize = 2 * hidden, Dropout = given.Dropout ?? 0,
            Activation = FeedForwardActivation.Gelu,
        };
        options.SequenceColumnName = nameof(ClipRow.Frames);
        options.Network = network == "vit"
            ? ImageNetwork.Clip(ImageNetwork.VisionTransformer(data.Size, 2, transformer with { Positions = PositionEncoding.Learned }),
                SequenceNetwork.Transformer(transformer))
            : ImageNetwork.Clip(ImageNetwork.ConvNet(data.Size, Math.Max(4, hidden / 6), 2, given.Dropout ?? 0),
                SequenceNetwork.Lstm(hidden, bidirectional: true));
        options.Epochs = epochs;
        options.BatchSize = batch;
        options.LearningRate = given.LearningRate ?? 3e-3f;
        options.Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.01f };
        options.Schedule = LearningRateSchedule.WarmUp(Math.Min(100, steps / 10 + 1), LearningRateSchedule.Cosine());
        options.GradientClipNorm = 1;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(given.Threads);
        options.StopToken = given.StopToken;
        options.CancellationToken = given.CancellationToken;
        options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
        return options;
    }
}
