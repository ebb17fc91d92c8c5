using System.Globalization;
using Examples;

namespace StateSpace;

/// <summary>What is printed, and the figures for programs.</summary>
internal static class Report
{
    internal static Result Printed(Result result)
    {
        Console.WriteLine($"{result.Network,-5} {result.Data}, {result.Task}, seed {result.Seed}: "
            + string.Join("   ", result.Figures.Select(figure => string.Create(CultureInfo.InvariantCulture,
                $"{NameOf(figure.Key)} {figure.Value:g6}")))
            + string.Create(CultureInfo.InvariantCulture,
                $"   {result.TrainSeconds:0.0} s   model.onnx differs by {result.OnnxMaxDifference:0.0e+0}"));
        return result;
    }

    // Programs read the keys, people the names.
    private static string NameOf(string key) => key switch
    {
        "nrmse" => "normalized error",
        "naive_nrmse" => "normalized error of the last value",
        "bic" => "BIC",
        "aic" => "AIC",
        _ => key.Replace('_', ' '),
    };

    internal static void Write(Options options, IReadOnlyList<Result> results)
    {
        if (options.Json is not { } json || results.Count == 0)
            return;
        var first = results[0];
        var figures = new Dictionary<string, object> { ["data"] = first.Data, ["task"] = first.Task, ["network"] = first.Network,
            ["seed"] = first.Seed, ["seeds"] = options.Seeds, ["train_seconds"] = first.TrainSeconds,
            ["onnx_max_difference"] = results.Max(result => result.OnnxMaxDifference) };
        foreach (var network in results.GroupBy(result => result.Network))
            foreach (var name in network.SelectMany(result => result.Figures.Keys).Distinct())
                figures[network.Key == first.Network ? name : figures.ContainsKey(name) || first.Figures.ContainsKey(name)
                    ? $"{network.Key}_{name}" : name] = network.Average(result => result.Figures[name]);
        Figures.Write(json, figures);
    }
}
