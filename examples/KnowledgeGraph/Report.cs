using Examples;
using KnowledgeGraph.Data;
using MLSeqGraph.Trainers;

namespace KnowledgeGraph;

/// <summary>What is printed, and the figures for programs.</summary>
internal static class Report
{
    internal static void Start(TripleData data)
    {
        var entities = data.Train.SelectMany(triple => (string[])[triple.Head, triple.Tail]).Distinct().Count();
        Console.WriteLine($"{data.Name}: {entities:N0} entities, {data.Train.Select(triple => triple.Relation).Distinct().Count()} "
            + $"relations, {data.Train.Count:N0} triples to train on, {data.Valid.Count:N0} to validate on, "
            + string.Join(", ", data.Tests.Select(test => $"{test.Triples.Count:N0} in {test.Name}")));
    }

    internal static void Ranks(string data, string network, int seed, string file, KnowledgeGraphMetrics metrics)
    {
        Console.WriteLine($"{data}, {network}, seed {seed}, {file}: MRR {metrics.Both.MeanReciprocalRank:0.0000} (heads "
            + $"{metrics.Heads.MeanReciprocalRank:0.0000}, tails {metrics.Tails.MeanReciprocalRank:0.0000})   Hits@1 "
            + $"{metrics.Both.HitsAt1:0.0000}   Hits@10 {metrics.Both.HitsAt10:0.0000}   mean rank {metrics.Both.MeanRank:0.0}");
        if (metrics.UnknownCount > 0)
            Console.WriteLine($"{metrics.UnknownCount} triples name entities or relations that no training triple has: their answers rank "
                + "behind all others.");
    }

    internal static void Answers(TripleRow asked, IReadOnlyList<ScoredAnswer> answers) =>
        Console.WriteLine($"({asked.Head}, {asked.Relation}, ?): "
            + string.Join(", ", answers.Select(answer => $"{answer.Id} {answer.Score:0.00}")) + $"; the test triple says {asked.Tail}");

    internal static void Files(string folder, double difference) =>
        Console.WriteLine($"triples.onnx (numbers of entities and relations in, scores out), tails.onnx (best tails) and model.zip are in "
            + $"{folder}; largest difference of all ways to score: {difference:0.0e+0}");

    /// <summary>Writes one flat object: the first network's figures, means over its seeds, and those of others.</summary>
    internal static void WriteJson(string path, string data, IReadOnlyList<Result> results, int seed)
    {
        var figures = new Figures(data, results[0].Network, seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            void Add(string name, object value) => figures.Add(network.Key, name, value);
            Add("task", "knowledge-graph");
            Add("seeds", network.Count());
            foreach (var (file, of) in network.First().Tests.Select((test, at) => (test.Name, At: at)))
            {
                // those of test_strict are strict_mrr …
                var prefix = of == 0 ? "" : file["test_".Length..] + "_";
                double Mean(Func<TripleRanks, double> value) => network.Average(result => value(result.Tests[of].Metrics.Both));
                Add(prefix + "mrr", Mean(ranks => ranks.MeanReciprocalRank));
                Add(prefix + "hits_at_1", Mean(ranks => ranks.HitsAt1));
                Add(prefix + "hits_at_10", Mean(ranks => ranks.HitsAt10));
            }
            Add("triples_per_second", network.Average(result => result.TriplesPerSecond));
            Add("train_seconds", network.Average(result => result.Seconds));
            Add("onnx_max_difference", network.Max(result => result.OnnxMaxDifference));
        }
        figures.Write(path);
    }
}
