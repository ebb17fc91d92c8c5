using Microsoft.ML;
using Quickstart.Data;
using StateSpace;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        if (options.Data is not { } folder)
            results.AddRange(GeneratedExperiments.Run(ml, seed, options));
        else if (SeriesFile.Find(folder) is { } series)
            results.AddRange(SeriesExperiment.Run(series, seed, options));
        else
        {
            var data = DataFolder.Load(ml, folder, null);
            Console.WriteLine($"{data.Name}: {data.Description}; {data.TrainRows:N0} rows to train on, {data.TestRows:N0} to test on; "
                + data.Recognized);
            foreach (var network in options.Networks ?? (data.IsTokens || data.Task == TaskKind.Tagging ? ["hmm"] : ["hmm", "esn"]))
                results.Add(ClassExperiment.Run(ml, data, network, seed, options));
        }
    }
    Report.Write(options, results);
});
