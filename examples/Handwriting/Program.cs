using Handwriting;
using Handwriting.Data;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var data = options.Data is not { } folder ? PenDigits.Generated(seed)
            : StrokeFonts.IsIn(folder) ? StrokeFonts.Read(folder, seed)
            : PenDigits.IsIn(folder) ? PenDigits.Read(folder, seed)
            : throw new InvalidDataException($"{folder} has neither train.csv and test.csv, of pen digits, nor glyphs.tsv, of fonts.");
        Console.WriteLine($"{data.Name}: {data.Train.Count:N0} lines to train on, {data.Validation.Count:N0} to validate on, "
            + $"{string.Join(" and ", data.Tests.Select(test => $"{test.Rows.Count:N0}"))} to test on");
        var writes = options.Tasks.Contains(Options.Write);
        string[] readers = options.Tasks.Contains(Options.Read) ? options.Networks ?? ["lstm"] : [];
        foreach (var network in readers)
        {
            Console.WriteLine($"{network}, seed {seed}");
            results.Add(Experiment.Run(ml, data, network, seed, writes && network == readers[0], options));
        }
        if (writes && readers.Length == 0)
            results.Add(new(data.Name, "writer", seed, [], 0, 0, 0) { Writer = Writer.Run(ml, data, seed, null, options) });
    }

    Report.Summary(results, options.Folder);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
