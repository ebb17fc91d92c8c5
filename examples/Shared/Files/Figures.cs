using System.Text.Json;
using MLSeqGraph.Trainers;

namespace Examples;

/// <summary>What was measured, as one flat JSON object: a network's figures, and those of others with their names in front.</summary>
internal sealed class Figures(string data, string network, int seed)
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true };
    private readonly Dictionary<string, object?> _all = new() { ["data"] = data, ["network"] = network, ["seed"] = seed };

    // JSON has neither NaN nor infinity: what isn't known is null.
    internal void Add(string of, string name, object? value) =>
        _all[of == network ? name : $"{of}_{name}"] = value is double number && !double.IsFinite(number) ? null : value;

    /// <summary>
    /// For people: classes that training lacks have the probability 0, so that the loss is infinite. The metric counts them as 1e-15.
    /// </summary>
    internal static string LogLoss(ClassificationMetrics metrics) => metrics.UnknownLabelCount > 0
        ? $"infinite ({metrics.LogLoss:0.0000} with probabilities of at least 1e-15)" : $"{metrics.LogLoss:0.0000}";

    internal void Write(string path) => Write(path, _all!);

    internal static void Write(string path, Dictionary<string, object> figures) =>
        WholeFile.Write(path, JsonSerializer.Serialize(figures, Format) + "\n");
}
