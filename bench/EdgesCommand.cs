using System.CommandLine;

namespace MLSeqGraph.Bench;

/// <summary>Measures how the cost of each graph layer grows with edges: prints a table with slopes and draws pictures.</summary>
internal static class EdgesCommand
{
    private const int Least = 10_000;

    internal static Command Create()
    {
        var most = new Option<int>("--most") { Description = "The most edges.", DefaultValueFactory = _ => 10_000_000 };
        var gigabytes = new Option<double>("--gigabytes")
        {
            Description = "Sizes that would need more than so much memory are left out.", DefaultValueFactory = _ => 6,
        };
        var seconds = new Option<double>("--seconds") { Description = "The least time of a measurement.", DefaultValueFactory = _ => 0.1 };
        var threads = new Option<int>("--threads") { Description = "Threads; 0 for one a core.", DefaultValueFactory = _ => 2 };
        var layers = new Option<string?>("--layers") { Description = "Layers with semicolons between them; all if left out.",
            HelpName = "a;b" };
        var picture = new Option<string>("--picture")
        {
            Description = "The picture's files without .svg and .png.", HelpName = "path",
            DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "edges"),
        };
        var command = new Command("edges", "How the cost of each graph layer grows with edges, from 10,000: table and picture.")
        {
            most, gigabytes, seconds, threads, layers, picture,
        };
        command.SetAction(parsed => Print(parsed.GetValue(most), parsed.GetValue(gigabytes), parsed.GetValue(seconds),
            parsed.GetValue(threads), parsed.GetValue(layers)?.Split(';') ?? [.. GraphLayers.All.Keys], parsed.GetValue(picture)!));
        return command;
    }

    private static void Print(int most, double gigabytes, double seconds, int threads, string[] layers, string picture)
    {
        int[] sizes = [.. Enumerable.Range(0, 9).Select(power => Least * Math.Pow(10, power)).Where(size => size <= most)
            .Select(size => (int)size)];
        var ofThreads = threads == 1 ? "1 thread" : $"{threads} threads";
        Console.WriteLine($"Milliseconds of the shortest run: a training step, and the deployed layer with its plan, {ofThreads}. Ten "
            + "edges for each node. Slope: the power of the number of edges that they grow with.");
        Console.WriteLine($"{"",-32}{string.Concat(sizes.Select(size => $"{size,12:#,0}"))}  slope  last decade");
        foreach (var train in (bool[])[true, false])
        {
            List<MeasuredSeries> measured = [];
            foreach (var layer in layers)
            {
                var fitting = sizes.Where(size => train
                    ? 4.0 * size * (GraphLayers.All[layer].RowsOfEdges + 4 * GraphLayers.Width) <= gigabytes * 1e9
                    : 8.0 * size * 10 <= gigabytes * 1e9).ToArray();
                var series = new SizeSeries(layer, Least, 1, edges => new GraphLayerShape(layer, edges, train));
                var times = Array.ConvertAll(fitting, size => Cases.Measure(Cases.Of(series.Of(size)), threads, seconds).Minimum);
                var row = new MeasuredSeries(series, fitting, times);
                measured.Add(row);
                var name = layer + (train ? ", training" : ", deployed");
                Console.WriteLine($"{name,-32}{string.Concat(times.Select(time => $"{time,12:0.00}"))}"
                    + $"{new string(' ', 12 * (sizes.Length - times.Length))} {row.Slope,6:0.00} {row.LastSlope,6:0.00}");
            }
            SizePlot.Write(train ? picture : picture + "-deployed", train
                ? $"A training step of each graph layer against edges, {ofThreads} (power of the edges over the last decade)"
                : $"Each deployed graph layer against edges, {ofThreads} (power of the edges over the last decade)", measured,
                    "edges");
        }
        Console.WriteLine($"{picture}.svg and {picture}-deployed.svg, and the same as .png, show it.");
    }
}
