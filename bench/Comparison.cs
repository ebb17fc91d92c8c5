using System.Text.Json;
using System.Text.Json.Serialization;

namespace MLSeqGraph.Bench;

/// <summary>Measures every case on our side and on its peer's, in processes of their own, once with one thread and once with two; the better median counts.</summary>
internal static class Comparison
{
    private static readonly int[] ThreadCounts = [1, 2];

    internal static int Run(string[] args)
    {
        string[] names = [.. Cases.All.Keys.Except(Cases.OnDemand)];
        string? json = null;
        var repeat = 15;
        for (var i = 0; i < args.Length; i += 2)
        {
            if (i + 1 == args.Length || args[i] is not ("--cases" or "--json" or "--repeat"))
            {
                Console.Error.WriteLine($"{(args[i] == "--help" ? "" : $"Unknown argument '{args[i]}'. ")}Usage: [--cases a,b] [--repeat N] [--json FILE], or micro; cases: {string.Join(", ", Cases.All.Keys)}");
                return args[i] == "--help" ? 0 : 2;
            }
            switch (args[i])
            {
                case "--cases": names = args[i + 1].Split(','); break;
                case "--json": json = args[i + 1]; break;
                default: repeat = int.Parse(args[i + 1]); break;
            }
        }
        if (names.FirstOrDefault(name => !Cases.All.ContainsKey(name)) is { } unknown)
        {
            Console.Error.WriteLine($"There is no case '{unknown}'; there are {string.Join(", ", Cases.All.Keys)}.");
            return 2;
        }
        var peer = TorchPeer.Find();
        Console.WriteLine(peer is null ? "PyTorch is not installed: its side is left out." : $"Peer: PyTorch {peer.Version}");
        Console.WriteLine($"{"case",-22}{"ours ms",10}{"peer ms",10}{"ratio",8}");
        var rows = new List<Row>();
        foreach (var name in names)
        {
            var ours = Best(threads => InProcess("measure", name, threads, repeat));
            var theirs = peer is not null && peer.Knows(name) ? Best(threads => peer.Measure(name, threads, repeat)).Median
                : Cases.StockPeers.ContainsKey(name) ? Best(threads => InProcess("measure-peer", name, threads, Math.Min(repeat, 3))).Median
                : (double?)null;
            var row = new Row(name, ours.Median, theirs, theirs / ours.Median, ours.Rates());
            rows.Add(row);
            Console.WriteLine(FormattableString.Invariant($"{name,-22}{row.Ours,10:0.00}{theirs,10:0.00}{row.Ratio,8:0.00}{string.Concat(row.PerSecond.Select(rate => FormattableString.Invariant($"  {rate.Value:N0} {rate.Key.Replace('_', ' ')}/s")))}"));
        }
        if (json is not null)
            File.WriteAllText(json, JsonSerializer.Serialize(rows, new JsonSerializerOptions { WriteIndented = true }));
        return 0;
    }

    private static Measurement InProcess(string what, string name, int threads, int repeat) =>
        Measurement.FromJson(Processes.Output("dotnet", [typeof(Comparison).Assembly.Location, what, name, $"{threads}", $"{repeat}"]));

    private static Measurement Best(Func<int, Measurement> measure) => ThreadCounts.Select(measure).MinBy(measurement => measurement.Median)!;

    private sealed record Row(
        [property: JsonPropertyName("case")] string Case, [property: JsonPropertyName("ours_ms")] double Ours,
        [property: JsonPropertyName("peer_ms")] double? Peer, [property: JsonPropertyName("ratio")] double? Ratio,
        [property: JsonPropertyName("per_second")] IReadOnlyDictionary<string, double> PerSecond);
}
