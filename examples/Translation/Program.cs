using Examples;
using Microsoft.ML;
using Translation;
using Translation.Data;

return CommandLine.Run(Options.Usage, () =>
{
    var options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return;
    }

    var ml = new MLContext(options.Seed);
    var folder = (options.Output is { } output ? Directory.CreateDirectory(output) : Directory.CreateTempSubdirectory("translation-")).FullName;
    var data = options.Data is { } path ? ParallelText.Read(path, options.From, options.To, options.Vocabulary) : options.Task is { } task ? SymbolTasks.Make(task) : NumbersAndDates.Make();
    Console.WriteLine($"{data.Name}: {data.Train.Count:N0} pairs to train on, {data.Validation.Count:N0} to validate on, {data.Test.Count:N0} to test on");
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds; seed++)
        foreach (var network in options.Networks)
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, data, network, seed, options, folder));
        }

    Report.Summary(results, folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
