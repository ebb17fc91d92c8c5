using Examples;
using Microsoft.ML;
using Proteins;
using Proteins.Data;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    var data = options.Data is { } folder ? ChainFolder.Load(folder) : FoldedChains.Generate(seed: 1);
    Console.WriteLine($"{data.Name}: {data.Train.Length:N0} chains to train on, {data.Validation.Length:N0} to choose by, "
        + $"{data.Test.Length:N0} to test on, {data.Test.Sum(chain => chain.Length):N0} residues in these");
    // What the chains tell, unless one of both is asked for.
    string[] tasks = [.. options.Tasks.Where(task => task == Options.Secondary ? data.HasStates : data.HasPlaces)];
    if (tasks.Length == 0)
        throw new InvalidDataException($"{data.Name} has {(data.HasStates ? "states" : "coordinates")}; --task {options.Tasks[0]} needs "
            + $"{(data.HasStates ? "coordinates" : "states")}.");
    if (!tasks.Contains(Options.Secondary) && (options.Networks is not null || options.Members is not null))
        throw new UsageException($"--{(options.Networks is not null ? "network" : "members")} is for {Options.Secondary}, which isn't told "
            + $"here; --task {string.Join(',', tasks)} has one network each.");
    var network = tasks.Contains(Options.Secondary) ? options.Networks?[0] ?? Options.Default
        : tasks.Contains(Options.Contacts) ? "pair map" : "residue graph";
    var figures = new Figures(data.Name, network, options.Seed);
    figures.Add(network, "task", string.Join(' ', tasks));
    if (tasks.Contains(Options.Secondary))
        SecondaryReport.Run(ml, data, options, figures);
    if (tasks.Contains(Options.Contacts))
        ContactReport.Run(ml, data, options, figures, network, isAlone: tasks.Length == 1);
    if (tasks.Contains(Options.Interfaces))
        InterfaceReport.Run(ml, data, options, figures, network, isAlone: tasks.Length == 1);
    Console.WriteLine($"Models and pictures are in {options.Folder}");
    if (options.Json is { } json)
        figures.Write(json);
});
