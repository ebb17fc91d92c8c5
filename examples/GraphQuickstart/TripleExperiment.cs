using System.Diagnostics;
using Examples;
using GraphQuickstart.Data;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>
/// Completion of a knowledge graph: which entity is the tail, or the head, of a test triple? Each is ranked among all entities that make no
/// known triple (the "filtered" setting of Bordes et al. 2013), or among a thousand of them.
/// </summary>
internal static class TripleExperiment
{
    private const int MostCandidates = 1000;

    internal static void Run(MLContext ml, TripleFolder triples, Options options)
    {
        var data = triples.Data;
        Console.WriteLine($"{data.Name}: {data.Rows.Count:N0} entities, {triples.Relations} relations, {data.Ends.Count:N0} triples to "
            + $"train on, {triples.Validation.Count:N0} to validate on, {triples.Test.Count:N0} to test on{data.Remarks}");
        List<(double Rank, double Hits, double Seconds, double Difference)> results = [];
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            var clock = Stopwatch.StartNew();
            using var model = ml.Graphs().LinkPrediction(new()
            {
                Edges = data.Edges,
                NodeIdColumnName = nameof(NodeRow.Id),
                Network = GraphNetwork.Rgcn(options.Hidden ?? 64, options.Layers ?? 1, bases: Math.Min(10, triples.Relations),
                    dropout: options.Dropout ?? 0.2f),
                EmbeddingSize = options.Hidden ?? 64,
                Decoder = LinkDecoder.DistMult,
                NegativesPerEdge = 5,
                Epochs = options.Epochs ?? 200,
                LearningRate = options.LearningRate ?? 0.01f,
                Optimizer = new Adam { WeightDecay = options.WeightDecay ?? 0 },
                Seed = seed,
                Target = ExecutionTarget.Cpu(options.Threads),
                StopToken = options.StopToken,
                CancellationToken = options.CancellationToken,
                OnEpoch = Report.Epoch,
            }).Fit(data.Nodes);
            var seconds = clock.Elapsed.TotalSeconds;
            var scored = model.Transform(triples.View(ml, Candidates(triples, seed)));
            var metrics = ml.Graphs().EvaluateLinkRanking(scored, nameof(TripleRow.Query), ks: [10]);
            model.ExportToOnnx(Path.Combine(options.Folder, "links.onnx"));
            results.Add((metrics.MeanReciprocalRank, metrics.AtK[0].Hits, seconds, model.Info.Verification!.LargestDifference));
            Console.WriteLine($"{data.Name}, R-GCN and DistMult, seed {seed}: MRR {metrics.MeanReciprocalRank:0.0000}, Hits@10 "
                + $"{metrics.AtK[0].Hits:0.0000}, among {Math.Min(MostCandidates, triples.Entities.Count):N0} entities; {seconds:0.0} s; "
                + $"links.onnx is in {options.Folder}");
        }
        if (options.Json is { } json)
            Figures.Write(json, new Dictionary<string, object>
            {
                ["data"] = data.Name, ["task"] = "knowledge-graph", ["network"] = "rgcn-distmult", ["seed"] = options.Seed,
                ["seeds"] = results.Count, ["candidates"] = Math.Min(MostCandidates, triples.Entities.Count),
                ["test_mrr"] = results.Average(result => result.Rank), ["test_hits_at_10"] = results.Average(result => result.Hits),
                ["train_seconds"] = results.Average(result => result.Seconds),
                ["onnx_max_difference"] = results.Max(result => result.Difference),
            });
    }

    // For each test triple the questions (head, relation, ?) and (?, relation, tail), with candidates that make no known triple.
    private static IEnumerable<TripleRow> Candidates(TripleFolder triples, int seed)
    {
        var random = new Random(seed);
        var known = triples.Data.Ends.Concat(triples.Validation).Concat(triples.Test)
            .Select(edge => (edge.Source, edge.Relation, edge.Target)).ToHashSet();
        string[] entities = [.. triples.Entities];
        var query = 0;
        foreach (var test in triples.Test)
            foreach (var isTail in (bool[])[true, false])
            {
                TripleRow Row(string candidate, bool isTrue) => new()
                {
                    Source = isTail ? test.Source : candidate, Target = isTail ? candidate : test.Target, Relation = test.Relation,
                    Label = isTrue, Query = query,
                };
                query++;
                yield return Row(isTail ? test.Target : test.Source, true);
                if (entities.Length > MostCandidates)
                    random.Shuffle(entities);
                foreach (var candidate in entities.Take(MostCandidates))
                    if (!known.Contains(isTail ? (test.Source, test.Relation, candidate) : (candidate, test.Relation, test.Target)))
                        yield return Row(candidate, false);
            }
    }
}
