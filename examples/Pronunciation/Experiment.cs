using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Pronunciation.Data;

namespace Pronunciation;

/// <summary>What a run came to.</summary>
internal sealed record Result(string Data, string Network, int Seed, TranscriptionMetrics Metrics, double TrainSeconds, int Epochs,
    double OnnxMaxDifference, double WordsPerSecond);

/// <summary>Trains a translator of letters into phonemes, exports it, and compares what it writes of the test words.</summary>
internal static class Experiment
{
    private const int Many = 10_000;

    internal static Result Run(MLContext ml, Dictionary words, string network, int seed, Options asked)
    {
        IDataView View(IReadOnlyList<Pronounced> rows) => ml.Data.LoadFromEnumerable(rows);
        TextTokenizationOptions Tokens(TextTokenizerKind kind) =>
            new() { Kind = kind, SpecialTokens = SpecialTokens.None, MinimumCount = 1 };
        var tokens = ml.Transforms.TokenizeText("Source", "Word", Tokens(TextTokenizerKind.Characters))
            .Append(ml.Transforms.TokenizeText("Target", "Phonemes", Tokens(TextTokenizerKind.Words))).Fit(View(words.Train));
        var (from, to) = (((TextTransformer)tokens.First()).Tokenizer, tokens.LastTransformer.Tokenizer);

        var options = Choose(network, words.Train.Count > Many, seed, asked);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(asked.StopToken);
        if (asked.Minutes is { } minutes)
            stop.CancelAfter(TimeSpan.FromMinutes(minutes));
        (options.StopToken, options.CancellationToken) = (stop.Token, asked.CancellationToken);
        options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
        var clock = Stopwatch.StartNew();
        using var model = ml.Sequences().Translation(options).Fit(tokens.Transform(View(words.Train)),
            tokens.Transform(View(words.Validation)));
        var seconds = clock.Elapsed.TotalSeconds;
        if (model.History.Epochs.Count == 0)
            throw new UsageException("Training ended before its first epoch did: give it more --minutes, or fewer words.");
        model.ExportToOnnx(asked.Folder);

        clock.Restart();
        var written = model.Transform(tokens.Transform(View(words.Test)));
        string[] said = [.. ml.Transforms.DetokenizeText("Written", "PredictedLabel", to).Fit(written).Transform(written)
            .GetColumn<string>("Written")];
        var perSecond = said.Length / clock.Elapsed.TotalSeconds;
        // Any accepted pronunciation is right; of several the closest counts.
        var metrics = ml.Sequences().EvaluateTranscription(ml.Data.LoadFromEnumerable(words.Test.Zip(said, (word, phonemes) =>
            new Said { Label = word.Right, PredictedLabel = phonemes })), symbolsAreSeparated: true);
        for (var i = 0; i < Math.Min(5, said.Length); i++)
            Console.WriteLine($"    {words.Test[i].Word,-16}{said[i],-32}{string.Join(" | ", words.Test[i].Right)}");
        LossCurves.Write(Path.Combine(asked.Folder, $"{network}-loss"), $"{words.Name}, {network}: loss", "nats per phoneme",
            model.History.Epochs, "training, with dropout and smoothing");
        AttentionPicture.Write(asked.Folder, network, from, to, words.Test.MaxBy(word => word.Word.Length)!.Word);
        return new(words.Name, network, seed, metrics, seconds, model.History.Epochs.Count, model.Verification.LargestDifference,
            perSecond);
    }

    private static TranslationTrainer.Options Choose(string network, bool isLarge, int seed, Options asked)
    {
        var options = Translators.Options(network, asked.Width ?? (isLarge ? 224 : 48), asked.Layers ?? (isLarge ? 2 : 1),
            asked.Dropout ?? (isLarge ? 0.4f : 0.1f), warmUp: 100);
        options.Epochs = asked.Epochs ?? (isLarge ? 14 : 15);
        options.BatchSize = asked.BatchSize ?? (isLarge ? 96 : 32);
        options.LearningRate = asked.LearningRate ?? (isLarge ? 2e-3f : 5e-3f);
        options.LabelSmoothing = asked.Smoothing;
        options.BeamWidth = asked.Beam;
        options.LengthPenalty = 1;
        options.MaximumLength = 60;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(asked.Threads);
        return options;
    }

    private sealed class Said
    {
        public string[] Label { get; set; } = [];

        public string PredictedLabel { get; set; } = "";
    }
}
