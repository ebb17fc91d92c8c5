using Examples;

namespace LanguageModel;

/// <summary>What is printed at the end, and the figures for programs.</summary>
internal static class Report
{
    internal static void Summary(IReadOnlyList<Result> results, string folder)
    {
        Console.WriteLine();
        var source = results[0].Floor is { } floor ? $"; its source leaves {floor:0.0000} nats per character unknown" : "";
        Console.WriteLine($"{results[0].Data}, validation text{source}");
        Console.WriteLine($"  {"network",-12}{"seed",5}{"nats/char",11}{"perplexity",12}"
            + $"{"accuracy",10}{"trained s",11}{"writes chars/s",16}");
        foreach (var result in results)
            Console.WriteLine($"  {result.Network,-12}{result.Seed,5}{result.NatsPerCharacter,11:0.0000}"
                + $"{Math.Exp(result.NatsPerCharacter),12:0.000}{result.Accuracy,10:0.000}"
                + $"{result.TrainSeconds,11:0.0}{result.CharactersPerSecond,16:0}");
        Console.WriteLine("  (of the exported model over the whole text; the epochs' figures are of windows, which begin without memory)");
        Console.WriteLine(
            $"Models (a folder for each network: decoder.onnx, greedy.onnx, characters.txt) and pictures are in {folder}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var figures = new Figures(results[0].Data, results[0].Network, results[0].Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "validation_nats_per_character", network.Average(result => result.NatsPerCharacter));
            figures.Add(network.Key, "validation_accuracy", network.Average(result => result.Accuracy));
            if (results[0].Floor is { } floor)
                figures.Add(network.Key, "source_nats_per_character", floor);
            figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
            figures.Add(network.Key, "epochs", network.Max(result => result.Epochs));
            figures.Add(network.Key, "characters_per_second", network.Average(result => result.CharactersPerSecond));
            figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(path);
    }
}
