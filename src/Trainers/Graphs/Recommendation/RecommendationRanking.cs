using Microsoft.ML;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>Ranks the items of users among all that they don't have.</summary>
internal static class RecommendationRanking
{
    internal static RecommendationMetrics Rank(TripleModel model, IDataView pairs, KnownAnswers known, int[] ks)
    {
        var columns = model.Columns;
        var asked = TripleTable.Read(pairs, new(pairs) { SourceColumnName = columns.SourceColumnName,
            TargetColumnName = columns.TargetColumnName }, null, isBipartite: true, BadRows.Skip);
        if (asked.Count == 0)
            throw new InvalidDataException("There are no pairs to rank; expected at least one.");
        // Users by their numbers in the model, -1 for an unknown one, and their items.
        var users = Enumerable.Range(0, asked.Count).GroupBy(pair => asked.Sources[pair]).Select(user => (
            User: model.Triples.Heads.Find(asked.Heads.All![user.Key]),
            Items: user.Select(pair => model.Triples.Tails.Find(asked.Tails.All![asked.Targets[pair] - asked.FirstTail])).Distinct()
                .ToArray(),
            Count: user.Select(pair => asked.Targets[pair]).Distinct().Count())).ToArray();
        var found = users.Where(user => user.User >= 0 && user.Items.Any(item => item >= 0)).ToArray();
        var ranks = new double[found.Length][];
        var first = model.Triples.FirstTail;
        int[] numbers = [.. found.Select(user => user.User)];
        model.ForEachQuestion(numbers, new int[numbers.Length], isTail: true, (at, scores) =>
        {
            var all = scores.ToArray();
            var items = found[at].Items.Where(item => item >= 0).ToArray();
            float[] own = [.. items.Select(item => all[item])];
            foreach (var item in known.Of(numbers[at], 0, isTail: true))
                all[item - first] = float.NegativeInfinity;
            foreach (var item in items)
                all[item] = float.NegativeInfinity;
            // among items that are none of the user's; then behind those of the user's that are better
            double[] places = [.. own.Select(score => 1 + all.Count(other => other > score) + all.Count(other => other == score) / 2.0)
                .Order()];
            ranks[at] = [.. places.Select((place, better) => place + better)];
        });
        return new()
        {
            UserCount = users.Length,
            UnknownUserCount = users.Count(user => user.User < 0),
            PairCount = users.Sum(user => (long)user.Count),
            MeanReciprocalRank = ranks.Sum(of => 1 / of[0]) / users.Length,
            AtK = Array.AsReadOnly([.. ks.Select(k => At(k, found, ranks, users.Length))]),
        };
    }

    private static RecommendationAtK At(int k, (int User, int[] Items, int Count)[] users, double[][] ranks, int all)
    {
        double hits = 0, recall = 0, gain = 0;
        for (var user = 0; user < users.Length; user++)
        {
            var inside = ranks[user].Where(rank => rank <= k).ToArray();
            hits += inside.Length > 0 ? 1 : 0;
            recall += inside.Length / (double)users[user].Count;
            gain += inside.Sum(rank => 1 / Math.Log2(1 + rank))
                / Enumerable.Range(1, Math.Min(k, users[user].Count)).Sum(rank => 1 / Math.Log2(1 + rank));
        }
        return new(k, hits / all, recall / all, gain / all);
    }
}
