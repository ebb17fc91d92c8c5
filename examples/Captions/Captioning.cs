using System.Diagnostics;
using Captions.Data;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using ScottPlot;

namespace Captions;

/// <summary>What a run came to.</summary>
/// <param name="Figures">Metrics by name.</param>
/// <param name="TrainSeconds">The training.</param>
/// <param name="OnnxMaxDifference">Largest difference of the deployed models to the training graph.</param>
internal sealed record Result(IReadOnlyDictionary<string, double> Figures, double TrainSeconds, double OnnxMaxDifference);

/// <summary>Trains a network that writes a sentence about each picture, and draws where it looked for each word.</summary>
internal static class Captioning
{
    internal static Result Run(MLContext ml, CaptionSet data, string network, int seed, Options given)
    {
        // 1. Train, as part of an ordinary pipeline.
        var train = data.View(ml, data.Train);
        var options = Choose(data, network, seed, given);
        options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
        var clock = Stopwatch.StartNew();
        var model = ml.Transforms.Text.TokenizeIntoWords("Words", nameof(CaptionRow.Caption))
            .Append(ml.Transforms.Conversion.MapValueToKey("Words"))
            .Append(ml.Sequences().Translation(options))
            .Append(ml.Transforms.Conversion.MapKeyToValue("Written", "PredictedLabel")).Fit(train);
        var seconds = clock.Elapsed.TotalSeconds;
        var trained = model.OfType<TranslationTransformer>().Single();
        Console.WriteLine($"Trained in {seconds:0.0} s.");

        // 2. Sentences about pictures that training has not seen, also with pairs of objects that it lacks.
        var figures = new Dictionary<string, double>();
        foreach (var (name, rows) in ((string, CaptionRow[])[])[("", data.Test), ("_held_out", data.HeldOut)])
        {
            if (rows.Length == 0)
                continue;
            string[] written = Written(model.Transform(data.View(ml, rows))), expected = [.. rows.Select(row => row.Caption)];
            figures[$"exact{name}"] = written.Zip(expected).Count(pair => pair.First == pair.Second) / (double)rows.Length;
            figures[$"bleu{name}"] = Bleu.Of(written, expected).Score;
            Console.WriteLine($"Test pictures{(name.Length > 0 ? " with pairs held out" : "")}: {figures[$"exact{name}"]:0.0000} exact, "
                + $"BLEU {figures[$"bleu{name}"]:0.00}");
            if (written.Zip(rows).FirstOrDefault(pair => pair.First != pair.Second.Caption) is { First: not null } wrong)
                Console.WriteLine($"  wrote '{wrong.First}', expected '{wrong.Second.Caption}'");
        }

        // 3. The networks as ONNX files, the pipeline as ML.NET's model.zip, which writes the same.
        var folder = Directory.CreateDirectory(Path.Combine(given.Folder, network)).FullName;
        trained.ExportToOnnx(folder);
        var zip = Path.Combine(given.Folder, $"{network}.zip");
        ml.Model.SaveWhole(model, train.Schema, zip);
        CaptionRow[] few = data.Test[..Math.Min(6, data.Test.Length)];
        var scored = model.Transform(data.View(ml, few));
        if (!Written(new MLContext().Model.Load(zip, out _).Transform(data.View(ml, few))).SequenceEqual(Written(scored)))
            throw new InvalidOperationException($"{zip} writes other sentences than the trained model.");

        // 4. Pictures: losses, and where the network looked for each word.
        var picture = Path.Combine(given.Folder, network);
        LossCurves.Write($"{picture}-loss", $"{data.Name}, {network}: loss", "nats per word", trained.History.Epochs);
        DrawAttention($"{picture}-attention", data, few[0], Written(scored)[0], scored.GetColumn<float[]>("Attention").First());
        var difference = trained.Verification.LargestDifference;
        Console.WriteLine($"Models and pictures are in {given.Folder}; largest difference {difference:0.0e+0}.");
        return new(figures, seconds, difference);
    }

    private static string[] Written(IDataView scored) =>
        [.. scored.GetColumn<ReadOnlyMemory<char>[]>("Written").Select(words => string.Join(' ', words))];

    private static TranslationTrainer.Options Choose(CaptionSet data, string network, int seed, Options given)
    {
        var hidden = given.Hidden ?? 64;
        var epochs = given.Epochs ?? Math.Clamp(60_000 / data.Train.Length, 5, 60);
        var batch = given.BatchSize ?? 32;
        var steps = (long)epochs * ((data.Train.Length + batch - 1) / batch);
        var transformer = new TransformerOptions
        {
            Hidden = hidden, Layers = given.Layers ?? 2, Heads = 4, FeedForwardSize = 2 * hidden, Dropout = given.Dropout ?? 0,
            Activation = FeedForwardActivation.Gelu,
        };
        return new()
        {
            SourceColumnName = nameof(CaptionRow.Picture),
            TargetColumnName = "Words",
            Encoder = network == "vit"
                ? ImageNetwork.VisionTransformer(data.Size, options: transformer with { Positions = PositionEncoding.Learned })
                : ImageNetwork.ConvNet(data.Size, Math.Max(4, hidden / 4), given.Layers ?? 2, given.Dropout ?? 0),
            Decoder = network == "vit" ? SequenceDecoder.Transformer(transformer)
                : SequenceDecoder.Lstm(hidden, attention: SourceAttention.Additive(hidden)),
            EmbeddingSize = hidden,
            BeamWidth = 1,
            MaximumLength = 40,
            OutputAttention = true,
            Epochs = epochs,
            BatchSize = batch,
            LearningRate = given.LearningRate ?? 3e-3f,
            Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.01f },
            Schedule = LearningRateSchedule.WarmUp(Math.Min(100, steps / 10 + 1), LearningRateSchedule.Cosine()),
            GradientClipNorm = 1,
            Seed = seed,
            Target = ExecutionTarget.Cpu(given.Threads),
            StopToken = given.StopToken,
            CancellationToken = given.CancellationToken,
        };
    }

    // A copy of the picture for each word, with the positions that it looked at in red.
    private static void DrawAttention(string path, CaptionSet data, CaptionRow row, string sentence, float[] attention)
    {
        string[] words = sentence.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || attention.Length % words.Length != 0)
            return;
        var positions = attention.Length / words.Length;
        // Positions of a ConvNet and patches are a grid of the picture's proportions.
        var rows = Enumerable.Range(1, positions).First(count => positions % count == 0
            && count * data.Size.Width >= positions / count * data.Size.Height);
        var columns = positions / rows;
        double Looked(int word, int pixel)
        {
            int x = pixel % data.Size.Width * columns / data.Size.Width, y = pixel / data.Size.Width * rows / data.Size.Height;
            return attention[word * positions + y * columns + x];
        }
        int channels = data.Size.Channels, pixels = data.Size.Height * data.Size.Width;
        double[] brightness = [.. Enumerable.Range(0, pixels).Select(pixel =>
            (double)row.Picture[(pixel * channels)..((pixel + 1) * channels)].Average())];
        var brightest = Math.Max(row.Picture.Max(), 1e-9f);
        byte Part(int pixel, int channel) => (byte)(255 * Math.Clamp(row.Picture[pixel * channels + channel] / brightest, 0, 1));
        var colors = channels < 3 ? null
            : Enumerable.Range(0, pixels).Select(pixel => new Color(Part(pixel, 0), Part(pixel, 1), Part(pixel, 2))).ToArray();
        ImagePictures.Write(path, $"{data.Name}: where each word looked (red)", data.Size.Width, [.. words.Select((word, i) =>
            new DrawnImage(word, brightness, [.. Enumerable.Range(0, pixels).Select(pixel => Looked(i, pixel))]) { Colors = colors })]);
    }
}
