using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Translation.Data;

namespace Translation;

/// <summary>What one training run came to.</summary>
internal sealed record Result(
    string Data, string Network, int Seed, double Bleu, double Exact, double TokenAccuracy, double Perplexity, double TrainSeconds,
    int Epochs, double OnnxMaxDifference, double SentencesPerSecond);

/// <summary>Trains a translator in an ML.NET pipeline, exports it, and translates the test sentences.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, SentencePairs data, string network, int seed, Options asked)
    {
        var folder = asked.Folder;
        var clock = Stopwatch.StartNew();
        IDataView train = SentencePairs.View(ml, data.Train), validation = SentencePairs.View(ml, data.Validation);
        var test = SentencePairs.View(ml, data.Test);

        var tokens = ml.Transforms.TokenizeText("Source", "SourceText", data.SourceTokens)
            .Append(ml.Transforms.TokenizeText("Target", "TargetText", data.TargetTokens))
            .Fit(train);
        var (from, to) = (((TextTransformer)tokens.First()).Tokenizer, tokens.LastTransformer.Tokenizer);
        Console.WriteLine($"  {from.Vocabulary.Count:N0} and {to.Vocabulary.Count:N0} tokens, {clock.Elapsed.TotalSeconds:0.0} s");

        var options = Networks.Options(network, data.IsLarge, asked, seed);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(asked.StopToken);
        if (asked.Minutes is { } minutes)
            stop.CancelAfter(TimeSpan.FromMinutes(minutes));
        (options.StopToken, options.CancellationToken) = (stop.Token, asked.CancellationToken);
        options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
        clock.Restart();
        using var model = ml.Sequences().Translation(options).Fit(tokens.Transform(train), tokens.Transform(validation));
        var seconds = clock.Elapsed.TotalSeconds;
        if (model.History.Epochs.Count == 0)
            throw new UsageException("Training ended before its first epoch did: give it more --minutes, or less data.");
        if (model.History.StoppedBecause == TrainingEnd.Stopped)
            Console.WriteLine("  Stopped: the model is what there is.");
        model.ExportToOnnx(folder);

        clock.Restart();
        var translated = model.Transform(tokens.Transform(test));
        var scored = ml.Transforms.DetokenizeText("Written", "PredictedLabel", to).Fit(translated).Transform(translated);
        string[] written = [.. scored.GetColumn<string>("Written")], references = [.. data.Test.Select(pair => pair.TargetText)];
        var perSecond = written.Length / clock.Elapsed.TotalSeconds;
        var exact = written.Zip(references, (left, right) => left == right).Count(same => same) / (double)written.Length;
        var bleu = Bleu.Of(written, references);
        for (var i = 0; i < 3; i++)
            Console.WriteLine($"    {data.Test[i].SourceText}\n      → {written[i]}\n        {references[i]}");

        LossCurves.Write(
            Path.Combine(folder, $"{network}-loss"), $"{data.Name}, {network}: loss", "nats per token", model.History.Epochs,
            "training, with dropout and smoothing");
        AttentionPicture.Write(folder, network, from, to, data.Test[0].SourceText);
        var last = model.History.Epochs[^1];
        return new(
            data.Name, network, seed, bleu.Score, exact, last.ValidationMetrics["accuracy"], Math.Exp(last.ValidationLoss!.Value), seconds,
            model.History.Epochs.Count, model.Verification.LargestDifference, perSecond);
    }
}
