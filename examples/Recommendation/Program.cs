using Examples;
using Microsoft.ML;
using Recommendation;
using Recommendation.Data;

// Recommendation in an ordinary pipeline: which items a user wants next, and how a user will rate an item.
var options = new Options();
return options.Run(args, () =>
{
    var ml = new MLContext(seed: 1);
    var data = options.Data is { } folder ? RatingData.Load(folder) : Tastes.Generate(seed: 1);
    if (options.Validates)
        data = data.BeforeLast();
    Console.WriteLine($"{data.Name}: {data.Rows.Select(row => row.User).Distinct().Count():N0} users, "
        + $"{data.Rows.Select(row => row.Item).Distinct().Count():N0} items, {data.Rows.Count:N0} "
        + $"{(data.HasRatings ? "ratings" : "pairs")}"
        + (data.Features is { } features ? $", {features.Names.Count} features of items" : ""));
    string[] networks = options.Networks ?? ["recent"];
    var results = networks.ToDictionary(network => network, _ => new Dictionary<string, double>());
    var seeds = 0;
    for (; seeds < options.Seeds && !options.StopToken.IsCancellationRequested; seeds++)
    {
        foreach (var network in options.OnlyRatings ? [] : networks)
            Experiment.Items(ml, data, network, options.Seed + seeds, options, results[network]);
        if (data.HasRatings && !options.OnlyItems)
            Experiment.Ratings(ml, data, options.Seed + seeds, options, results[networks[0]]);
    }
    if (options.Json is not { } json)
        return;
    var figures = new Figures(data.Name, networks[0], options.Seed);
    foreach (var network in networks)
    {
        figures.Add(network, "task", "recommendation");
        figures.Add(network, "seeds", seeds);
        foreach (var (name, sum) in results[network])
            figures.Add(network, name, sum / seeds);
    }
    figures.Write(json);
});
