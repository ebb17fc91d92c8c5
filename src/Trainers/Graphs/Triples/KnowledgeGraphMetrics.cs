namespace MLSeqGraph.Trainers;

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
