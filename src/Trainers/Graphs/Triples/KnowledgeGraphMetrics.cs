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

/// <summary>How the heads and tails of triples rank among all entities: <see cref="KnowledgeGraphTransformer.Evaluate"/>.</summary>
/// <remarks>
/// A rank is 1 + the number of entities with a greater score that make no known triple + half of those with the same score (Bordes et al.
/// 2013, "filtered"; Berrendorf et al. 2020, "realistic").
/// </remarks>
public sealed class KnowledgeGraphMetrics
{
    internal KnowledgeGraphMetrics()
    {
    }

    /// <summary>Heads and tails together.</summary>
    public required TripleRanks Both { get; init; }

    /// <summary>Of the questions (?, relation, tail).</summary>
    public required TripleRanks Heads { get; init; }

    /// <summary>Of the questions (head, relation, ?).</summary>
    public required TripleRanks Tails { get; init; }

    /// <summary>Of both questions, for each relation by its name.</summary>
    public required IReadOnlyDictionary<string, TripleRanks> PerRelation { get; init; }

    /// <summary>Number of triples with an unknown entity or relation, whose answers rank behind all known entities.</summary>
    public long UnknownCount { get; init; }

    /// <summary>A table: a line for each relation.</summary>
    public override string ToString()
    {
        var lines = new List<IReadOnlyList<string>>();
        void Add(string name, TripleRanks ranks) => lines.Add([name, .. new[] { ranks.MeanReciprocalRank, ranks.HitsAt1, ranks.HitsAt3,
            ranks.HitsAt10, ranks.MeanRank, ranks.Count }.Select(MetricsText.Format)]);
        foreach (var (name, ranks) in PerRelation)
            Add(name, ranks);
        Add("heads", Heads);
        Add("tails", Tails);
        Add("both", Both);
        return MetricsText.Table(["", "MRR", "hits@1", "hits@3", "hits@10", "mean rank", "questions"], lines);
    }
}
