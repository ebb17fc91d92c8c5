using System.Text.Json;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Examples.CustomNetwork;

/// <summary>The run's figures for a program to read.</summary>
internal static class Report
{
    internal static void Write(string path, double accuracy, SequencePredictionTransformer model, double rowsPerSecond) =>
        File.WriteAllText(path, JsonSerializer.Serialize(new Dictionary<string, object>
        {
            ["data"] = "chirp",
            ["task"] = "classification",
            ["network"] = "minimal gated unit",
            ["seed"] = 0,
            ["test_accuracy"] = accuracy,
            ["train_seconds"] = model.History.Epochs.Sum(epoch => epoch.Seconds),
            ["epochs"] = model.History.Epochs.Count,
            ["onnx_max_difference"] = model.Info.Verification!.LargestDifference,
            ["rows_per_second"] = rowsPerSecond,
        }, new JsonSerializerOptions { WriteIndented = true }));
}
