using System.Text.Json;

namespace MLSeqGraph.Bench;

/// <summary>
/// Measures every case on our side and on its peer's, in processes of their own and in turn, with one thread and with two; the thread
/// count with the better median counts.
/// </summary>
/// <param name="rounds">How often both sides are measured.</param>
/// <param name="seconds">How long a measurement takes at least.</param>
internal sealed class Comparison(int rounds, double seconds)
{
    private static readonly int[] ThreadCounts = [1, 2];

    /// <summary>Measures and prints a table; its columns are explained above it.</summary>
    /// <param name="names">The cases.</param>
    /// <param name="withTorch">Whether libtorch is measured too.</param>
    /// <param name="json">A file for the table; null for none.</param>
    internal void Run(IReadOnlyList<string> names, bool withTorch, string? json)
    {
        var torch = withTorch ? Torch() : null;
        Console.WriteLine("Milliseconds of a run and the number of threads (t). Ratio: their median by ours; above 1 ours is faster.");
        var limit = ProcessorLimit.Measure(ThreadCounts[^1]);
        Console.WriteLine("Limit: what a run can't do without, operations (op) or bytes, by what the processor does at most in our median "
            + $"time with {ThreadCounts[^1]} threads: {limit}.");
        Console.WriteLine(ComparedCase.Header);
        var rows = new List<ComparedCase>();
        foreach (var name in names)
        {
            rows.Add(Compare(name, torch, limit));
            Console.WriteLine(rows[^1]);
        }
        if (json is not null)
            File.WriteAllText(json, JsonSerializer.Serialize(rows, new JsonSerializerOptions { WriteIndented = true }));
    }

    private static TorchSharpSide? Torch()
    {
        Console.Error.WriteLine("Building TorchSharpPeer; the first time it downloads a gigabyte (--no-torch leaves it out).");
        try
        {
            var torch = TorchSharpSide.Start();
            Console.WriteLine($"Peer: TorchSharp with libtorch {torch.Version}.");
            return torch;
        }
        catch (InvalidOperationException error)
        {
            Console.WriteLine($"libtorch is left out: {error.Message}");
            return null;
        }
    }

    private ComparedCase Compare(string name, TorchSharpSide? torch, ProcessorLimit limit)
    {
        Func<int, Measurement> ours = threads => InProcess(name, threads, stock: false);
        var (peer, theirs) = Cases.HasStock(CaseShapes.All[name])
            ? ("stock ML.NET", threads => InProcess(name, threads, stock: true))
            : torch is not null && torch.Knows(name) ? ("libtorch", threads => torch.Measure(name, threads, seconds))
            : ("", (Func<int, Measurement>?)null);
        var (our, their) = (new List<(int Threads, Measurement Measured)>(), new List<(int Threads, Measurement)>());
        for (var round = 0; round < rounds; round++)
            foreach (var threads in ThreadCounts)
            {
                our.Add((threads, ours(threads)));
                if (theirs is not null)
                    their.Add((threads, theirs(threads)));
            }
        var times = Better(our)!;
        var cost = our[^1].Measured.Cost;
        return ComparedCase.Of(name, times, Better(their), cost is null ? null : limit.ShareOf(cost, times.MedianMs), peer);
    }

    private Measurement InProcess(string name, int threads, bool stock)
    {
        var program = typeof(Comparison).Assembly.Location;
        List<string> arguments = [program, "measure", name, $"{threads}", "--seconds", FormattableString.Invariant($"{seconds}")];
        if (stock)
            arguments.Add("--stock");
        return Measurement.FromJson(Processes.Output("dotnet", arguments));
    }

    private static SideTimes? Better(IEnumerable<(int Threads, Measurement Measured)> rounds) => rounds
        .GroupBy(round => round.Threads, round => round.Measured)
        .Select(group => SideTimes.Of(group.Key, Measurement.Of([.. group])))
        .MinBy(times => times.MedianMs);
}
