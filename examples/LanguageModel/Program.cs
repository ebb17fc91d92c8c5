using Examples;
using LanguageModel;
using LanguageModel.Data;
using Microsoft.ML;

return CommandLine.Run(Options.Usage, () =>
{
    var options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return;
    }

    var ml = new MLContext(options.Seed);
    var folder = (options.Output is { } output ? Directory.CreateDirectory(output) : Directory.CreateTempSubdirectory("languagemodel-")).FullName;
    var data = options.Data is { } path ? TextFolder.Read(path, "\n") : Sentences.Make();
    Console.WriteLine($"{data.Name}: {data.Train.Length:N0} characters to train on, {data.Validation.Length:N0} to validate on");
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
