using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using TextToText.Data;

namespace TextToText;

/// <summary>What a run came to: of each task the share of test texts answered without an error.</summary>
internal sealed record Result(string Data, string Network, int Seed, IReadOnlyDictionary<string, double> Exact, double PretrainSeconds,
    double TrainSeconds, int Epochs, double OnnxMaxDifference);

/// <summary>Trains one translator for all tasks, exports it, and answers the test texts.</summary>
internal static class Experiment
{
    private const int Sentinels = 20;

    internal static Result Run(MLContext ml, TaskTexts texts, string network, int seed, Options asked)
    {
        IDataView train = ml.Data.LoadFromEnumerable(texts.Train), test = ml.Data.LoadFromEnumerable(texts.Test);
        // One vocabulary of all words, with sentinels for hidden spans.
        var tokenizer = TextTokenizer.Words([.. texts.Train.SelectMany(example => (string[])[example.Input, example.Output]),
            .. texts.Unlabelled.Select(text => text.Text)]).WithTokens([.. Enumerable.Range(0, Sentinels)
                .Select(SpanCorruptionOptions.Sentinel)]);
        TextTokenizationOptions with = new() { Tokenizer = tokenizer };
        var tokens = ml.Transforms.TokenizeText([new("Source", nameof(Example.Input)), new("Target", nameof(Example.Output))], with)
            .Fit(train);
        var clock = Stopwatch.StartNew();
        using var start = network == "pretrained" ? Pretrain(ml, texts, with, seed, asked) : null;
        var pretrained = clock.Elapsed.TotalSeconds;
        var options = Options(asked, seed, asked.Epochs ?? 30);
        options.Pretrained = start;
        clock.Restart();
        using var model = ml.Sequences().Translation(options).Fit(tokens.Transform(train));
        var seconds = clock.Elapsed.TotalSeconds;
        model.ExportToOnnx(asked.Folder);

        var scored = model.Transform(tokens.Transform(test));
        var written = ml.Transforms.DetokenizeText("Written", "PredictedLabel", tokenizer).Fit(scored).Transform(scored)
            .GetColumn<string>("Written").ToArray();
        var answers = texts.Test.Zip(written).ToArray();
        foreach (var (example, answer) in answers.GroupBy(pair => pair.First.Task).Select(of => of.First()))
            Console.WriteLine($"    {example.Input} → {answer}{(answer == example.Output ? "" : $" (right: {example.Output})")}");
        LossCurves.Write(Path.Combine(asked.Folder, $"{network}-loss"), $"{texts.Name}, {network}: loss", "nats per token",
            model.History.Epochs);
        return new(texts.Name, network, seed, answers.GroupBy(pair => pair.First.Task).ToDictionary(of => of.Key, of =>
            of.Average(pair => pair.First.Output == pair.Second ? 1.0 : 0)), start is null ? 0 : pretrained, seconds,
            model.History.Epochs.Count, model.Verification.LargestDifference);
    }

    // Spans of texts without answers, and of the inputs, are hidden; the network says what they were.
    private static TranslationTransformer Pretrain(MLContext ml, TaskTexts texts, TextTokenizationOptions with, int seed, Options asked)
    {
        var all = ml.Data.LoadFromEnumerable(texts.Unlabelled.Concat(texts.Train.Select(example => new Unlabelled
        {
            Text = example.Input,
        })));
        var corrupted = ml.Transforms.TokenizeText("Tokens", nameof(Unlabelled.Text), with)
            .Append(ml.Transforms.CorruptSpans("Source", "Target", "Tokens", new()
            {
                Sentinels = Sentinels, Noise = 0.3, MeanSpan = 2, Seed = seed,
            })).Fit(all).Transform(all);
        Console.WriteLine("  hidden spans:");
        var options = Options(asked, seed, asked.SpanEpochs);
        options.BadRows = BadRows.Skip;
        return ml.Sequences().Translation(options).Fit(corrupted);
    }

    private static TranslationTrainer.Options Options(Options asked, int seed, int epochs)
    {
        var width = asked.Width ?? 64;
        var shape = TransformerOptions.T5 with
        {
            Hidden = width, Layers = asked.Layers ?? 2, Heads = Math.Max(1, width / 16), FeedForwardSize = 2 * width,
            Dropout = asked.Dropout ?? 0.05f,
        };
        return new()
        {
            Encoder = SequenceNetwork.Transformer(shape),
            Decoder = SequenceDecoder.Transformer(shape),
            EmbeddingSize = width,
            ShareEmbeddings = true,
            Epochs = epochs,
            BatchSize = asked.BatchSize ?? 32,
            LearningRate = asked.LearningRate ?? 2e-3f,
            Schedule = LearningRateSchedule.WarmUp(100, LearningRateSchedule.Cosine(0.02f)),
            Optimizer = new Adam { Beta2 = 0.98f },
            GradientClipNorm = 1,
            BeamWidth = 1,
            MaximumLength = 30,
            Seed = seed,
            Target = ExecutionTarget.Cpu(asked.Threads),
            StopToken = asked.StopToken,
            CancellationToken = asked.CancellationToken,
            OnEpoch = epoch => Console.WriteLine($"  {epoch}"),
        };
    }
}
