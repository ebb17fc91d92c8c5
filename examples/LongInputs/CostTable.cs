using Examples;

namespace LongInputs;

/// <summary>Costs of networks against length, as figures and pictures.</summary>
internal static class CostTable
{
    // Where the slopes are measured: below, what doesn't depend on the length shows.
    private const int From = 1024, To = 16_384;

    /// <summary>Measures, prints, draws.</summary>
    /// <returns>Names and values of the figures.</returns>
    internal static IReadOnlyList<(string Name, double Value)> Write(string[] networks, bool isTraining, Options options)
    {
        var (kind, prefix) = isTraining ? ("a step of training", "train_") : ("a pass", "");
        Console.WriteLine($"Cost of {kind}, by network and length: seconds of one processor, megabytes");
        List<ChartLine> times = [], sizes = [];
        List<(string Name, double Value)> figures = [];
        List<double> slopes = [], growths = [];
        foreach (var network in networks)
        {
            // The square of the length: 4,096 steps already have 16 million pairs for each head.
            var longest = Math.Min(options.Longest, network == Networks.Full ? 4096 : isTraining ? To : int.MaxValue);
            List<Cost> costs = [];
            for (var length = 256; length <= longest && !options.StopToken.IsCancellationRequested; length *= 2)
                if (Cost.InProcess(network, length, isTraining, options.CancellationToken) is { } cost)
                    costs.Add(cost);
            Console.WriteLine($"  {network}: "
                + string.Join("; ", costs.Select(cost => $"{cost.Length:N0}: {cost.Seconds:0.0000} s, {cost.Megabytes:0.0} MB")));
            double[] lengths = [.. costs.Select(cost => (double)cost.Length)];
            times.Add(new(network, lengths, [.. costs.Select(cost => cost.Seconds)]));
            sizes.Add(new(network, lengths, [.. costs.Select(cost => Math.Max(0.01, cost.Megabytes))]));
            Cost[] fitted = [.. costs.Where(cost => cost.Length is >= From and <= To)];
            if (fitted.Length < 2)
                continue;
            var slope = Cost.Slope(fitted, cost => cost.Seconds);
            var growth = Cost.Slope(fitted, cost => Math.Max(0.01, cost.Megabytes));
            Console.WriteLine($"    from {From:N0} to {fitted[^1].Length:N0} steps time grows with the length to the power of "
                + $"{slope:0.00}, memory of {growth:0.00}");
            figures.AddRange([($"{prefix}{network}_slope", slope), ($"{prefix}{network}_memory_slope", growth)]);
            if (network == Networks.Full)
                continue;
            slopes.Add(slope);
            growths.Add(growth);
        }
        if (slopes.Count > 0)
            figures.InsertRange(0, [($"{prefix}slope", slopes.MaxBy(slope => Math.Abs(slope - 1))),
                ($"{prefix}memory_slope", growths.MaxBy(slope => Math.Abs(slope - 1)))]);
        var path = Path.Combine(options.Folder, isTraining ? "training" : "cost");
        if (times.Any(line => line.X.Length > 0))
        {
            LineChart.Write($"{path}-time", $"Time of {kind}", "steps", "seconds of one processor", times, logarithmic: true);
            LineChart.Write($"{path}-memory", $"Memory of {kind}", "steps", "megabytes", sizes, logarithmic: true);
        }
        return figures;
    }
}
