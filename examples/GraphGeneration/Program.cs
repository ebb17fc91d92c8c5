using Examples;
using GraphGeneration;
using GraphGeneration.Data;
using GraphGeneration.Measures;
using Microsoft.ML;

// Graphs as sequences, learned by a language model that then writes new ones.
var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    Func<string, int, Result>[] runs;
    if (options.Data is not { } path)
        runs = [.. options.Tasks.Select(task => (Func<string, int, Result>)((network, seed) => task == Options.Molecules
            ? Experiment.Molecules(ml, MoleculeSet.Make(4000, 1), network, seed, options)
            : Experiment.Graphs(ml, GraphSets.Make(task, 1), network, seed, options)))];
    else if (MoleculeSet.Read(path) is { } molecules)
    {
        Console.WriteLine($"{molecules.Name}: {molecules.Molecules.Length:N0} molecules{molecules.Remarks}");
        runs = [(network, seed) => Experiment.Molecules(ml, molecules, network, seed, options)];
    }
    else if (TuGraphs.Find(path) is { } file && GraphSets.Read(file) is { Graphs.Length: >= 2 } set)
        runs = [(network, seed) => Experiment.Graphs(ml, set, network, seed, options)];
    else
        throw new InvalidDataException($"{path} has nothing to learn from; expected .csv files with a column smiles, or a .txt file of two "
            + "or more graphs of the TU collection.");
    var results = new List<(string Network, Result Result)>();
    for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        foreach (var network in options.Networks ?? ["lstm"])
            foreach (var run in runs)
            {
                results.Add((network, run(network, seed)));
                var (_, result) = results[^1];
                Console.WriteLine($"{result.Task}, {network}, seed {seed}: valid {result.Valid:0.000}, novel {result.Novel:0.000}, unique "
                    + $"{result.Unique:0.000}; {result.TrainSeconds:0.0} s"
                    + (result.Unchanged is { } unchanged ? $"; {unchanged:0.000} needed no bond changed" : ""));
                Console.WriteLine($"  MMD of degrees {result.Made.Degree:0.0000} (between halves of the data "
                    + $"{result.Halves.Degree:0.0000}), "
                    + $"clustering {result.Made.Clustering:0.0000} ({result.Halves.Clustering:0.0000}), orbits {result.Made.Orbit:0.0000} "
                    + $"({result.Halves.Orbit:0.0000})");
            }
    Console.WriteLine($"Models and pictures are in {options.Folder}");
    if (options.Json is not { } json || results.Count == 0)
        return;
    var (first, main) = results[0];
    var figures = new Figures(main.Data, first, options.Seed);
    figures.Add(first, "task", main.Task == Options.Molecules ? "molecule-generation" : "graph-generation");
    foreach (var group in results.GroupBy(one => (one.Network, one.Result.Task)))
    {
        // the first task and network as they are called, others with their names in front
        string[] names = [.. group.Key.Network == first ? (string[])[] : [group.Key.Network],
            .. group.Key.Task == main.Task ? (string[])[] : [group.Key.Task]];
        var (of, all) = (names.Length == 0 ? first : string.Join('_', names), group.Select(one => one.Result).ToArray());
        void Add(string name, Func<Result, double> value) => figures.Add(of, name, all.Average(value));
        void AddAll(string prefix, Func<Result, Discrepancy> value)
        {
            Add($"{prefix}degree_mmd", result => value(result).Degree);
            Add($"{prefix}clustering_mmd", result => value(result).Clustering);
            Add($"{prefix}orbit_mmd", result => value(result).Orbit);
        }
        Add("valid", result => result.Valid);
        Add("novel", result => result.Novel);
        Add("unique", result => result.Unique);
        if (all[0].Unchanged is not null)
            Add("valid_as_written", result => result.Unchanged!.Value);
        if (all[0].Rebuilt is not null)
            Add("rebuilt", result => result.Rebuilt!.Value);
        AddAll("", result => result.Made);
        AddAll("halves_", result => result.Halves);
        Add("train_seconds", result => result.TrainSeconds);
        figures.Add(of, "onnx_max_difference", all.Max(result => result.Difference));
    }
    figures.Write(json);
});
