using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using WordVectors.Data;

namespace WordVectors;

/// <summary>A classifier of sentences from random vectors, from the learned ones, and with those as they are.</summary>
internal static class Classifier
{
    internal static IReadOnlyList<(string Start, double Accuracy)> Compare(MLContext ml, string folder,
        MLSeqGraph.Transforms.WordVectors vectors, int seed, Options asked, ref double difference)
    {
        var (train, test) = (Read(Path.Combine(folder, "train.tsv")), Read(Path.Combine(folder, "test.tsv")));
        var preparation = ml.Transforms.Conversion.MapValueToKey("Label")
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words", maximumNumberOfKeys: 5000));
        List<(string, double)> found = [];
        foreach (var (name, start) in ((string, TokenVectors?)[])[("random", null), ("learned", new(vectors)),
            ("frozen", new(vectors) { IsFrozen = true })])
        {
            var trainer = ml.Sequences().Classification(new SequenceClassificationTrainer.Options
            {
                Network = SequenceNetwork.Lstm(64, bidirectional: true),
                TokenVectors = start,
                EmbeddingSize = vectors.Size,
                InputDropout = 0.3f,
                OutputDropout = 0.3f,
                Epochs = 12,
                BatchSize = 32,
                LearningRate = 3e-3f,
                Optimizer = new AdamW { WeightDecay = 0.01f },
                Schedule = LearningRateSchedule.Cosine(),
                GradientClipNorm = 1,
                Seed = seed,
                Target = ExecutionTarget.Cpu(asked.Threads),
                StopToken = asked.StopToken,
                CancellationToken = asked.CancellationToken,
            });
            var model = preparation.Append(trainer).Fit(ml.Data.LoadFromEnumerable(train));
            using var trained = model.LastTransformer;
            var metrics = ml.Sequences().EvaluateClassification(model.Transform(ml.Data.LoadFromEnumerable(test)));
            difference = Math.Max(difference, trained.Info.Verification!.LargestDifference);
            trained.ExportToOnnx(Path.Combine(asked.Folder, $"classifier-{name}.onnx"));
            Console.WriteLine($"  classifier from {name} vectors: accuracy {metrics.MicroAccuracy:0.000}");
            found.Add((name, metrics.MicroAccuracy));
        }
        return found;
    }

    private static LabelledSentence[] Read(string path)
    {
        List<LabelledSentence> rows = [];
        var number = 0;
        foreach (var line in TextFile.Lines(path, "lines of class TAB sentence"))
        {
            number++;
            rows.Add(line.Split('\t') is [{ Length: > 0 } label, .., var text] && Corpus.Split(text) is [_, ..] words
                ? new() { Label = label, Words = words }
                : throw new InvalidDataException($"{path}, line {number}: '{line}'; expected a class, a tab, and last words."));
        }
        return rows.Count > 0 ? [.. rows] : throw new InvalidDataException($"{path} is empty; expected lines of class TAB sentence.");
    }
}
