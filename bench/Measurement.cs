using System.Diagnostics;
using System.Text.Json;

namespace MLSeqGraph.Bench;

/// <summary>Times of one case in milliseconds, and what a run of it gets done.</summary>
internal sealed record Measurement(double Median, double Minimum, IReadOnlyDictionary<string, double> Work)
{
    private const int WarmUp = 3;

    internal static Measurement Of(Func<ICase> make, int threads, int repeat)
    {
        using var work = make();
        work.Setup(threads);
        for (var i = 0; i < WarmUp; i++)
            work.Run();
        var times = new double[repeat];
        for (var i = 0; i < repeat; i++)
        {
            var start = Stopwatch.GetTimestamp();
            work.Run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        Array.Sort(times);
        return new(repeat % 2 == 1 ? times[repeat / 2] : (times[repeat / 2 - 1] + times[repeat / 2]) / 2, times[0], work.Work);
    }

    internal IReadOnlyDictionary<string, double> Rates() => Work.ToDictionary(done => done.Key, done => done.Value / Median * 1000);

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static Measurement FromJson(string json) =>
        JsonSerializer.Deserialize<Measurement>(json) ?? throw new InvalidDataException($"Expected a measurement; got '{json}'.");
}
