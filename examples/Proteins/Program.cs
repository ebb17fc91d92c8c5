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
    // What the chains tell, unless somebody asks for more.
    bool Tells(string task) => task == Options.Secondary ? data.HasStates : data.HasPlaces;
    if (options.Tasks?.FirstOrDefault(task => !Tells(task)) is { } missing)
        throw new InvalidDataException($"{data.Name} has {(data.HasStates ? "states" : "coordinates")} alone; --task {missing} needs "
            + $"{(data.HasStates ? "coordinates" : "states")}.");
    string[] tasks = options.Tasks ?? [.. ((string[])[Options.Secondary, Options.Contacts]).Where(Tells)];
    options.CheckFor(tasks);
    var network = tasks.Contains(Options.Secondary) ? options.Networks?[0] ?? Options.Default
        : tasks.Contains(Options.Contacts) ? "pair map" : "residue graph";
    var figures = new Figures(data.Name, network, options.Seed);
    figures.Add(network, "task", string.Join(',', tasks));
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
