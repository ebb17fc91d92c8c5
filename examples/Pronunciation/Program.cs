using Microsoft.ML;
using Pronunciation;
using Pronunciation.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var words = options.Data is { } folder ? Dictionary.Read(folder) : InventedSpelling.Make();
    Console.WriteLine($"{words.Name}: {words.Train.Count:N0} pronunciations to train on, {words.Validation.Count:N0} words to validate on, "
        + $"{words.Test.Count:N0} to test on");
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in options.Networks ?? ["attention"])
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, words, network, seed, options));
        }

    Report.Summary(results, options.Folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
