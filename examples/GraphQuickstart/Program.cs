using System.Globalization;
using Examples;
using GraphQuickstart;
using GraphQuickstart.Data;
using Microsoft.ML;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
try
{
    var options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return 0;
    }

    var ml = new MLContext(options.Seed);
    var folder = (options.Output is { } output ? Directory.CreateDirectory(output) : Directory.CreateTempSubdirectory("graph-quickstart-")).FullName;
    if (options.Data is not null && TuFolder.Find(options.Data) is { } file)
    {
        FoldExperiment.Run(ml, file, options, folder);
        return 0;
    }

    if (options.Data is not null && MoleculeFolder.Find(options.Data) is { } molecules)
    {
        MoleculeExperiment.Run(ml, molecules, options, folder);
        return 0;
    }

    NodeData Load(int seed) => options.Data is null ? KarateClub.Load(ml)
        : NodeFolder.Matches(options.Data) ? NodeFolder.Load(ml, options.Data, options.TestFraction, seed, options.HoldOut)
        : RelationalFolder.Matches(options.Data) ? RelationalFolder.Load(ml, options.Data)
        : throw new InvalidDataException($"{Path.GetFullPath(options.Data)} has none of: edges, features and labels, .tsv or .tsv.gz; triples.tsv, train.tsv and test.tsv; a TU set and folds.tsv; molecules as .csv with a column smiles.");
    if (options.PredictsLinks)
    {
        LinkExperiment.Run(ml, Load, options, folder);
        return 0;
    }

    if (options.EmbedsNodes)
    {
        EmbeddingExperiment.Run(ml, Load, options);
        return 0;
    }

    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds; seed++)
    {
        var data = Load(seed);
        foreach (var network in options.Networks ?? [TrainerChoice.Default(data)])
        {
            Report.Start(data, network, seed);
            results.Add(Experiment.Run(ml, data, network, seed, options, folder));
        }
    }

    Report.Summary(results);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
    return 0;
}
catch (Exception error) when (error is UsageException or InvalidDataException)
{
    Console.Error.WriteLine(error.Message);
    if (error is UsageException)
        Console.Error.WriteLine($"\n{Options.Usage}");
    return 2;
}
