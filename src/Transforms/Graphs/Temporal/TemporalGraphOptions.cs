namespace MLSeqGraph.Transforms;

/// <summary>Options of a <see cref="TemporalGraph"/>.</summary>
public sealed record TemporalGraphOptions
{
    /// <summary>How many last events of a node, or of a context, a question carries; 10 by default.</summary>
    public int HistoryLength { get; init; } = 10;

    /// <summary>
    /// What counts as a short time, in units of the time column (seconds for dates and spans): gaps Δ are read as
    /// log(1 + Δ / <see cref="TimeUnit"/>). 1 by default.
    /// </summary>
    public double TimeUnit { get; init; } = 1;

    /// <summary>
    /// Whether only nodes that were targets before are candidates, as items are and users aren't. False, the default, for all nodes that
    /// took part in events.
    /// </summary>
    public bool OnlyTargetsAreCandidates { get; init; }

    internal void Check()
    {
        if (HistoryLength < 1)
            throw new ArgumentOutOfRangeException(nameof(HistoryLength), HistoryLength, "Expected at least 1.");
        if (!(TimeUnit > 0 && double.IsFinite(TimeUnit)))
            throw new ArgumentOutOfRangeException(nameof(TimeUnit), TimeUnit, "Expected a number above 0.");
    }
}
