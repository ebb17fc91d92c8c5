using Examples;
using GraphsInTime.Data;
using Microsoft.ML;

namespace GraphsInTime;

/// <summary>Predicts how long trips take, as a correction of the sum of the mean times of their segments.</summary>
internal static class TripExperiment
{
    internal static void Run(MLContext ml, RoadData data, Options options)
    {
        Console.WriteLine($"{data.Name}: {data.Remark}; {data.Training.Length:N0} trips to train on, {data.Test.Length:N0} predicted, of "
            + $"{data.Test.Average(trip => trip.Segments.Length):0.0} segments and {data.Test.Average(trip => trip.Time):0} s on average");
        var others = new Dictionary<string, float[]> { ["sums"] = [.. data.Test.Select(data.Sum)] };
        foreach (var (name, times) in data.Others)
            others[name] = times;
        foreach (var (name, times) in others)
            Console.WriteLine($"  {Title(name),-34} MAE {Mae(data, times),6:0.0} s, MAPE {100 * Mape(data, times):0.00} %");
        string[] networks = [.. options.NetworksOf(TripPredictor.Names, "sage").Append(TripPredictor.None).Distinct()];
        var results = networks.ToDictionary(network => network, _ => new List<TripPredictor.Result>());
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
            foreach (var network in networks)
            {
                var result = TripPredictor.Run(ml, data, network, seed, options);
                results[network].Add(result);
                Console.WriteLine($"  {Title(network),-34} MAE {Mae(data, result.Times),6:0.0} s, MAPE "
                    + $"{100 * Mape(data, result.Times):0.00} %, {result.Seconds:0.0} s, seed {seed}");
            }
        double[] shares = [.. Enumerable.Range(0, 61).Select(i => i / 2.0)];
        LineChart.Write(Path.Combine(options.Folder, "trips"), $"Trips of {data.Name}: how many are predicted how well",
            "error of at most, % of the time", "share of the trips, %", [.. others.Select(of => (Name: Title(of.Key), Times: of.Value))
                .Concat(results.Where(of => of.Value.Count > 0).Select(of => (Name: Title(of.Key), of.Value[0].Times)))
                .Select(of => new ChartLine(of.Name, shares, [.. shares.Select(most => 100.0 * data.Test.Zip(of.Times, (trip, time) =>
                    Math.Abs(time - trip.Time) <= most / 100 * trip.Time ? 1 : 0).Average())], IsGuide: of.Name == Title("rule")))]);
        Console.WriteLine($"Models and trips.svg are in {options.Folder}");
        if (options.Json is not { } json)
            return;
        var figures = new Figures(data.Name, networks[0], options.Seed);
        figures.Add(networks[0], "task", Options.Trips);
        figures.Add(networks[0], "seeds", results[networks[0]].Count);
        foreach (var (network, runs) in results.Where(of => of.Value.Count > 0))
        {
            figures.Add(network, "eta_mae", runs.Average(run => Mae(data, run.Times)));
            figures.Add(network, "eta_mape", runs.Average(run => Mape(data, run.Times)));
            figures.Add(network, "train_seconds", runs.Average(run => run.Seconds));
            figures.Add(network, "onnx_max_difference", runs.Max(run => run.Difference));
        }
        foreach (var (name, times) in others)
        {
            figures.Add(networks[0], $"{name}_mae", Mae(data, times));
            figures.Add(networks[0], $"{name}_mape", Mape(data, times));
        }
        figures.Write(json);
    }

    private static string Title(string name) => name switch
    {
        "sums" => "sums of mean segment times",
        "hourly" => "the same of the hour",
        "rule" => "the rule itself",
        "straight" => "distance as the crow flies",
        TripPredictor.None => "the network without a graph",
        _ => name,
    };

    private static double Mae(RoadData data, float[] times) => data.Test.Zip(times, (trip, time) => Math.Abs(trip.Time - time)).Average();

    private static double Mape(RoadData data, float[] times) =>
        data.Test.Zip(times, (trip, time) => Math.Abs(trip.Time - time) / trip.Time).Average();
}
