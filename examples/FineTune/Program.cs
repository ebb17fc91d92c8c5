using System.Diagnostics;
using FineTune;
using Microsoft.ML;
using MLSeqGraph.Trainers;
using Quickstart.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    if (options.SearchFile is not null)
    {
        Search.Run(ml, PretrainedModel.Load(options), options);
        return;
    }
    var networks = options.Networks ?? ["frozen"];
    var model = networks.Any(network => network != "scratch") ? PretrainedModel.Load(options) : null;
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var holdOut = options.HoldOut is { } fraction ? new HoldOut(fraction, seed) : null;
        var data = options switch
        {
            { IsPairs: true, Data: { } folder } => Pairs.Load(ml, folder, holdOut, options.Roles, options.Second),
            { IsPairs: true } => Pairs.Load(ml),
            { Data: { } folder } => DataFolder.Load(ml, folder, holdOut, options.Roles),
            _ => Things.Load(ml),
        };
        foreach (var network in networks)
            results.Add(Run(data, network, seed));
    }
    Result.Summary(results);
    if (options.Json is { } json)
        Result.Write(json, results);

    Result Run(DataSet data, string network, int seed)
    {
        var start = network == "scratch" ? null : model;
        Console.WriteLine($"\n{data.Name}: {data.Description}; {data.TrainRows:N0} rows to train on, {data.TestRows:N0} to test on\n"
            + $"{network}{(start is null ? "" : $" from {start.Name}")}, seed {seed}");
        var clock = Stopwatch.StartNew();
        var trained = Trainers.Make(ml, data, start, network, seed, options, epoch => Console.WriteLine($"  {epoch}")).Fit(data.Train);
        var seconds = clock.Elapsed.TotalSeconds;
        var metrics = ml.Sequences().EvaluateClassification(trained.Transform(data.Test));
        var transformer = trained.LastTransformer;
        string onnx = Path.Combine(options.Folder, $"{network}.onnx"), adapter = Path.Combine(options.Folder, "adapter.safetensors");
        transformer.ExportToOnnx(onnx);
        if (network == "lora")
            transformer.ExportAdapter(adapter);
        var result = new Result(data.Name, network, seed, metrics, seconds, transformer.History.Epochs.Count,
            transformer.Info.Verification!.LargestDifference, network == "lora" ? new FileInfo(adapter).Length : null,
            Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
        result.Print(onnx);
        return result;
    }
});
