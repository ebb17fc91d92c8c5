using Decisions.Data;
using Examples;

namespace Decisions;

/// <summary>What networks reached, as figures and a picture of returns asked for against returns got.</summary>
internal static class Report
{
    /// <param name="data">The data.</param>
    /// <param name="all">Results by network, a seed each.</param>
    /// <param name="prefix">What stands before the figures' names; null for nothing.</param>
    /// <param name="figures">Receives them.</param>
    /// <param name="options">Where the picture goes.</param>
    internal static void Write(TrajectorySet data, Dictionary<string, List<Result>> all, string? prefix, Figures figures, Options options)
    {
        void Add(string name, object value) => figures.Add(all.First().Key, (prefix is null ? "" : prefix + "_") + name, value);
        var first = all.First().Value;
        Add("task", data.Name);
        Add("seeds", first.Count);
        Add("train_seconds", first.Average(result => result.TrainSeconds));
        Add("onnx_max_difference", all.Values.SelectMany(results => results).Max(result => result.OnnxMaxDifference));
        foreach (var (network, results) in all)
            Add($"{(network == Options.Transformer ? "" : "cloning_")}{(data.IsDiscrete ? "test_accuracy" : "test_mae")}",
                results.Average(result => result.Test));
        if (data.Game is not { } game)
        {
            Console.WriteLine("There is no game to play, only recordings: returns aren't measured.");
            return;
        }
        var best = game.Asked[^1];
        Add("best_return", best);
        Add("data_return", data.Train.Average(row => row.Returns[0]) / best);
        List<ChartLine> lines = [new("as asked for", [game.Asked[0], best], [game.Asked[0], best], IsGuide: true)];
        if (all.TryGetValue(Options.Transformer, out var asking))
        {
            double[] got = [.. game.Asked.Select((_, i) => (double)asking.Average(result => result.Got[i]))];
            Add("return_reached", got[^1] / best);
            Add("return_reached_lowest", asking.Min(result => result.Got[^1]) / best);
            Add("asked_error", game.Asked.Zip(got, (asked, reached) => Math.Abs(asked - reached)).Average() / best);
            lines.Add(new("Decision Transformer", Array.ConvertAll(game.Asked, asked => (double)asked), got));
            Console.WriteLine($"{data.Name}: {got[^1] / best:0.0%} of the best return is reached where it is asked for");
        }
        if (all.TryGetValue(Options.Cloning, out var cloning))
        {
            var got = cloning.Average(result => (double)result.Got[0]);
            Add("behaviour_cloning", got / best);
            lines.Add(new("behaviour cloning", [game.Asked[0], best], [got, got]));
            Console.WriteLine($"{data.Name}: behaviour cloning reaches {got / best:0.0%}");
        }
        var path = Path.Combine(options.Folder, $"{data.Name}-returns");
        LineChart.Write(path, $"{data.Name}: returns asked for and got", "return asked for", "return got, mean of games", lines);
        Console.WriteLine($"Returns asked for and got are in {path}.svg and .png.");
    }
}
