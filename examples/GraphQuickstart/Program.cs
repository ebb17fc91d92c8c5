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

    var kind = options.Data is { } path ? GraphFolder.Recognize(path, options.Edges) : GraphKind.Nodes;
    if (kind == GraphKind.Molecules)
    {
        MoleculeExperiment.Run(ml, MoleculeFolder.Find(options.Data!)!, options);
        return;
    }

    if (kind == GraphKind.Triples)
    {
        TripleExperiment.Run(ml, TripleFolder.Load(ml, options.Data!), options);
        return;
    }

    NodeData Load(int seed) => options.Data is null ? KarateClub.Load(ml)
        : kind == GraphKind.Relational ? RelationalFolder.Load(ml, options.Data)
        : NodeFolder.Load(ml, options.Data, options.TestFraction, seed, options.HoldOut, options.Edges, options.Label);
    if (options.FillsNodes)
    {
        FillExperiment.Run(ml, Load, options);
        return;
    }

    var hasClasses = options.EmbedsNodes || options.PredictsLinks || Load(options.Seed).Rows.Any(node => node.Class.Length > 0);
    if (!hasClasses)
        Console.WriteLine("No node has a class, so that edges are predicted, as with --links (--embed learns vectors; --label names a "
            + "column of classes).");
    if (options.PredictsLinks || !hasClasses)
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
