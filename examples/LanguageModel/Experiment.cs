using System.Diagnostics;
using Examples;
using LanguageModel.Data;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace LanguageModel;

/// <summary>What one training run came to.</summary>
internal sealed record Result(
    string Data, string Network, int Seed, double NatsPerCharacter, double Accuracy, double? Floor, double TrainSeconds, int Epochs,
    double OnnxMaxDifference, double CharactersPerSecond);

/// <summary>Trains a language model of characters in an ML.NET pipeline, exports it, and lets the exported model write.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, Texts data, string network, int seed, Options asked)
    {
        IDataView train = Texts.View(ml, data.Train), validation = Texts.View(ml, data.Validation);
        var characters = ml.Transforms.TokenizeText("Characters", "Text", new() { Kind = TextTokenizerKind.Characters }).Fit(train);

        var options = Networks.Options(network, data.IsLarge, asked, seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(asked.StopToken);
        if (asked.Minutes is { } minutes)
            stop.CancelAfter(TimeSpan.FromMinutes(minutes));
        (options.StopToken, options.CancellationToken) = (stop.Token, asked.CancellationToken);
        options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
        var clock = Stopwatch.StartNew();
        using var model = ml.Sequences().LanguageModel(options).Fit(characters.Transform(train), characters.Transform(validation));
        var seconds = clock.Elapsed.TotalSeconds;
        if (model.History.StoppedBecause == TrainingEnd.Stopped)
            Console.WriteLine("  Stopped: the model is what there is.");
        var metrics = model.Evaluate(characters.Transform(validation));

        var here = Directory.CreateDirectory(Path.Combine(asked.Folder, network)).FullName;
        model.ExportToOnnx(here);
        characters.Tokenizer.Save(Path.Combine(here, "characters.txt"));
        var epochs = model.History.Epochs;
        if (epochs.Count > 0)
            LossCurves.Write(
                Path.Combine(asked.Folder, $"{network}-loss"), $"{data.Name}, {network}: loss", "nats per character", epochs,
                "training, with dropout");

        var (text, perSecond) = Write(here, asked.Prompt == "\n" ? data.Prompt : asked.Prompt, asked, seed);
        Console.WriteLine($"  the exported model writes:\n    {text.ReplaceLineEndings("\n    ")}");
        return new(
            data.Name, network, seed, metrics.NatsPerToken, metrics.TokenAccuracy, data.Floor, seconds, epochs.Count,
            model.Verification.LargestDifference, perSecond);
    }

    // The files alone, on ONNX Runtime.
    private static (string Text, double PerSecond) Write(string folder, string prompt, Options asked, int seed)
    {
        var characters = TextTokenizer.Load(Path.Combine(folder, "characters.txt"));
        using var generator = SequenceGenerator.Load(Path.Combine(folder, "decoder.onnx"));
        var start = GenerationInput.FromPrompts(characters.EncodeKeys(prompt));
        var clock = Stopwatch.StartNew();
        SamplingOptions sampling = new() { Temperature = asked.Temperature, Seed = seed };
        var written = generator.Sample(start, sampling, new() { MaximumLength = asked.Length })[0];
        var perSecond = written.Tokens.Length / clock.Elapsed.TotalSeconds;
        return (prompt.TrimStart('\n') + characters.DecodeKeys(written.Tokens), perSecond);
    }
}
