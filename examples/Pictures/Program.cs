using Examples;
using Microsoft.ML;
using Pictures;
using Pictures.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var data = options.Data is { } folder ? ImageFolder.Load(folder, options.Size, options.Label) : GeneratedShapes.Make();
    Console.WriteLine($"{data.Name}: {data.Recognized}; {data.Classes} classes; {data.Train.Length:N0} images to train on, "
        + $"{data.Test.Length:N0} to test on");
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in options.Networks ?? [options.Model is null ? "convnet" : "file"])
        {
            Console.WriteLine();
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, data, network, seed, options));
        }
    var networks = results.GroupBy(result => result.Network).ToArray();
    if (results.Count > 1)
        foreach (var network in networks)
            Console.WriteLine($"{network.Key,-8} mean accuracy {network.Average(result => result.Metrics.MicroAccuracy):0.0000}, lowest "
                + $"{network.Min(result => result.Metrics.MicroAccuracy):0.0000}");
    if (options.Json is not { } json)
        return;
    var figures = new Figures(data.Name, networks[0].Key, options.Seed);
    figures.Add(networks[0].Key, "task", "classification");
    foreach (var network in networks)
    {
        figures.Add(network.Key, "seeds", network.Count());
        figures.Add(network.Key, "test_accuracy", network.Average(result => result.Metrics.MicroAccuracy));
        figures.Add(network.Key, "test_accuracy_lowest", network.Min(result => result.Metrics.MicroAccuracy));
        figures.Add(network.Key, "test_log_loss", network.Average(result => result.Metrics.LogLoss));
        figures.Add(network.Key, "train_seconds", network.Average(result => result.TrainSeconds));
        figures.Add(network.Key, "epochs", network.First().Epochs);
        figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
    }
    figures.Write(json);
});
