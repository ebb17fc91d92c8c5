using Examples;

namespace Pronunciation;

/// <summary>What is printed at the end, and the figures for programs.</summary>
internal static class Report
{
    internal static void Summary(IReadOnlyList<Result> results, string folder)
    {
        Console.WriteLine();
        Console.WriteLine($"{results[0].Data}, test words");
        Console.WriteLine($"  {"network",-12}{"seed",5}{"PER",8}{"WER",8}{"trained s",11}{"words/s",10}");
        foreach (var result in results)
            Console.WriteLine($"  {result.Network,-12}{result.Seed,5}{result.Metrics.CharacterErrorRate,8:P2}"
                + $"{result.Metrics.WordErrorRate,8:P1}{result.TrainSeconds,11:0.0}{result.WordsPerSecond,10:0.0}");
        Console.WriteLine("  (phonemes and words wrong, against the closest of the accepted pronunciations)");
        Console.WriteLine($"Models (encoder.onnx, decoder.onnx, greedy.onnx; the last network's) and pictures are in {folder}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var figures = new Figures(results[0].Data, results[0].Network, results[0].Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "task", "pronunciation");
            figures.Add(network.Key, "per", network.Average(result => result.Metrics.CharacterErrorRate));
            figures.Add(network.Key, "wer", network.Average(result => result.Metrics.WordErrorRate));
            figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
            figures.Add(network.Key, "epochs", network.Max(result => result.Epochs));
            figures.Add(network.Key, "words_per_second", network.Average(result => result.WordsPerSecond));
            figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(path);
    }
}
