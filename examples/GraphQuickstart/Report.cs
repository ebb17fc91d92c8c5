using Examples;
using GraphQuickstart.Data;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>What is printed, and the figures for programs.</summary>
internal static class Report
{
    internal static void Start(NodeData data, string network, int seed)
    {
        Console.WriteLine();
        Console.WriteLine($"{data.Name}: {data.Rows.Count:N0} nodes, {data.Ends.Count:N0} edges; "
            + $"{Count("train")} nodes to train on, {Count("test")} to test on{data.Remarks}");
        Console.WriteLine($"{network.ToUpperInvariant()}, seed {seed}");
        string Count(string split) => data.Rows.Count(node => node.Split == split).ToString("N0");
    }

    internal static Action<EpochRecord> Epoch { get; } = EpochLines.Every(50);

    internal static void Metrics(double seconds, ClassificationMetrics metrics, int wrong)
    {
        Console.WriteLine($"Trained in {seconds:0.00} s, reading and export included.");
        Console.WriteLine($"Metrics on the test nodes: accuracy {metrics.MicroAccuracy:0.0000} ({wrong} wrong)   "
            + $"mean of the classes {metrics.MacroAccuracy:0.0000}   log loss {Figures.LogLoss(metrics)}");
        if (metrics.UnknownLabelCount > 0)
            Console.WriteLine($"{metrics.UnknownLabelCount} test nodes are of classes that no node of training has: they count as wrong.");
    }

    internal static void Files(string folder, double verified, double difference)
    {
        Console.WriteLine($"model.onnx (takes x and edge_index), model.zip and pictures are in {folder}");
        Console.WriteLine($"Largest difference of model.onnx to the training graph on random graphs: {verified:0.0e+0}; "
            + $"of all ways to score: {difference:0.0e+0}");
    }

    internal static void Summary(IReadOnlyList<Result> results)
    {
        if (results.Count < 2)
            return;
        Console.WriteLine();
        foreach (var network in results.GroupBy(result => result.Network))
        {
            double[] accuracies = [.. network.Select(result => result.Metrics.MicroAccuracy)];
            Console.WriteLine($"{network.Key}: accuracy {accuracies.Average():0.0000} over {accuracies.Length} seeds "
                + $"({accuracies.Min():0.0000} to {accuracies.Max():0.0000}), {network.Average(result => result.TrainSeconds):0.00} s");
        }
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var networks = results.GroupBy(result => result.Network).ToArray();
        var first = networks[0].ToArray();
        var figures = new Dictionary<string, object>
        {
            ["data"] = first[0].Data,
            ["task"] = "node-classification",
            ["network"] = first[0].Network,
            ["seed"] = first[0].Seed,
            ["seeds"] = first.Length,
            ["test_accuracy"] = first.Average(result => result.Metrics.MicroAccuracy),
            ["test_accuracy_lowest"] = first.Min(result => result.Metrics.MicroAccuracy),
            ["test_log_loss"] = first.Average(result => result.Metrics.LogLoss),
            ["train_seconds"] = first.Average(result => result.TrainSeconds),
            ["epochs"] = first[0].Epochs,
            ["onnx_max_difference"] = results.Max(result => result.OnnxMaxDifference),
        };
        foreach (var network in networks.Skip(1))
            figures[$"{network.Key}_test_accuracy"] = network.Average(result => result.Metrics.MicroAccuracy);
        Figures.Write(path, figures);
    }
}
