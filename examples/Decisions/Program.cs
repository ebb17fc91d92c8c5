using Decisions;
using Decisions.Data;
using Examples;
using Microsoft.ML;

var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(options.Seed);
    TrajectorySet[] sets = options.Data is { } folder ? [TrajectoryFolder.Load(folder)]
        : [.. (options.Task ?? Options.Tasks).Select(task => task == "keys" ? TrajectorySet.Of(new KeyGrid(), options.Rows ?? 4000)
            : TrajectorySet.Of(new CartPole(), options.Rows ?? 2000))];
    string[] networks = options.Networks ?? [Options.Transformer, Options.Cloning];
    var figures = new Figures(sets[0].Name, networks[0], options.Seed);
    foreach (var data in sets)
    {
        float[] returns = [.. data.Train.Select(row => row.Returns[0])];
        Console.WriteLine($"{data.Name}: {data.Train.Length:N0} trajectories to train on, of returns {returns.Min():0.##} to "
            + $"{returns.Max():0.##}, {returns.Average():0.##} on average{(data.Game is { } game ? $" ({game.Policies})" : "")}; "
            + $"{data.Test.Length:N0} others");
        var all = new Dictionary<string, List<Result>>();
        for (var seed = options.Seed; seed < options.Seed + options.Seeds; seed++)
            foreach (var network in networks)
            {
                if (options.StopToken.IsCancellationRequested)
                    continue;
                Console.WriteLine($"{data.Name}, {network}, seed {seed}");
                all.TryAdd(network, []);
                all[network].Add(Experiment.Run(ml, data, network, seed, options));
            }
        if (all.Count > 0)
            Report.Write(data, all, data == sets[0] ? null : data.Name, figures, options);
    }
    if (options.Json is { } json)
        figures.Write(json);
});
