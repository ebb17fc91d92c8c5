using Examples;
using MLSeqGraph.Trainers;

namespace FineTune;

/// <summary>What a run came to.</summary>
internal sealed record Result(
    string Data, string Network, int Seed, ClassificationMetrics Metrics, double TrainSeconds, int Epochs, double OnnxMaxDifference,
    long? AdapterBytes, double PeakMegabytes)
{
    internal void Print(string file)
    {
        Console.WriteLine($"Trained in {TrainSeconds:0.0} s. Test accuracy {Metrics.MicroAccuracy:0.0000}, mean of the classes "
            + $"{Metrics.MacroAccuracy:0.0000}, log loss {Figures.LogLoss(Metrics)}.");
        Console.WriteLine($"{file} differs from the training graph by {OnnxMaxDifference:0.0e+0} at most; memory so far "
            + $"{PeakMegabytes:N0} MB" + (AdapterBytes is { } bytes ? $"; the adapter takes {bytes / 1e6:0.00} MB" : "") + ".");
    }

    internal static void Summary(IReadOnlyList<Result> results)
    {
        if (results.Count < 2)
            return;
        Console.WriteLine($"\n{results[0].Data}   network    seed  accuracy  seconds");
        foreach (var result in results)
            Console.WriteLine($"{"".PadRight(result.Data.Length)}   {result.Network,-9}{result.Seed,6}"
                + $"{result.Metrics.MicroAccuracy,10:0.0000}{result.TrainSeconds,9:0.0}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void Write(string path, IReadOnlyList<Result> results)
    {
        var networks = results.GroupBy(result => result.Network).ToArray();
        var first = networks[0].ToArray();
        var figures = new Dictionary<string, object>
        {
            ["data"] = first[0].Data,
            ["task"] = "classification",
            ["network"] = first[0].Network,
            ["seed"] = first[0].Seed,
            ["seeds"] = first.Length,
            ["test_accuracy"] = first.Average(result => result.Metrics.MicroAccuracy),
            ["test_log_loss"] = first.Average(result => result.Metrics.LogLoss),
            ["train_seconds"] = first.Average(result => result.TrainSeconds),
            ["epochs"] = first[0].Epochs,
            ["onnx_max_difference"] = results.Max(result => result.OnnxMaxDifference),
            ["peak_megabytes"] = first.Max(result => result.PeakMegabytes),
        };
        foreach (var network in networks.Skip(1))
            figures[$"{network.Key}_test_accuracy"] = network.Average(result => result.Metrics.MicroAccuracy);
        if (results.FirstOrDefault(result => result.AdapterBytes is not null) is { } adapted)
            figures["adapter_bytes"] = adapted.AdapterBytes!.Value;
        Figures.Write(path, figures);
    }
}
