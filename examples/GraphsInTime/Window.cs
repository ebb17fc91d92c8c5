using GraphsInTime.Data;

namespace GraphsInTime;

/// <summary>A row of the data view: the last values of all places before a time, and the values at that time.</summary>
internal sealed class Window
{
    // Sine and cosine of the time of the day or year, if there is one.
    private const int SeasonFeatures = 2;

    public int Time { get; set; }

    public float[] NodeFeatures { get; set; } = [];

    public int[] Edges { get; set; } = [];

    public float[] EdgeFeatures { get; set; } = [];

    /// <summary>What is to be forecast, less the place's mean; NaN where it is missing.</summary>
    public float[] Label { get; set; } = [];

    /// <summary>Features of each place: each of the last values and whether it is there, the season, which place it is.</summary>
    internal static int Width(PlaceData data, int window) => 2 * window + SeasonFeatures + data.Places.Length;

    /// <summary>The windows of the times from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    /// <param name="data">The data, as it is learned.</param>
    /// <param name="means">The mean of each place in the times that are trained on.</param>
    /// <param name="window">How many last values are read.</param>
    /// <param name="period">Steps of a season; 0 for none.</param>
    /// <param name="from">The first time.</param>
    /// <param name="to">The time behind the last one.</param>
    /// <param name="hasEdges">Whether the graph is read.</param>
    internal static Window[] Of(PlaceData data, float[] means, int window, double period, int from, int to, bool hasEdges)
    {
        int[] edges = hasEdges ? [.. data.Links.Select(link => link.From), .. data.Links.Select(link => link.To)] : [];
        float[] ofEdges = hasEdges && data.LinkFeatures is { } features ? [.. features.SelectMany(numbers => numbers)] : [];
        return [.. Enumerable.Range(from, to - from).Where(time => time >= window).Select(time => new Window
        {
            Time = time, Edges = edges, EdgeFeatures = ofEdges,
            NodeFeatures = [.. Enumerable.Range(0, data.Places.Length).SelectMany(place => Features(data, means, window, period, time,
                place))],
            Label = [.. data.Values[time].Select((value, place) => value - means[place])],
        })];
    }

    private static IEnumerable<float> Features(PlaceData data, float[] means, int window, double period, int time, int place)
    {
        for (var back = 1; back <= window; back++)
            yield return data.Values[time - back][place] is var value && float.IsNaN(value) ? 0 : value - means[place];
        for (var back = 1; back <= window; back++)
            yield return float.IsNaN(data.Values[time - back][place]) ? 0 : 1;
        yield return period > 0 ? (float)Math.Sin(2 * Math.PI * time / period) : 0;
        yield return period > 0 ? (float)Math.Cos(2 * Math.PI * time / period) : 0;
        for (var other = 0; other < data.Places.Length; other++)
            yield return other == place ? 1 : 0;
    }
}
