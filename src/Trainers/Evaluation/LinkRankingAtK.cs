namespace MLSeqGraph.Trainers;

/// <summary>How many links rank among the first k, and how high.</summary>
/// <param name="K">The k.</param>
/// <param name="Hits">Hits@k: the share of the links whose rank is at most k.</param>
/// <param name="NormalizedDiscountedCumulativeGain">
/// NDCG@k, the mean over the queries of DCG / the best possible DCG, where DCG is the sum over the links at the places 1 … k of
/// 1 / log₂(1 + place) (Järvelin and Kekäläinen 2002). Pairs with the same score share the mean discount of their places (McSherry and
/// Najork 2008).
/// </param>
public sealed record LinkRankingAtK(int K, double Hits, double NormalizedDiscountedCumulativeGain);
