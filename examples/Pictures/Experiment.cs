using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Pictures.Data;

namespace Pictures;

/// <summary>What a run came to.</summary>
internal sealed record Result(string Network, int Seed, ClassificationMetrics Metrics, double TrainSeconds, int Epochs,
    double OnnxMaxDifference);

/// <summary>One run: train, evaluate, export, save, and compare ways to score.</summary>
internal static class Experiment
{
    private const int Drawn = 8;

    internal static Result Run(MLContext ml, ImageSet data, string network, int seed, Options given)
    {
        // 1. Train, as part of an ordinary pipeline; before it perhaps without labels.
        var all = data;
        if (given.Labelled is { } count)
            data = data.WithLabelled(count, seed);
        IDataView train = data.View(ml, data.Train), test = data.View(ml, data.Test);
        var options = Choose(data, network, seed, given);
        options.OnEpoch = EpochLines.Every(10);
        var labels = ml.Transforms.Conversion.MapValueToKey("Label", nameof(ImageRow.Class));
        var clock = Stopwatch.StartNew();
        if (given.Pretrain is { } passes && network is "vit" or "mixer")
            options.Pretrained = Pretrain(ml, all, options, passes);
        var model = labels.Append(ml.Sequences().Classification(options)).Fit(train);
        var seconds = clock.Elapsed.TotalSeconds;
        var trained = model.LastTransformer;

        // 2. Metrics on images that training has not seen.
        var scored = model.Transform(test);
        var metrics = ml.Sequences().EvaluateClassification(scored);
        Console.WriteLine($"Trained in {seconds:0.0} s. Test images: accuracy {metrics.MicroAccuracy:0.0000}, log loss "
            + $"{Figures.LogLoss(metrics)}.");

        // 3. The network as an ONNX file, the pipeline as ML.NET's model.zip, and the same scores from both.
        string onnx = Path.Combine(given.Folder, $"{network}.onnx"), zip = Path.Combine(given.Folder, $"{network}.zip");
        trained.ExportToOnnx(onnx);
        ml.Model.SaveWhole(model, train.Schema, zip);
        var difference = new[]
        {
            ml.Transforms.ApplySequenceModel(onnx).Fit(test).Transform(test),
            new MLContext().Model.Load(zip, out _).Transform(test),
        }.Max(view => ScoreDifference.Of(scored, view));
        difference = Math.Max(difference, trained.Info.Verification!.LargestDifference);

        // 4. Pictures: losses, which classes are taken for which, and where a Vision Transformer looked.
        var picture = Path.Combine(given.Folder, network);
        LossCurves.Write($"{picture}-loss", $"{data.Name}, {network}: loss", "nats", trained.History.Epochs);
        HeatMap.WriteConfusion($"{picture}-confusion", $"{data.Name}, {network}: test images", metrics);
        if (options.OutputAttention)
        {
            var drawn = data.Test[..Math.Min(Drawn, data.Test.Length)];
            DrawAttention($"{picture}-attention", data, network, model.Transform(data.View(ml, drawn)));
        }
        Console.WriteLine($"{network}.onnx, {network}.zip and pictures are in {given.Folder}; largest difference of their scores "
            + $"{difference:0.0e+0}.");
        return new(network, seed, metrics, seconds, trained.History.Epochs.Count, difference);
    }

    private static PretrainedNetwork Pretrain(MLContext ml, ImageSet data, SequenceClassificationTrainer.Options options, int epochs)
    {
        var clock = Stopwatch.StartNew();
        var steps = (long)epochs * ((data.Train.Length + options.BatchSize - 1) / options.BatchSize);
        var pretrained = ml.Sequences().MaskedPretraining(new()
        {
            Network = options.Network, SequenceColumnName = options.SequenceColumnName, Epochs = epochs, BatchSize = options.BatchSize,
            MaskedFraction = 0.5f, LearningRate = 2e-3f, Optimizer = new AdamW { WeightDecay = 0.05f }, GradientClipNorm = 1,
            Schedule = LearningRateSchedule.WarmUp(Math.Min(100, steps / 10 + 1), LearningRateSchedule.Cosine()), Seed = options.Seed,
            Target = options.Target, StopToken = options.StopToken, CancellationToken = options.CancellationToken,
        }).Fit(data.View(ml, data.Train));
        Console.WriteLine($"Pre-trained in {clock.Elapsed.TotalSeconds:0.0} s on {data.Train.Length:N0} images without labels: mean "
            + $"squared difference of masked pixels {pretrained.History!.Epochs[^1].Loss:0.000}, of a constant 1.");
        return pretrained;
    }

    private static SequenceClassificationTrainer.Options Choose(ImageSet data, string network, int seed, Options given)
    {
        var side = Math.Min(data.Shape.Height, data.Shape.Width);
        var augmentation = new ImageAugmentation
        {
            Shift = given.Shift ?? side / 8, FlipHorizontally = given.Flip, Cutout = given.Cutout ?? 0,
            Rotation = given.Rotation ?? 0, Zoom = given.Zoom ?? 0,
        };
        var isConvolution = network is "convnet" or "resnet" or "file";
        // Images in all, of which convolutions need fewest and attention most, and the most passes; at least 15 passes.
        var (images, most) = isConvolution ? (35_000, 60) : network == "mixer" ? (110_000, 150) : (270_000, 300);
        var epochs = given.Epochs ?? Math.Clamp(images / data.Train.Length, 15, most);
        var batch = given.BatchSize ?? (data.Train.Length < 4000 ? 32 : 64);
        var hidden = given.Hidden ?? (isConvolution ? 24 : 64);
        var dropout = given.Dropout ?? (isConvolution ? 0.3f : 0.1f);
        var steps = (long)epochs * ((data.Train.Length + batch - 1) / batch);
        return new()
        {
            SequenceColumnName = nameof(ImageRow.Pixels),
            Network = network switch
            {
                "convnet" => ImageNetwork.ConvNet(data.Shape, hidden, given.Layers ?? 2, dropout, augmentation),
                "resnet" => ImageNetwork.ResNet(data.Shape, hidden, given.Layers ?? 2, augmentation: augmentation),
                "mixer" => ImageNetwork.Mixer(data.Shape, given.Patch, hidden, given.Layers ?? 3, hidden, 2 * hidden, dropout,
                    augmentation),
                "file" => ImageNetwork.FromOnnx(given.Model!, data.Shape, new()
                {
                    OutputName = given.Features, Deviation = [.. Enumerable.Repeat(1 / given.Scale, data.Shape.Channels)],
                    Tuning = Unfrozen(given),
                }, augmentation),
                _ => ImageNetwork.VisionTransformer(data.Shape, given.Patch, new()
                {
                    Hidden = hidden, Layers = given.Layers ?? 3, Heads = 4, FeedForwardSize = 2 * hidden, Dropout = dropout,
                    Activation = FeedForwardActivation.Gelu, Positions = PositionEncoding.Learned,
                }, augmentation),
            },
            Epochs = epochs,
            BatchSize = batch,
            LearningRate = given.LearningRate ?? (isConvolution ? 2e-3f : network == "vit" ? 3e-3f : 1e-3f),
            Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.05f },
            Schedule = LearningRateSchedule.WarmUp(Math.Min(100, steps / 10 + 1), LearningRateSchedule.Cosine()),
            GradientClipNorm = 1,
            LabelSmoothing = 0.1f,
            OutputAttention = network == "vit",
            Seed = seed,
            Target = ExecutionTarget.Cpu(given.Threads),
            StopToken = given.StopToken,
            CancellationToken = given.CancellationToken,
        };
    }

    // The last weights that the features depend on.
    private static FineTuning Unfrozen(Options given)
    {
        var model = ImportedModel.Load(given.Model!);
        string[] names = [.. model.Weights.Select(weight => weight.Name)];
        Console.WriteLine($"{Path.GetFileName(given.Model)}: {names.Length} weights, {Math.Min(given.Unfrozen, names.Length)} of them "
            + "trained");
        return given.Unfrozen >= names.Length ? FineTuning.All : new() { Frozen = names[..^given.Unfrozen] };
    }

    // How much each pixel counts: what the mean over patches has of it, which is the rollout's mean over its rows.
    private static void DrawAttention(string path, ImageSet data, string network, IDataView scored)
    {
        string[] classes = [.. data.Train.Select(row => row.Class).Distinct()];
        var pixels = data.Shape.Height * data.Shape.Width;
        var images = data.Test.Zip(scored.GetColumn<float[]>("Attention"), scored.GetColumn<uint>("PredictedLabel"));
        ImagePictures.Write(path, $"{data.Name}, {network}: where it looked", data.Shape.Width, [.. images.Select(image => new DrawnImage(
            $"{image.First.Class} → {classes[image.Third - 1]}",
            [.. Enumerable.Range(0, pixels).Select(pixel => (double)image.First.Pixels[(pixel * data.Shape.Channels)
                ..((pixel + 1) * data.Shape.Channels)].Average())],
            [.. Enumerable.Range(0, pixels).Select(pixel => (double)Enumerable.Range(0, pixels).Average(from =>
                image.Second[from * pixels + pixel]))]))]);
    }
}
