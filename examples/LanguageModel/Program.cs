using LanguageModel;
using LanguageModel.Data;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var data = options.Data is { } path ? TextFolder.Read(path, "\n") : Sentences.Make();
    Console.WriteLine($"{data.Name}: {data.Train.Length:N0} characters to train on, {data.Validation.Length:N0} to validate on");
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in options.Networks ?? ["lstm", "transformer", "window"])
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, data, network, seed, options));
        }

    Report.Summary(results, options.Folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
