using System.Diagnostics;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using WordVectors.Data;

namespace WordVectors;

/// <summary>What a run came to.</summary>
internal sealed record Result(string Data, string Network, int Seed, int Words, long Steps, WordAnalogyMetrics Analogies,
    IReadOnlyList<(string Word, string Nearest)> Neighbors, double WordsPerSecond, double TrainSeconds, double OnnxMaxDifference,
    IReadOnlyList<(string Start, double Accuracy)> Classifiers);

/// <summary>Learns vectors, tests them, and writes and reads them.</summary>
internal static class Experiment
{
    internal static Result Run(MLContext ml, Corpus corpus, string network, int seed, Options asked)
    {
        var isInvented = asked.Paths is null;
        WordVectorEstimator.Options options = new()
        {
            Method = network switch
            {
                "cbow" => WordVectorMethod.ContinuousBagOfWords,
                "glove" => WordVectorMethod.GloVe,
                _ => WordVectorMethod.SkipGram,
            },
            Loss = network == "glove" ? WordVectorLoss.NegativeSampling : asked.Loss,
            Subwords = network == "fasttext" ? new() : null,
            Size = asked.Size ?? (isInvented ? 32 : 100),
            Window = asked.Window,
            MinimumCount = asked.MinimumCount,
            Epochs = asked.Passes ?? (network == "glove" ? 25 : 5),
            // Invented sentences have no rare words.
            Subsampling = isInvented ? 0 : 1e-3,
            MaximumCooccurrence = 10,
            Seed = seed,
            Threads = asked.Threads,
            CancellationToken = asked.CancellationToken,
            OnEpoch = epoch => Console.WriteLine($"  {epoch}"),
        };
        var clock = Stopwatch.StartNew();
        var trained = ml.Sequences().WordVectors(options).Fit(ml.Data.LoadFromEnumerable(corpus.Sentences));
        var seconds = clock.Elapsed.TotalSeconds;
        var vectors = trained.Vectors;
        var epochs = trained.History.Epochs;

        var stem = Path.Combine(asked.Folder, network);
        var difference = trained.WriteOnnxTable($"{stem}.onnx");
        foreach (var (format, ending) in ((WordVectorFormat, string)[])[(WordVectorFormat.Word2Vec, ".word2vec.txt"),
            (WordVectorFormat.Word2VecBinary, ".word2vec.bin"), (WordVectorFormat.GloVe, ".glove.txt")])
        {
            vectors.Save(stem + ending, format);
            var read = MLSeqGraph.Transforms.WordVectors.Load(stem + ending, format);
            for (var word = 0; word < read.Words.Count; word++)
                for (var i = 0; i < read.Size; i++)
                    difference = Math.Max(difference, Math.Abs(read[word][i] - vectors[word][i]));
        }
        string[] drawn = [.. corpus.Drawn.Where(word => vectors.PlaceOf(word) >= 0)];
        drawn = drawn.Length > 4 ? drawn : [.. vectors.Words.Take(60)];
        VectorPicture.Write($"{stem}-vectors", $"{corpus.Name}: vectors of words, {network}", vectors, drawn, corpus.Questions);
        var classifiers = asked.Classify is null ? [] : Classifier.Compare(ml, asked.Classify, vectors, seed, asked, ref difference);
        return new(corpus.Name, network, seed, vectors.Words.Count, epochs.Sum(epoch => epoch.Steps),
            vectors.EvaluateAnalogies(corpus.Questions),
            [.. drawn.Take(8).Select(word => (word, string.Join(", ", vectors.Nearest(word, 5).Select(near => near.Word))))],
            // GloVe reads words once, and then their pairs.
            network == "glove" ? epochs[0].Rows / seconds : epochs.Sum(epoch => epoch.Rows) / epochs.Sum(epoch => epoch.Seconds), seconds,
            difference, classifiers);
    }
}
