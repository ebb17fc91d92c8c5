namespace MLSeqGraph.Trainers;

/// <summary>How the answers to some questions rank among all entities.</summary>
/// <param name="MeanReciprocalRank">The mean of 1 / rank (MRR).</param>
/// <param name="MeanRank">The mean rank: 1 is best.</param>
/// <param name="HitsAt1">The share of ranks of at most 1.</param>
/// <param name="HitsAt3">The share of ranks of at most 3.</param>
/// <param name="HitsAt10">The share of ranks of at most 10.</param>
/// <param name="Count">Number of questions.</param>
public sealed record TripleRanks(double MeanReciprocalRank, double MeanRank, double HitsAt1, double HitsAt3, double HitsAt10, long Count)
{
    internal static TripleRanks Of(IReadOnlyCollection<double> ranks)
    {
        double At(int k) => ranks.Count == 0 ? double.NaN : ranks.Count(rank => rank <= k) / (double)ranks.Count;
        double Mean(Func<double, double> of) => ranks.Count == 0 ? double.NaN : ranks.Average(of);
        return new(Mean(rank => 1 / rank), Mean(rank => rank), At(1), At(3), At(10), ranks.Count);
    }
}
