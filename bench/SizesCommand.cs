using System.CommandLine;
using System.CommandLine.Parsing;

namespace MLSeqGraph.Bench;

/// <summary>Measures how the cost of a run grows with size: prints a table and draws a picture.</summary>
internal static class SizesCommand
{
    private const int MostPoints = 4;

    internal static Command Create()
    {
        var points = new Option<int>("--points") { Description = "Sizes in a decade.", DefaultValueFactory = _ => 2 };
        points.Validators.Add(found => Check(found, found.GetValueOrDefault<int>() is >= 1 and <= MostPoints, $"1 to {MostPoints}"));
        var seconds = new Option<double>("--seconds") { Description = "The least time of a measurement.", DefaultValueFactory = _ => 0.1 };
        seconds.Validators.Add(found => Check(found, found.GetValueOrDefault<double>() >= 0, "at least 0"));
        var threads = new Option<int>("--threads") { Description = "Threads; 0 for one a core.", DefaultValueFactory = _ => 2 };
        threads.Validators.Add(found => Check(found, found.GetValueOrDefault<int>() >= 0, "at least 0"));
        var picture = new Option<string>("--picture")
        {
            Description = "The picture's files without .svg and .png.",
            HelpName = "path",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "sizes"),
        };
        var command = new Command("sizes", "How the cost of a run grows with size, over three decades each: table and picture.")
        {
            points, seconds, threads, picture,
        };
        command.SetAction(parsed => Print(
            parsed.GetValue(points), parsed.GetValue(seconds), parsed.GetValue(threads), parsed.GetValue(picture)!));
        return command;
    }

    private static void Check(OptionResult found, bool isRight, string expected)
    {
        if (!isRight)
            found.AddError($"{found.Option.Name} is {string.Join(' ', found.Tokens)}; expected {expected}.");
    }

    private static void Print(int points, double seconds, int threads, string picture)
    {
        var ofThreads = threads == 0 ? "a thread a core" : threads == 1 ? "1 thread" : $"{threads} threads";
        Console.WriteLine($"Milliseconds of the shortest run at growing sizes, {ofThreads}. Slope: the power of the size that they grow "
            + "with, over all sizes and over the last decade, and the one expected there.");
        var first = SizeSeries.All[0];
        var multiples = first.Sizes(points).Select(size => $"{$"×{(double)size / first.First:0.#}",9}");
        Console.WriteLine($"{"",-22} {"first",5}{string.Concat(multiples)} {"slope",6} {"last",5} expected");
        var measured = new List<MeasuredSeries>();
        foreach (var series in SizeSeries.All)
        {
            var sizes = series.Sizes(points);
            var times = Array.ConvertAll(sizes, size => Cases.Measure(Cases.Of(series.Of(size)), threads, seconds).Minimum);
            var row = new MeasuredSeries(series, sizes, times);
            measured.Add(row);
            Console.WriteLine($"{series.What,-22} {series.First,5}{string.Concat(times.Select(time => $"{time,9:0.000}"))} "
                + $"{row.Slope,6:0.00} {row.LastSlope,5:0.00} {series.Expected,8}");
        }
        SizePlot.Write(picture, $"Cost of a run against size, {ofThreads} (power of the size over the last decade)", measured);
        Console.WriteLine($"{picture}.svg and {picture}.png show it.");
    }
}
