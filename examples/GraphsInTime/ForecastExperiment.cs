using Examples;
using GraphsInTime.Data;
using Microsoft.ML;

namespace GraphsInTime;

/// <summary>Forecasts the next value of each place, with the graph and without.</summary>
internal static class ForecastExperiment
{
    internal static void Run(MLContext ml, PlaceData read, Options options)
    {
        var data = !read.AreCounts ? read
            : read with { Values = [.. read.Values.Select(row => Array.ConvertAll(row, count => MathF.Log(1 + count)))] };
        if (data.LinkFeatures is null)
            options.Refuse($"is for a file of coordinates; links come from {data.Source}.", "--neighbors");
        var split = Split.Of(data, options.Window, options.TestSteps);
        Console.WriteLine($"{data.Name}: {data.Values.Length:N0} times of {data.Places.Length} places, the last "
            + $"{data.Values.Length - split.Test:N0} forecast; {data.Links.Length:N0} links from {data.Source}"
            + (data.AreCounts ? "; counts, learned and measured as log(1 + count)" : ""));
        foreach (var remark in data.Remarks)
            Console.WriteLine($"  {remark}");
        var naive = split.Repeating(data);
        Console.WriteLine($"  {"repeating the last value",-26} RMSE {naive.Rmse:0.0000}, MAE {naive.Mae:0.0000}");
        if (data.RuleMae is { } rule)
            Console.WriteLine($"  {"the rule's own noise",-26} {"",11}  MAE {rule:0.0000}");
        string[] networks = [.. options.NetworksOf(Forecaster.Names, "transformer").Append(Forecaster.None).Distinct()];
        var results = networks.ToDictionary(network => network, _ => new List<Forecaster.Result>());
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
            foreach (var network in networks)
            {
                var result = Forecaster.Run(ml, data, split, network, seed, options);
                results[network].Add(result);
                Console.WriteLine($"  {(network == Forecaster.None ? "the network without a graph" : network),-26} "
                    + $"RMSE {result.Rmse:0.0000}, "
                    + $"MAE {result.Mae:0.0000} ({result.Single:0.0000} by one network), validation {result.Validation:0.0000}, "
                    + $"{result.Seconds:0.0} s, seed {seed}"
                    + (result.Connections is not { } learned || !LearnedGraph.CanBeCompared(data) ? ""
                        : $"; {LearnedGraph.Found(data, learned):0.000} of the links are learned"));
            }
        ForecastPicture.Write(Path.Combine(options.Folder, "forecasts"), data, split,
            ((string[])[networks[0], Forecaster.None]).Distinct().ToDictionary(network => network,
                network => results[network][0].Forecasts));
        foreach (var (network, runs) in results)
            if (runs.Count > 0 && runs[0].Connections is { } connections)
                LearnedGraph.Write(Path.Combine(options.Folder, $"{network}-graph"), data, connections);
        Console.WriteLine($"Models and forecasts.svg are in {options.Folder}");
        if (options.Json is not { } json)
            return;
        var figures = new Figures(data.Name, networks[0], options.Seed);
        figures.Add(networks[0], "task", Options.Traffic);
        figures.Add(networks[0], "seeds", results[networks[0]].Count);
        foreach (var (network, runs) in results)
        {
            figures.Add(network, "rmse", runs.Average(run => run.Rmse));
            figures.Add(network, "rmse_single", runs.Average(run => run.Single));
            figures.Add(network, "rmse_validation", runs.Average(run => run.Validation));
            figures.Add(network, "mae", runs.Average(run => run.Mae));
            figures.Add(network, "train_seconds", runs.Average(run => run.Seconds));
            figures.Add(network, "onnx_max_difference", runs.Max(run => run.Difference));
            if (runs[0].Connections is null || !LearnedGraph.CanBeCompared(data))
                continue;
            figures.Add(network, "links_learned", runs.Average(run => LearnedGraph.Found(data, run.Connections!)));
            figures.Add(network, "links_by_chance", LearnedGraph.ByChance(data));
        }
        figures.Add(networks[0], "naive_rmse", naive.Rmse);
        figures.Add(networks[0], "naive_mae", naive.Mae);
        if (data.RuleMae is { } ofRule)
            figures.Add(networks[0], "rule_mae", ofRule);
        figures.Write(json);
    }
}
