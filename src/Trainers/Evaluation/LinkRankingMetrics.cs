namespace MLSeqGraph.Trainers;

/// <summary>How links rank among other pairs: <see cref="EvaluationExtensions.EvaluateLinkRanking"/>.</summary>
/// <remarks>
/// The rank of a link is 1 + the number of pairs of its query that aren't links and have a greater score + half of those with the same
/// score: the mean of its best and its worst place among ties, the "realistic rank" (Berrendorf et al. 2020), as in the Open Graph
/// Benchmark (Hu et al. 2020). Other links of the query don't count against it, the "filtered" setting (Bordes et al. 2013).
/// </remarks>
public sealed class LinkRankingMetrics
{
    internal LinkRankingMetrics()
    {
    }

    /// <summary>The mean over the links of 1 / rank (MRR).</summary>
    public double MeanReciprocalRank { get; internal init; }

    /// <summary>The mean rank of the links: 1 is best.</summary>
    public double MeanRank { get; internal init; }

    /// <summary>Hits@k and NDCG@k for each k asked for, in that order.</summary>
    public IReadOnlyList<LinkRankingAtK> AtK { get; internal init; } = [];

    /// <summary>
    /// The area under the ROC curve of all pairs: how often a link has a greater score than another pair, ties counting half.
    /// NaN where pairs have queries, whose scores needn't be comparable, and where all pairs are links.
    /// </summary>
    public double AreaUnderRocCurve { get; internal init; } = double.NaN;

    /// <summary>
    /// The sum over the thresholds of precision · added recall over all pairs; pairs with the same score share a threshold. NaN where
    /// pairs have queries.
    /// </summary>
    public double AveragePrecision { get; internal init; } = double.NaN;

    /// <summary>The number of queries with a link, which are those that count; 1 without a column of queries.</summary>
    public long QueryCount { get; internal init; }

    /// <summary>The number of queries without a link, which don't count.</summary>
    public long QueryWithoutLinkCount { get; internal init; }

    /// <summary>The number of links.</summary>
    public long LinkCount { get; internal init; }

    /// <summary>The number of pairs (rows), links and others.</summary>
    public long PairCount { get; internal init; }

    /// <summary>A table: a line per metric.</summary>
    public override string ToString()
    {
        var lines = new List<IReadOnlyList<string>>();
        void Add(string name, double value) => lines.Add([name, MetricsText.Format(value)]);
        Add("mean reciprocal rank", MeanReciprocalRank);
        Add("mean rank", MeanRank);
        foreach (var at in AtK)
            Add($"hits@{at.K}", at.Hits);
        foreach (var at in AtK)
            Add($"NDCG@{at.K}", at.NormalizedDiscountedCumulativeGain);
        // Scores of different queries needn't be comparable.
        if (!double.IsNaN(AreaUnderRocCurve))
            Add("area under ROC curve", AreaUnderRocCurve);
        if (!double.IsNaN(AveragePrecision))
            Add("average precision", AveragePrecision);
        return MetricsText.Table(["links", ""], lines)
            + $"{LinkCount} links among {PairCount} pairs of {QueryCount} queries; {QueryWithoutLinkCount} queries without link\n";
    }
}
