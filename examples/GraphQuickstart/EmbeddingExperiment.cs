using System.Diagnostics;
using Examples;
using GraphQuickstart.Data;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>Vectors of nodes, learned without labels; a linear model tells what they know of the classes.</summary>
internal static class EmbeddingExperiment
{
    internal static readonly string[] Networks = ["deepwalk", "node2vec", "graphsage"];

    private sealed record Result(string Network, double Separated, double Test, double Seconds);

    internal static void Run(MLContext ml, Func<int, NodeData> load, Options options)
    {
        var results = new List<Result>();
        var name = "";
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            var data = load(seed);
            name = data.Name;
            foreach (var network in options.Networks ?? ["deepwalk"])
            {
                var clock = Stopwatch.StartNew();
                var embedded = Embed(ml, data, network, seed, options);
                var seconds = clock.Elapsed.TotalSeconds;
                if (!data.Rows.Any(node => node.Class.Length > 0))
                {
                    Console.WriteLine($"{name}, {network}, seed {seed}: vectors of {data.Rows.Count:N0} nodes in {seconds:0.0} s; no node "
                        + "has a class to compare them with");
                    continue;
                }
                var separated = Accuracy(ml, data, embedded, split: null, seed);
                var test = Accuracy(ml, data, embedded, nameof(NodeRow.Split), seed);
                results.Add(new(network, separated, test, seconds));
                Console.WriteLine($"{name}, {network}, seed {seed}: a linear model trained on all nodes is right "
                    + $"on {separated:0.0000} of them; trained on the training nodes, on {test:0.0000} of the test nodes; {seconds:0.0} s");
            }
        }
        foreach (var network in results.GroupBy(result => result.Network).Where(network => network.Count() > 1))
            Console.WriteLine($"{network.Key}: separated {network.Average(result => result.Separated):0.0000}, "
                + $"test {network.Average(result => result.Test):0.0000}, {network.Count()} seeds");
        if (options.Json is not { } json || results.Count == 0)
            return;
        var figures = new Figures(name, results[0].Network, options.Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "task", "node-embedding");
            figures.Add(network.Key, "separated", network.Average(result => result.Separated));
            figures.Add(network.Key, "test_accuracy", network.Average(result => result.Test));
            figures.Add(network.Key, "train_seconds", network.Average(result => result.Seconds));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(json);
    }

    private static IDataView Embed(MLContext ml, NodeData data, string network, int seed, Options options)
    {
        var width = options.Hidden ?? (data.Rows.Count < 1000 ? 16 : 64);
        if (network == "graphsage")
        {
            var links = ml.Graphs().LinkPrediction(new()
            {
                Edges = data.Edges,
                NodeIdColumnName = nameof(NodeRow.Id),
                Network = GraphNetwork.Sage(2 * width, options.Layers ?? 2, options.Dropout ?? 0),
                EmbeddingSize = width,
                Walks = new() { Length = 5 },
                NegativesPerEdge = 3,
                Epochs = options.Epochs ?? 100,
                LearningRate = options.LearningRate ?? 0.01f,
                Seed = seed,
                Target = ExecutionTarget.Cpu(options.Threads),
                StopToken = options.StopToken,
                CancellationToken = options.CancellationToken,
            }).Fit(data.Nodes);
            return links.EmbedNodes();
        }
        return ml.Graphs().NodeEmbedding(new()
        {
            Edges = data.Edges,
            NodeIdColumnName = nameof(NodeRow.Id),
            EmbeddingSize = width,
            Walks = network == "node2vec" ? new() { Length = 40, ReturnParameter = 0.5, InOutParameter = 2 } : new() { Length = 40 },
            Epochs = options.Epochs ?? (data.Rows.Count < 1000 ? 20 : 5),
            LearningRate = options.LearningRate ?? 0.01f,
            Seed = seed,
            Target = ExecutionTarget.Cpu(options.Threads > 0 ? options.Threads : 1),
            StopToken = options.StopToken,
            CancellationToken = options.CancellationToken,
        }).Fit(data.Nodes).Transform(data.Nodes);
    }

    // Trained and tested on all nodes that have a class, or on the parts of a split. The edges are not read.
    private static double Accuracy(MLContext ml, NodeData data, IDataView embedded, string? split, int seed)
    {
        var pipeline = ml.Transforms.Conversion.MapValueToKey("Label", nameof(NodeRow.Class)).Append(ml.Graphs().NodeClassification(new()
        {
            Edges = data.Edges,
            NodeIdColumnName = nameof(NodeRow.Id),
            FeatureColumnName = "Embedding",
            SplitColumnName = split,
            Network = GraphNetwork.Custom("linear model", (x, outputs) => x.Network.Linear(x.Features, outputs)),
            Epochs = 300,
            LearningRate = 0.05f,
            Optimizer = new Adam { WeightDecay = split is null ? 0 : 1e-3f },
            Seed = seed,
            Target = ExecutionTarget.Cpu(1),
        }));
        var scored = pipeline.Fit(embedded).Transform(embedded);
        var tested = ml.Data.FilterByCustomPredicate<Scored>(
            scored, row => row.Class.Length == 0 || (split is not null && row.Split != "test"));
        return ml.Graphs().EvaluateClassification(tested).MicroAccuracy;
    }

    private sealed class Scored
    {
        public string Split { get; set; } = "";

        public string Class { get; set; } = "";
    }
}
