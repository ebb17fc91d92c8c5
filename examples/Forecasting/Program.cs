using Forecasting;
using Forecasting.Data;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    var sets = options.Data is { } folder ? SeriesFolder.Load(folder, options.Choices) : [BuiltIn.Load()];
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var set in sets)
            results.Add(Experiment.Run(ml, set, seed, options));
    Report.Summary(results);
    if (options.Json is { } json)
        Report.WriteJson(json, results, options.Data is null ? "waves" : Path.GetFileName(Path.TrimEndingDirectorySeparator(options.Data)));
});
