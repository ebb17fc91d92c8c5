using Examples;

namespace WordVectors;

/// <summary>What is printed at the end, and the figures for programs.</summary>
internal static class Report
{
    internal static void Summary(IReadOnlyList<Result> results, string folder)
    {
        Console.WriteLine();
        Console.WriteLine(results[0].Data);
        Console.WriteLine($"  {"network",-9}{"seed",5}{"words",9}{"words/s",12}{"analogies right",17}{"asked",8}{"trained s",11}");
        foreach (var result in results)
            Console.WriteLine($"  {result.Network,-9}{result.Seed,5}{result.Words,9:N0}{result.WordsPerSecond,12:N0}"
                + $"{result.Analogies.Accuracy,17:P1}{result.Analogies.Asked,8:N0}{result.TrainSeconds,11:0.0}");
        foreach (var (word, nearest) in results[0].Neighbors)
            Console.WriteLine($"  near {word}: {nearest}");
        foreach (var (start, accuracy) in results[0].Classifiers)
            Console.WriteLine($"  classifier from {start} vectors: {accuracy:P1} right");
        Console.WriteLine($"vectors, models and pictures are in {folder}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var figures = new Figures(results[0].Data, results[0].Network, results[0].Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "task", "word vectors");
            figures.Add(network.Key, "words_per_second", network.Average(result => result.WordsPerSecond));
            // JSON has no NaN: without questions whose words are known there is none right.
            figures.Add(network.Key, "analogy_accuracy", network.Average(result =>
                result.Analogies.Asked == 0 ? 0 : result.Analogies.Accuracy));
            figures.Add(network.Key, "analogies", network.First().Analogies.Asked);
            figures.Add(network.Key, "vocabulary", network.First().Words);
            for (var i = 0; i < network.First().Classifiers.Count; i++)
                figures.Add(network.Key, $"accuracy_{network.First().Classifiers[i].Start}",
                    network.Average(result => result.Classifiers[i].Accuracy));
            figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
            figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(path);
    }
}
