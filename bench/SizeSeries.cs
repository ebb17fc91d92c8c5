namespace MLSeqGraph.Bench;

/// <summary>A case at sizes that grow over three decades.</summary>
/// <param name="What">What grows, as the table and the picture say it.</param>
/// <param name="First">The least size.</param>
/// <param name="Expected">The power of the size that the cost should grow with, once the fixed costs of a run are small beside it.</param>
/// <param name="Of">The case at a size.</param>
internal sealed record SizeSeries(string What, int First, int Expected, Func<int, CaseShape> Of)
{
    private const int Decades = 3;

    /// <summary>
    /// What is measured: training steps of an LSTM and of a GCN, scoring with an LSTM, and attention with its gradient, each small where
    /// it doesn't grow.
    /// </summary>
    internal static IReadOnlyList<SizeSeries> All { get; } =
    [
        new("rows scored", 100, 1, rows => new ScoringShape(rows, 10, 4, 16)),
        new("LSTM, time steps", 10, 1, steps => new RecurrentShape("LSTM", 4, steps, 16, 32, Train: true)),
        new("LSTM, hidden", 2, 2, hidden => new RecurrentShape("LSTM", 16, 10, 16, hidden, Train: true)),
        new("GCN, nodes", 1000, 1, nodes => new GraphShape("gcn", nodes, 1000, 16, 16, 4)),
        new("GCN, edges", 1000, 1, edges => new GraphShape("gcn", 1000, edges, 16, 16, 4)),
        new("attention, time steps", 10, 2, steps => new AttentionShape(1, 1, steps, 64)),
    ];

    /// <summary>The sizes, so many in a decade.</summary>
    internal int[] Sizes(int ofDecade) =>
        [.. Enumerable.Range(0, Decades * ofDecade + 1).Select(i => (int)Math.Round(First * Math.Pow(10, (double)i / ofDecade)))];
}

/// <summary>A series as measured.</summary>
/// <param name="Series">The series.</param>
/// <param name="Sizes">Its sizes, growing.</param>
/// <param name="Milliseconds">The shortest run at each of them.</param>
internal sealed record MeasuredSeries(SizeSeries Series, IReadOnlyList<int> Sizes, IReadOnlyList<double> Milliseconds)
{
    /// <summary>The power of the size that the cost grows with: the slope of a line through the logarithms, by least squares.</summary>
    internal double Slope => SlopeFrom(Sizes[0]);

    /// <summary>The same over the last decade alone, where the fixed costs of a run weigh least.</summary>
    internal double LastSlope => SlopeFrom(Sizes[^1] / 10.0);

    private double SlopeFrom(double least)
    {
        // Sizes are rounded.
        var points = Sizes.Zip(Milliseconds).Where(point => point.First >= 0.99 * least)
            .Select(point => (X: Math.Log(point.First), Y: Math.Log(point.Second))).ToArray();
        double x = points.Average(point => point.X), y = points.Average(point => point.Y);
        return points.Sum(point => (point.X - x) * (point.Y - y)) / points.Sum(point => (point.X - x) * (point.X - x));
    }
}
