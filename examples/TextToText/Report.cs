using Examples;

namespace TextToText;

/// <summary>What is printed at the end, and the figures for programs.</summary>
internal static class Report
{
    internal static void Summary(IReadOnlyList<Result> results, string folder)
    {
        string[] tasks = [.. results[0].Exact.Keys];
        Console.WriteLine();
        Console.WriteLine($"{results[0].Data}: test texts answered without an error");
        Console.WriteLine($"  {"network",-12}{"seed",5}{string.Concat(tasks.Select(task => $"{task,12}"))}{"mean",8}{"spans s",10}"
            + $"{"trained s",11}");
        foreach (var result in results)
            Console.WriteLine($"  {result.Network,-12}{result.Seed,5}{string.Concat(tasks.Select(task => $"{result.Exact[task],12:P1}"))}"
                + $"{result.Exact.Values.Average(),8:P1}{result.PretrainSeconds,10:0.0}{result.TrainSeconds,11:0.0}");
        Console.WriteLine($"Models (encoder.onnx, decoder.onnx, greedy.onnx; the last network's) and pictures are in {folder}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var figures = new Figures(results[0].Data, results[0].Network, results[0].Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "task", "text to text");
            foreach (var task in network.First().Exact.Keys)
                figures.Add(network.Key, $"exact_{task}", network.Average(result => result.Exact[task]));
            figures.Add(network.Key, "exact", network.Average(result => result.Exact.Values.Average()));
            figures.Add(network.Key, "pretrain_seconds", network.Average(result => result.PretrainSeconds));
            figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
            figures.Add(network.Key, "epochs", network.Max(result => result.Epochs));
            figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(path);
    }
}
