using Examples;
using MLSeqGraph.Trainers;
using Quickstart.Data;

namespace Quickstart;

/// <summary>What is printed, and the figures for programs.</summary>
internal static class Report
{
    internal static void Start(DataSet data, string network, int seed, int threads)
    {
        Console.WriteLine();
        Console.WriteLine($"{data.Name}: {data.Description}; {data.TrainRows:N0} rows to train on, {data.TestRows:N0} to test on"
            + (data.Recognized is null ? "" : $"; {data.Recognized}"));
        Console.WriteLine($"{network.ToUpperInvariant()}, seed {seed}{(threads > 0 ? $", {threads} threads" : "")}");
    }

    internal static void Training(double seconds, TrainingHistory history) =>
        Console.WriteLine($"Trained in {seconds:0.0} s, reading and export included."
            + (history.StoppedBecause == TrainingEnd.EarlyStopping
                ? $" The loss no longer fell; the weights are those of epoch {history.BestEpoch}." : ""));

    internal static void Metrics(ClassificationMetrics metrics, DataSet data)
    {
        Console.WriteLine();
        Console.WriteLine($"Metrics on the test {data.Unit}");
        Console.WriteLine($"  accuracy {metrics.MicroAccuracy:0.0000}   mean of the classes {metrics.MacroAccuracy:0.0000}   "
            + $"log loss {Figures.LogLoss(metrics)}");
        if (metrics.UnknownLabelCount > 0)
            Console.WriteLine($"  {metrics.UnknownLabelCount} of {metrics.LabelCount} test {data.Unit} are of classes that training lacks: "
                + "they count as wrong");
    }

    internal static void Scores(string folder, string file, double verified, Scores reference, Scores[] others)
    {
        Console.WriteLine();
        Console.WriteLine($"{file}.onnx, {file}.zip and pictures are in {folder}");
        Console.WriteLine($"Largest difference of {file}.onnx to the training graph on random sequences: {Small(verified)}");
        Console.WriteLine($"  {"test rows scored by",-34}{"rows/s",10}   largest difference");
        Console.WriteLine($"  {reference.Way,-34}{reference.RowsPerSecond,10:N0}");
        foreach (var scores in others)
            Console.WriteLine($"  {scores.Way,-34}{scores.RowsPerSecond,10:N0}   {Small(scores.DifferenceTo(reference))}");
    }

    private static string Small(double difference) => difference == 0 ? "0" : difference.ToString("0.0e+0");

    internal static void Summary(IReadOnlyList<Result> results)
    {
        if (results.Count < 2)
            return;
        Console.WriteLine();
        Console.WriteLine($"{results[0].Data}   network                 seed  accuracy  seconds");
        foreach (var result in results)
            Console.WriteLine($"{"".PadRight(results[0].Data.Length)}   {result.Network,-22}{result.Seed,6}"
                + $"{result.Metrics.MicroAccuracy,10:0.0000}{result.TrainSeconds,9:0.0}");
        foreach (var network in results.GroupBy(result => result.Network).Where(network => network.Count() > 1))
            Console.WriteLine($"{network.Key}: mean accuracy {network.Average(result => result.Metrics.MicroAccuracy):0.0000}");
    }

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, IReadOnlyList<Result> results)
    {
        var networks = results.GroupBy(result => result.Network).ToArray();
        var first = networks[0].ToArray();
        var figures = new Dictionary<string, object>
        {
            ["data"] = first[0].Data,
            ["task"] = first[0].Task,
            ["network"] = first[0].Network,
            ["seed"] = first[0].Seed,
            ["seeds"] = first.Length,
            ["test_accuracy"] = first.Average(result => result.Metrics.MicroAccuracy),
            ["test_accuracy_lowest"] = first.Min(result => result.Metrics.MicroAccuracy),
            ["test_log_loss"] = first.Average(result => result.Metrics.LogLoss),
            ["train_seconds"] = first.Average(result => result.TrainSeconds),
            ["epochs"] = first[0].Epochs,
            ["onnx_max_difference"] = results.Max(result => result.OnnxMaxDifference),
            ["rows_per_second"] = first.Average(result => result.RowsPerSecond),
        };
        foreach (var network in networks.Skip(1))
        {
            figures[$"{network.Key}_test_accuracy"] = network.Average(result => result.Metrics.MicroAccuracy);
            figures[$"{network.Key}_test_log_loss"] = network.Average(result => result.Metrics.LogLoss);
            figures[$"{network.Key}_train_seconds"] = network.Average(result => result.TrainSeconds);
            figures[$"{network.Key}_rows_per_second"] = network.Average(result => result.RowsPerSecond);
        }
        Figures.Write(path, figures);
    }
}
