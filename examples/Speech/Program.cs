using Microsoft.ML;
using Speech;
using Speech.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var words = options.Words == 10 ? SpokenWords.Digits : SpokenWords.Commands;
        var real = options.Data is { } folder ? Prompts.Read(folder, words) : [];
        var (train, test, name) = Synthesizer.Speak(words, options.Voices, seed, options.CancellationToken);
        Console.WriteLine($"{name}: {train.Count:N0} words to train on, {test.Count:N0} to test on, "
            + (options.Data is null ? "no real recordings (--data)" : $"{real.Count:N0} real recordings"));
        foreach (var network in options.Networks ?? ["conformer"])
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, new(name, train, test, real), network, seed, options));
        }
    }

    Report.Summary(results, options.Folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
