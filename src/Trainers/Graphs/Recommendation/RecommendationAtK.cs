namespace MLSeqGraph.Trainers;

/// <summary>How many of users' items are among the first k.</summary>
/// <param name="K">The k.</param>
/// <param name="HitRate">HR@k: the share of users of whose items at least one is.</param>
/// <param name="Recall">Recall@k: the share of a user's items that are, the mean over the users.</param>
/// <param name="NormalizedDiscountedCumulativeGain">
/// NDCG@k: the sum of 1 / log₂(1 + place) over a user's items among the first k, divided by the best possible one, the mean over
/// the users.
/// </param>
public sealed record RecommendationAtK(int K, double HitRate, double Recall, double NormalizedDiscountedCumulativeGain);
