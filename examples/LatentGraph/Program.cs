using Examples;
using LatentGraph;
using LatentGraph.Data;
using Microsoft.ML;

// Bodies that act on each other, one can't see which: each row is a motion, with the series of each body and all pairs as edges.
var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    var data = options.Data is { } folder ? MotionFolder.Load(folder, options.Steps) : Drawn(options);
    Console.WriteLine($"{data.Name}: {data.Training.Length:N0} motions of "
        + $"{data.Training[0].Times[0].Length / data.FeaturesPerStep} bodies, {data.Training[0].Times.Length} steps each");
    foreach (var remark in data.Remarks)
        Console.WriteLine($"  {remark}");
    var correlation = Inference.OfCorrelation(data);
    if (correlation is { } told)
        Console.WriteLine($"  correlation of motions, best threshold: {told:0.0%} of the pairs right");
    string[] networks = options.Networks ?? ["nri"];
    var results = networks.ToDictionary(network => network, _ => new List<Inference.Result>());
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in networks)
        {
            var result = Inference.Run(ml, data, network, seed, options);
            results[network].Add(result);
            Console.WriteLine($"  {network}, seed {seed}: "
                + (result.Accuracy is { } accuracy ? $"{accuracy:0.0%} of the pairs right, " : "")
                + $"predictions wrong by {result.Error:g3}, {result.Seconds:0.0} s");
        }
    foreach (var network in networks.Where(network => network != Inference.None))
        GraphPicture.Write(Path.Combine(options.Folder, $"{network}-graphs"), data, results[network][0]);
    Console.WriteLine($"Models and pictures are in {options.Folder}");
    if (options.Json is not { } json)
        return;
    var figures = new Figures(data.Name, networks[0], options.Seed);
    figures.Add(networks[0], "task", options.Task);
    figures.Add(networks[0], "seeds", results[networks[0]].Count);
    foreach (var (network, runs) in results)
    {
        figures.Add(network, "edge_accuracy", runs.Average(run => run.Accuracy));
        figures.Add(network, "prediction_error", runs.Average(run => run.Error));
        figures.Add(network, "train_seconds", runs.Average(run => run.Seconds));
        figures.Add(network, "onnx_max_difference", runs.Max(run => run.Difference));
    }
    figures.Add(networks[0], "correlation_edge_accuracy", correlation);
    figures.Write(json);
});

// Motions differ, whatever the seed of the network.
static MotionSet Drawn(Options options)
{
    const int Features = 4, Dimensions = 2;
    var tested = Math.Max(20, options.Motions / 5);
    return new(options.Task, Features, Dimensions, Bodies.Draw(options.Task, options.Motions, options.Steps, 1),
        Bodies.Draw(options.Task, Math.Max(10, options.Motions / 10), options.Steps, 2),
        Bodies.Draw(options.Task, tested, options.Steps, 3));
}
