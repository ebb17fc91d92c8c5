using GraphQuickstart;
using GraphQuickstart.Data;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    if (options.Data is not null && TuFolder.Find(options.Data) is { } file)
    {
        FoldExperiment.Run(ml, file, options);
        return;
    }

    if (options.Data is { } path && !NodeFolder.Matches(path) && !RelationalFolder.Matches(path)
        && MoleculeFolder.Find(path) is { } molecules)
    {
        MoleculeExperiment.Run(ml, molecules, options);
        return;
    }

    NodeData Load(int seed) => options.Data is null ? KarateClub.Load(ml)
        : NodeFolder.Matches(options.Data) ? NodeFolder.Load(ml, options.Data, options.TestFraction, seed, options.HoldOut)
        : RelationalFolder.Matches(options.Data) ? RelationalFolder.Load(ml, options.Data)
        : throw new InvalidDataException(
            $"{Path.GetFullPath(options.Data)} has none of: edges, perhaps features, labels and split; triples, train and test; a TU set "
            + "and folds.tsv; molecules as .csv with a column smiles. Found "
            + $"{string.Join(", ", Directory.GetFiles(options.Data).Select(Path.GetFileName).Take(10).DefaultIfEmpty("nothing"))}.");
    if (options.PredictsLinks)
    {
        LinkExperiment.Run(ml, Load, options);
        return;
    }

    if (options.EmbedsNodes)
    {
        EmbeddingExperiment.Run(ml, Load, options);
        return;
    }

    var results = new List<Result>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
    {
        var data = Load(seed);
        foreach (var network in options.Networks ?? [TrainerChoice.Default(data)])
        {
            Report.Start(data, network, seed);
            results.Add(Experiment.Run(ml, data, network, seed, options));
        }
    }

    Report.Summary(results);
    if (options.Json is { } json)
        Report.WriteJson(json, results);
});
