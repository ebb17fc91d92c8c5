using Microsoft.ML;
using TextToText;
using TextToText.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var texts = options.Data is { } folder ? TaskFolder.Read(folder) : Generated.Make(seed, options.Labelled, options.Unlabelled);
        Console.WriteLine($"{texts.Name}: {texts.Train.Count:N0} texts with answers to train on, {texts.Test.Count:N0} to test on, "
            + $"{texts.Unlabelled.Count:N0} without");
        foreach (var network in options.Networks ?? ["pretrained", "random"])
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, texts, network, seed, options));
        }
    }

    Report.Summary(results, options.Folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
