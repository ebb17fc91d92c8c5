using System.Diagnostics;
using Examples;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Speech.Data;

namespace Speech;

/// <summary>What there is to learn from.</summary>
internal sealed record Spoken(string Name, IReadOnlyList<Utterance> Train, IReadOnlyList<Utterance> Test, IReadOnlyList<Utterance> Real);

/// <summary>What a run came to.</summary>
internal sealed record Result(string Data, string Network, int Seed, double Accuracy, double? RealAccuracy, string RealWrong,
    TranscriptionMetrics? Strings, double TrainSeconds, int Epochs, double OnnxMaxDifference);

/// <summary>Trains a classifier of words and a writer of strings of digits, by CTC or by a decoder with attention.</summary>
internal static class Experiment
{
    // Each word to train on is heard in so many rooms.
    private const int Copies = 3;

    private static readonly SpeechOptions Features = new()
    {
        Rate = Prompts.Rate, Bands = 32, HighestFrequency = 3800, LowestFrequency = 100, Stacked = 3,
    };

    internal static Result Run(MLContext ml, Spoken spoken, string network, int seed, Options asked)
    {
        var random = new Random(seed);
        Utterance Varied(Utterance of) => Utterance.Of(Sounds.Join([Sounds.Vary(of.Samples, random)], random), of.Voice, of.Words);
        Utterance Quiet(Utterance of) => Utterance.Of(Sounds.Join([of.Samples], random), of.Voice, of.Words);
        Utterance[] train = [.. Enumerable.Range(0, Copies).SelectMany(_ => spoken.Train.Select(Varied))];
        Utterance[] test = [.. spoken.Test.Select(Quiet)], real = [.. spoken.Real.Select(Quiet)];

        var preparation = Preparation(ml, "Text").Fit(View(ml, test));
        var clock = Stopwatch.StartNew();
        SequenceClassificationTrainer.Options options = new()
        {
            Network = Network(network, asked), Pooling = Pooling.Mean, LabelSmoothing = 0.1f, OutputDropout = DropoutOf(asked),
        };
        Choose(options, seed, asked);
        using var model = ml.Sequences().Classification(options).Fit(Masked(ml, "Text", train, preparation));
        var seconds = clock.Elapsed.TotalSeconds;
        var metrics = ml.Sequences().EvaluateClassification(model.Transform(preparation.Transform(View(ml, test))));
        model.ExportToOnnx(Path.Combine(asked.Folder, "words.onnx"));
        ml.Model.SaveWhole(preparation.Append(model), View(ml, test).Schema, Path.Combine(asked.Folder, "words.zip"));
        HeatMap.WriteConfusion(Path.Combine(asked.Folder, $"{network}-confusion"), $"{spoken.Name}: test words, {network}", metrics);
        var difference = model.Info.Verification!.LargestDifference;
        var heard = real.Length == 0 ? [] : Heard(ml, preparation, model, real);
        var wrong = real.Zip(heard).Where(pair => pair.First.Text != pair.Second).ToArray();
        Console.WriteLine($"  words: {metrics.MicroAccuracy:P1} right");

        TranscriptionMetrics? strings = null;
        if (asked.Strings > 0)
        {
            clock.Restart();
            Console.WriteLine($"  strings of digits: {asked.Strings:N0} to learn from, epochs take longer");
            (strings, var verified) = Strings(ml, spoken, network, seed, asked);
            seconds += clock.Elapsed.TotalSeconds;
            difference = Math.Max(difference, verified);
        }
        return new(spoken.Name, network, seed, metrics.MicroAccuracy, real.Length == 0 ? null : 1 - (double)wrong.Length / real.Length,
            string.Join(", ", wrong.Select(pair => $"{pair.First.Text} as {pair.Second}")), strings, seconds,
            model.History.Epochs.Count, difference);
    }

    private static (TranscriptionMetrics, double Difference) Strings(MLContext ml, Spoken spoken, string network, int seed, Options asked)
    {
        var random = new Random(seed + 1);
        Utterance[] Strung(IReadOnlyList<Utterance> from, int count, bool vary)
        {
            var voices = from.Where(of => SpokenWords.Digits.Contains(of.Text)).GroupBy(of => of.Voice).Select(of => of.ToArray())
                .ToArray();
            return [.. Enumerable.Range(0, count).Select(_ =>
            {
                var voice = voices[random.Next(voices.Length)];
                Utterance[] words = [.. Enumerable.Range(0, random.Next(2, 6)).Select(_ => voice[random.Next(voice.Length)])];
                var joined = Sounds.Join(words.Select(word => word.Samples), random);
                return Utterance.Of(vary ? Sounds.Vary(joined, random) : joined, voice[0].Voice, [.. words.Select(word => word.Text)]);
            })];
        }
        Utterance[] train = Strung(spoken.Train, asked.Strings, vary: true), test = Strung(spoken.Test, 300, vary: false);
        var preparation = Preparation(ml, "Words").Fit(View(ml, train));
        var (rows, hidden) = (Masked(ml, "Words", train, preparation), asked.Hidden ?? 64);
        ModelTransformer model;
        if (asked.HasAttention)
        {
            TranslationTrainer.Options options = new()
            {
                Encoder = Network(network, asked), SourceColumnName = "Features", TargetColumnName = "Label", EmbeddingSize = hidden,
                Decoder = SequenceDecoder.Lstm(2 * hidden, attention: SourceAttention.Additive(hidden)), MaximumLength = 8,
                LabelSmoothing = 0.1f, Dropout = DropoutOf(asked), AlignmentWeight = 0.3f,
            };
            Choose(options, seed, asked);
            model = ml.Sequences().Translation(options).Fit(rows);
        }
        else
        {
            SequenceAlignmentTrainer.Options options = new() { Network = Network(network, asked), OutputDropout = DropoutOf(asked) };
            Choose(options, seed, asked);
            model = ml.Sequences().Alignment(options).Fit(rows);
        }
        using (model)
        {
            model.ExportToOnnx(Path.Combine(asked.Folder, asked.HasAttention ? "strings" : "strings.onnx"));
            var metrics = ml.Sequences().EvaluateTranscription(model.Transform(preparation.Transform(View(ml, test))));
            return (metrics, model.Info.Verification!.LargestDifference);
        }
    }

    // Times and bands are hidden in the rows to train on alone.
    private static IDataView Masked(MLContext ml, string label, Utterance[] rows, ITransformer preparation)
    {
        var view = View(ml, rows);
        var labelled = preparation.Transform(view);
        return ml.Transforms.FeaturizeSpeech("Features", "Samples", Features with { Masks = new(2, 8, 2, 6) }).Fit(labelled)
            .Transform(labelled);
    }

    private static IEstimator<ITransformer> Preparation(MLContext ml, string label) =>
        ml.Transforms.FeaturizeSpeech("Features", "Samples", Features).Append(ml.Transforms.Conversion.MapValueToKey("Label", label));

    private static IDataView View(MLContext ml, IEnumerable<Utterance> rows) => ml.Data.LoadFromEnumerable(rows);

    private static string[] Heard(MLContext ml, ITransformer preparation, ITransformer model, Utterance[] rows)
    {
        var scored = model.Transform(preparation.Transform(View(ml, rows)));
        return [.. ml.Transforms.Conversion.MapKeyToValue("Heard", "PredictedLabel").Fit(scored).Transform(scored)
            .GetColumn<ReadOnlyMemory<char>>("Heard").Select(text => text.ToString())];
    }

    private static float DropoutOf(Options asked) => asked.Dropout ?? 0.1f;

    private static SequenceNetwork Network(string network, Options asked)
    {
        int hidden = asked.Hidden ?? 64, layers = asked.Layers ?? 2;
        var dropout = DropoutOf(asked);
        var units = new LstmOptions { Hidden = hidden, Layers = layers, Bidirectional = true, Dropout = dropout };
        return network == "lstm" ? asked.Subsampling == 1 ? SequenceNetwork.Recurrent(units)
                : SequenceNetwork.Custom("bidirectional LSTM", (builder, x) =>
                    new(builder.Recurrent(x.Subsample(hidden, asked.Subsampling), units).Output), asked.Subsampling)
            : SequenceNetwork.Conformer(new() { Hidden = hidden, Layers = layers, Kernel = 7, FeedForwardSize = 2 * hidden,
                Dropout = dropout, Subsampling = asked.Subsampling });
    }

    private static void Choose(NetworkTrainerOptions options, int seed, Options asked)
    {
        options.Epochs = asked.Epochs ?? 25;
        options.BatchSize = asked.BatchSize ?? 32;
        options.LearningRate = asked.LearningRate ?? 2e-3f;
        options.Schedule = LearningRateSchedule.WarmUp(100, LearningRateSchedule.Cosine(0.02f));
        options.Optimizer = new AdamW { WeightDecay = asked.WeightDecay ?? 0.01f };
        options.GradientClipNorm = 1;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(asked.Threads);
        (options.StopToken, options.CancellationToken) = (asked.StopToken, asked.CancellationToken);
        options.OnEpoch = epoch => Console.WriteLine($"  {epoch}");
    }
}
