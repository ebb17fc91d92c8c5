using Examples;
using GraphsInTime.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace GraphsInTime;

/// <summary>Trains a network that says which events come next, and ranks all candidates of the last events.</summary>
internal static class EventExperiment
{
    private static readonly Dictionary<string, Func<int, float, SequenceNetwork>> Networks = new()
    {
        ["tgn"] = (hidden, dropout) => SequenceNetwork.Tgn(hidden, dropout: dropout),
        ["jodie"] = (hidden, _) => SequenceNetwork.Jodie(hidden),
    };

    internal static string[] Names => [.. Networks.Keys];

    internal static void Run(MLContext ml, EventData data, Options options)
    {
        data.RequireTargets();
        var definition = SchemaDefinition.Create(typeof(EventRow));
        var features = data.Events[0].Features.Length;
        if (features > 0)
            definition[nameof(EventRow.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, features);
        var graph = ml.Data.TemporalGraph(ml.Data.LoadFromEnumerable(data.Events, definition), new()
        {
            ContextColumnName = data.HasContexts ? nameof(EventRow.Context) : null,
            FeaturesColumnName = features > 0 ? nameof(EventRow.Features) : null,
        }, new() { HistoryLength = options.History });
        int training = (int)(EventData.Training * graph.EventCount), validation = (int)(EventData.Validation * graph.EventCount);
        var asked = graph.Candidates(validation, graph.EventCount);
        var before = graph.Candidates(training, validation);
        var pairs = graph.Questions(validation, graph.EventCount, negatives: 1, recentShare: 0);
        Console.WriteLine($"{data.Name}: {graph.EventCount:N0} events of {graph.NodeCount:N0} nodes ({data.Remark}), the last "
            + $"{graph.EventCount - validation:N0} asked about");

        var baselines = new Dictionary<string, double> { ["recency"] = Baseline(ml, asked, Recency(data)).MeanReciprocalRank };
        if (data.Rule is { } rule)
        {
            baselines["rule"] = Baseline(ml, asked, rule).MeanReciprocalRank;
            baselines["rule_average_precision"] = Baseline(ml, pairs, rule, query: null).AveragePrecision;
        }
        foreach (var (name, value) in baselines)
            Console.WriteLine($"  {name.Replace('_', ' '),-26} {(name.Contains('_') ? "" : "MRR ")}{value:0.0000}");

        string[] networks = options.NetworksOf(Names, "tgn");
        var figures = new Figures(data.Name, networks[0], options.Seed);
        figures.Add(networks[0], "task", Options.Events);
        foreach (var (name, value) in baselines)
            figures.Add(networks[0], name.Contains('_') ? name : $"{name}_mrr", value);
        foreach (var network in networks)
        {
            List<(double Mrr, double Hits, double Precision, double Seconds, double Difference,
                double Known)> runs = [];
            for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
            {
                var clock = System.Diagnostics.Stopwatch.StartNew();
                using var model = ml.Graphs().FutureLinkPrediction(graph, new()
                {
                    Network = Networks[network](options.Hidden ?? 32, options.Dropout ?? 0.1f),
                    Epochs = options.Epochs ?? 12,
                    BatchSize = options.BatchSize ?? 128,
                    LearningRate = options.LearningRate ?? 0.003f,
                    Optimizer = new AdamW { WeightDecay = options.WeightDecay ?? 0.01f },
                    Schedule = LearningRateSchedule.Cosine(),
                    EarlyStoppingPatience = 4,
                    ValidationData = graph.Questions(training, validation, options.Negatives),
                    Seed = seed,
                    Target = ExecutionTarget.Cpu(options.Threads),
                    StopToken = options.StopToken,
                    CancellationToken = options.CancellationToken,
                }).Fit(graph.Questions(0, training, options.Negatives, seed));
                var seconds = clock.Elapsed.TotalSeconds;
                var ranks = ml.Graphs().EvaluateLinkRanking(model.Transform(asked), "Query");
                var known = ml.Graphs().EvaluateLinkRanking(model.Transform(before), "Query");
                var precision = ml.Graphs().EvaluateLinkRanking(model.Transform(pairs)).AveragePrecision;
                model.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
                LossCurves.Write(Path.Combine(options.Folder, $"{network}-loss"), $"{data.Name}, {network}: loss", "nats",
                    model.History.Epochs);
                runs.Add((ranks.MeanReciprocalRank, ranks.AtK[^1].Hits, precision, seconds,
                    model.Info.Verification!.LargestDifference, known.MeanReciprocalRank));
                Console.WriteLine($"  {network,-26} MRR {runs[^1].Mrr:0.0000} ({runs[^1].Known:0.0000} on those before), hits@10 "
                    + $"{runs[^1].Hits:0.000}, average precision {precision:0.0000}, {seconds:0.0} s, seed {seed}");
            }
            figures.Add(network, "mrr", runs.Average(run => run.Mrr));
            figures.Add(network, "validation_mrr", runs.Average(run => run.Known));
            figures.Add(network, "hits_at_10", runs.Average(run => run.Hits));
            figures.Add(network, "average_precision", runs.Average(run => run.Precision));
            figures.Add(network, "train_seconds", runs.Average(run => run.Seconds));
            figures.Add(network, "onnx_max_difference", runs.Max(run => run.Difference));
        }
        figures.Add(networks[0], "seeds", options.Seeds);
        Console.WriteLine($"Models are in {options.Folder}");
        if (options.Json is { } json)
            figures.Write(json);
    }

    // How lately a candidate acted in the context, as a score.
    private static Func<int, string, double> Recency(EventData data)
    {
        var last = new Dictionary<(string, string), List<int>>();
        for (var number = 0; number < data.Events.Length; number++)
            (last.TryGetValue((data.Events[number].Context, data.Events[number].Source), out var known) ? known
                : last[(data.Events[number].Context, data.Events[number].Source)] = []).Add(number);
        return (number, candidate) => last.GetValueOrDefault((data.Events[number].Context, candidate)) is { } acts
            && acts.BinarySearch(number) is var at && (at < 0 ? ~at : at) is > 0 and var next ? acts[next - 1] + 1.0 : 0;
    }

    private static LinkRankingMetrics Baseline(MLContext ml, IDataView questions, Func<int, string, double> score, string? query = "Query")
        => ml.Graphs().EvaluateLinkRanking(ml.Data.LoadFromEnumerable(ml.Data.CreateEnumerable<Asked>(questions, false).Select(one =>
            new Answered { Query = one.Query, Label = one.Label, Score = (float)score((int)one.Query, one.Target) })), query);

    private sealed class Asked
    {
        public long Query { get; set; }

        public bool Label { get; set; }

        public string Target { get; set; } = "";
    }

    private sealed class Answered
    {
        public long Query { get; set; }

        public bool Label { get; set; }

        public float Score { get; set; }
    }
}
