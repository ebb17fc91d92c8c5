using MLSeqGraph.Onnx;

namespace GraphsInTime.Data;

/// <summary>
/// Generated traffic on a grid of one-way and two-way roads, by a known rule: a place's next value is 0.3 of its own, 0.6 of the mean of
/// the places upstream two steps ago, a daily wave and noise, so that the best forecast's error is the noise's.
/// </summary>
internal static class Traffic
{
    private const int Side = 5, Hours = 1500, Day = 24;
    private const double Noise = 1;

    internal static PlaceData Generate(int seed)
    {
        var random = new Random(seed);
        const int Count = Side * Side;
        var links = new List<(int From, int To)>();
        for (var place = 0; place < Count; place++)
        {
            if (place % Side < Side - 1)
                links.Add((place, place + 1));
            if (place + Side < Count)
                links.Add((place, place + Side));
        }
        int[][] upstream = [.. Enumerable.Range(0, Count).Select(place => links.Where(link => link.To == place).Select(link => link.From)
            .ToArray())];
        double[] level = [.. Enumerable.Range(0, Count).Select(_ => 20 + 10 * random.NextDouble())];
        var values = new float[Hours][];
        for (var hour = 0; hour < Hours; hour++)
            values[hour] = [.. Enumerable.Range(0, Count).Select(place =>
            {
                double Off(int back, int other) => hour < back ? 0 : values[hour - back][other] - level[other];
                var flow = upstream[place].Length == 0 ? 4 * Math.Sin(2 * Math.PI * hour / Day)
                    : 0.6 * upstream[place].Average(other => Off(2, other));
                return (float)(level[place] + 0.3 * Off(1, place) + flow + Noise * random.NextNormal());
            })];
        return new("generated traffic", [.. Enumerable.Range(0, Count).Select(place => $"r{place / Side}c{place % Side}")],
            [.. Enumerable.Range(0, Hours).Select(hour => $"{hour}")], values, [.. links], "roads of a grid, one way")
        {
            HasGivenLinks = true,
            // the mean of |z| of a standard normal number
            RuleMae = Noise * Math.Sqrt(2 / Math.PI),
        };
    }
}
