using Microsoft.ML;
using Translation;
using Translation.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var data = options.Data is { } path ? ParallelText.Read(path, options.From, options.To, options.Vocabulary)
        : options.Task is { } task ? SymbolTasks.Make(task)
        : NumbersAndDates.Make();
    var (train, validation, test) = (data.Train.Count, data.Validation.Count, data.Test.Count);
    Console.WriteLine($"{data.Name}: {train:N0} pairs to train on, {validation:N0} to validate on, {test:N0} to test on");
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in options.Networks ?? ["transformer", "attention"])
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, data, network, seed, options));
        }

    Report.Summary(results, options.Folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
