using System.Diagnostics;
using System.Text.Json;

namespace MLSeqGraph.Bench;

/// <summary>Times of one case on one side.</summary>
/// <param name="Milliseconds">Of each run.</param>
/// <param name="Formulation">Which of several ways to compute it was measured; empty where there is one.</param>
/// <param name="Work">What a run gets done, by what it is counted in.</param>
/// <param name="Cost">What a run can't do without; null where nobody counted.</param>
internal sealed record Measurement(
    IReadOnlyList<double> Milliseconds, string Formulation, IReadOnlyDictionary<string, double> Work, Cost? Cost = null)
{
    /// <summary>
    /// Runs something for so many seconds, once at least, or so many times, after a run that doesn't count, or two where one is short.
    /// </summary>
    internal static Measurement Of(Action run, double seconds, string formulation = "", int? runs = null)
    {
        var begin = Stopwatch.GetTimestamp();
        run();
        if (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds)
            run();
        var times = new List<double>();
        begin = Stopwatch.GetTimestamp();
        while (times.Count == 0 || (runs is { } most ? times.Count < most : Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds))
        {
            var start = Stopwatch.GetTimestamp();
            run();
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        return new(times, formulation, new Dictionary<string, double>());
    }

    /// <summary>The same case's times of several processes as one.</summary>
    internal static Measurement Of(IReadOnlyList<Measurement> rounds) =>
        rounds[^1] with { Milliseconds = [.. rounds.SelectMany(round => round.Milliseconds)] };

    /// <summary>The shortest time.</summary>
    public double Minimum => Milliseconds.Min();

    /// <summary>The median time.</summary>
    public double Median
    {
        get
        {
            var sorted = Milliseconds.Order().ToArray();
            var half = sorted.Length / 2;
            return sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }
    }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static Measurement FromJson(string json) =>
        JsonSerializer.Deserialize<Measurement>(json) ?? throw new InvalidDataException($"Expected a measurement; got '{json}'.");
}
