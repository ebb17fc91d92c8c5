using System.Diagnostics;
using System.Text.Json;

namespace MLSeqGraph.Bench;

/// <summary>Times of one case in milliseconds.</summary>
internal sealed record Measurement(double Median, double Minimum)
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
        return new(repeat % 2 == 1 ? times[repeat / 2] : (times[repeat / 2 - 1] + times[repeat / 2]) / 2, times[0]);
    }

    internal string ToJson() => JsonSerializer.Serialize(this);

    internal static Measurement FromJson(string json) =>
        JsonSerializer.Deserialize<Measurement>(json) ?? throw new InvalidDataException($"Expected a measurement; got '{json}'.");
}
