using Examples;

namespace Translation;

/// <summary>What is printed at the end, and the figures for programs.</summary>
internal static class Report
{
    internal static void Summary(IReadOnlyList<Result> results, string folder)
    {
        Console.WriteLine();
        Console.WriteLine($"{results[0].Data}, test sentences");
        Console.WriteLine($"  {"network",-12}{"seed",5}{"BLEU",8}{"exact",8}{"token accuracy",16}"
            + $"{"perplexity",12}{"trained s",11}{"sentences/s",13}");
        foreach (var result in results)
            Console.WriteLine($"  {result.Network,-12}{result.Seed,5}{result.Bleu,8:0.0}{result.Exact,8:0.000}"
                + $"{result.TokenAccuracy,16:0.000}{result.Perplexity,12:0.00}"
                + $"{result.TrainSeconds,11:0.0}{result.SentencesPerSecond,13:0.0}");
        Console.WriteLine("  (token accuracy and perplexity are the validation sentences')");
        Console.WriteLine($"Models (encoder.onnx, decoder.onnx, greedy.onnx; the last network's) and pictures are in {folder}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var figures = new Figures(results[0].Data, results[0].Network, results[0].Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "test_bleu", network.Average(result => result.Bleu));
            figures.Add(network.Key, "test_exact", network.Average(result => result.Exact));
            figures.Add(network.Key, "validation_token_accuracy", network.Average(result => result.TokenAccuracy));
            figures.Add(network.Key, "validation_perplexity", network.Average(result => result.Perplexity));
            figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
            figures.Add(network.Key, "epochs", network.Max(result => result.Epochs));
            figures.Add(network.Key, "sentences_per_second", network.Average(result => result.SentencesPerSecond));
            figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(path);
    }
}
