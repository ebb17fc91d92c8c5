using Examples;

namespace Speech;

/// <summary>What is printed at the end, and the figures for programs.</summary>
internal static class Report
{
    internal static void Summary(IReadOnlyList<Result> results, string folder)
    {
        Console.WriteLine();
        Console.WriteLine(results[0].Data);
        Console.WriteLine($"  {"network",-11}{"seed",5}{"words right",13}{"real right",12}{"strings, WER",14}{"trained s",11}");
        foreach (var result in results)
            Console.WriteLine($"  {result.Network,-11}{result.Seed,5}{result.Accuracy,13:P1}{result.RealAccuracy,12:P0}"
                + $"{result.Strings?.WordErrorRate,14:P1}{result.TrainSeconds,11:0.0}");
        if (results[0].RealWrong.Length > 0)
            Console.WriteLine($"  real recordings heard wrong: {results[0].RealWrong}");
        Console.WriteLine($"models and pictures are in {folder}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var figures = new Figures(results[0].Data, results[0].Network, results[0].Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "task", "spoken words");
            figures.Add(network.Key, "test_accuracy", network.Average(result => result.Accuracy));
            if (network.First().RealAccuracy is not null)
                figures.Add(network.Key, "real_accuracy", network.Average(result => result.RealAccuracy!.Value));
            if (network.First().Strings is not null)
                figures.Add(network.Key, "wer", network.Average(result => result.Strings!.WordErrorRate));
            figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
            figures.Add(network.Key, "epochs", network.Max(result => result.Epochs));
            figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(path);
    }
}
