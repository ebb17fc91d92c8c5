using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Clients.Tests;

/// <summary>Model kinds × runtimes: the largest difference of rows by themselves, of a row three times, of three rows of different
/// lengths.</summary>
internal sealed class RuntimeTable
{
    internal const double Tolerance = 1e-5;

    private static readonly (string Title, string[] Cases)[] Parts =
    [
        ("one row", ["row 1", "row 2", "row 3", "the training graph", "greedy", "sampled", "beams"]),
        ("three of one length", ["a row three times", "three rows of one length"]),
        ("ragged", ["three rows"]),
    ];

    private readonly (string Name, string Kind)[] _models;
    private readonly List<(string Name, Difference[] Differences)> _runtimes = [];

    internal RuntimeTable(string folder)
    {
        JsonElement Read(string name) => JsonSerializer.Deserialize<JsonElement>(File.ReadAllText(Path.Combine(folder, $"{name}.json")));
        _models = [.. Read("models").EnumerateArray().Select(model =>
            (model.GetProperty("name").GetString()!, model.GetProperty("kind").GetString()!))];
        var cases = _models.ToDictionary(model => model.Name, model => Read(model.Name).TryGetProperty("cases", out var list)
            ? list.EnumerateArray().Select(example => example.GetProperty("name").GetString()!).ToArray() : null);
        Rows = [.. cases.SelectMany(model => (model.Value ?? []).Select(example => (model.Key, example)))];
        All = [.. Rows, .. cases.Where(model => model.Value is null).SelectMany(model =>
            ((string[])["greedy", "sampled", "beams"]).Select(example => (model.Key, example)))];
        Saved = [.. _models.Where(model => File.Exists(Path.Combine(folder, $"{model.Name}.zip"))).SelectMany(model =>
            cases[model.Name]?.Contains("the training graph") == true ? [(model.Name, "the training graph")]
                : ((string[])["row 1", "row 2", "row 3"]).Select(example => (model.Name, example)))];
    }

    /// <summary>Cases that feed tensors, those of sequences that are written too, and those of models that ML.NET saved.</summary>
    internal (string Model, string Case)[] Rows { get; }

    internal (string Model, string Case)[] All { get; }

    internal (string Model, string Case)[] Saved { get; }

    /// <summary>Adds a runtime, which must have run all that it should have, and said what is expected.</summary>
    internal void Add(string runtime, (string Model, string Case)[] expected, Difference[] differences)
    {
        CollectionAssert.AreEquivalent(expected, differences.Select(found => (found.Model, found.Case)).Distinct().ToArray(),
            $"{runtime} ran other cases.");
        foreach (var (model, name, value) in differences)
            Assert.IsLessThanOrEqualTo(Tolerance, value, $"{runtime}, {model}, {name}");
        _runtimes.Add((runtime, differences));
    }

    public override string ToString()
    {
        var table = new StringBuilder().AppendLine($"| model | {string.Join(" | ", _runtimes.Select(runtime => runtime.Name))} |")
            .AppendLine($"|---|{string.Concat(_runtimes.Select(_ => "---|"))}");
        foreach (var (model, kind) in _models)
            table.AppendLine($"| {kind} | {string.Join(" | ", _runtimes.Select(runtime => Cell(runtime.Differences, model)))} |");
        return table.Append($"Each cell: {string.Join(" / ", Parts.Select(part => part.Title))}.").ToString();
    }

    private static string Cell(Difference[] differences, string model)
    {
        var parts = Parts.Select(part => differences.Where(found => found.Model == model && part.Cases.Contains(found.Case))
            .Select(found => found.Value).DefaultIfEmpty(double.NaN).Max()).ToArray();
        return parts.All(double.IsNaN) ? "" : string.Join(" / ", parts.Select(part => double.IsNaN(part) ? "–" : part == 0 ? "0"
            : part.ToString("0e-0", CultureInfo.InvariantCulture)));
    }
}
