namespace MLSeqGraph.Trainers;

/// <summary>How items of users rank among those that they don't have: <see cref="RecommendationTransformer.Evaluate"/>.</summary>
public sealed class RecommendationMetrics
{
    internal RecommendationMetrics()
    {
    }

    /// <summary>HR@k, Recall@k and NDCG@k for each k asked for, in that order.</summary>
    public required IReadOnlyList<RecommendationAtK> AtK { get; init; }

    /// <summary>The mean over the users of 1 / the rank of the best of their items; 0 for a user that isn't known.</summary>
    public double MeanReciprocalRank { get; init; }

    /// <summary>Number of users.</summary>
    public long UserCount { get; init; }

    /// <summary>Number of users that the model doesn't know, whose items all count as misses.</summary>
    public long UnknownUserCount { get; init; }

    /// <summary>Number of pairs.</summary>
    public long PairCount { get; init; }

    /// <summary>A table: a line for each k.</summary>
    public override string ToString() => MetricsText.Table(["k", "HR", "recall", "NDCG"], AtK.Select(at => (string[])[$"{at.K}",
        .. new[] { at.HitRate, at.Recall, at.NormalizedDiscountedCumulativeGain }.Select(MetricsText.Format)]))
        + $"{PairCount} pairs of {UserCount} users, {UnknownUserCount} of them unknown\n";
}
