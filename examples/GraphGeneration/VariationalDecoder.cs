using System.Diagnostics;
using Examples;
using GraphGeneration.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphGeneration;

/// <summary>
/// A variational autoencoder of small labelled graphs (Simonovsky and Komodakis 2018, "GraphVAE"; graphs keep the order of their nodes, so
/// that none has to be matched): an encoder makes a normal distribution of numbers of each graph, a decoder writes all nodes and edges from
/// a draw of it at once, and new graphs come from draws of the standard normal distribution.
/// </summary>
internal static class VariationalDecoder
{
    private const int Latent = 24;

    // Less than the bound of the likelihood has: graphs that the decoder gets wrong are worth more than numbers that are spread evenly.
    private const double Divergence = 0.1;

    /// <summary>What was drawn.</summary>
    /// <param name="Graphs">The graphs; null for one without a node.</param>
    /// <param name="Rebuilt">The share of the graphs learned from that the decoder gives again from their own numbers.</param>
    /// <param name="Seconds">How long training took.</param>
    /// <param name="Difference">The largest difference of the exported model to the training graph.</param>
    internal sealed record Drawn(SmallGraph?[] Graphs, double Rebuilt, double Seconds, double Difference);

    /// <summary>Trains, exports and draws.</summary>
    /// <param name="ml">ML.NET.</param>
    /// <param name="graphs">What is learned from.</param>
    /// <param name="count">How many are to be drawn.</param>
    /// <param name="name">The name of the file.</param>
    /// <param name="seed">The seed.</param>
    /// <param name="options">The command line.</param>
    internal static Drawn Run(MLContext ml, IReadOnlyList<SmallGraph> graphs, int count, string name, int seed, Options options)
    {
        var slots = new Slots(graphs.Max(graph => graph.Count), 1 + graphs.Max(graph => graph.Labels.Max()),
            1 + graphs.Max(graph => graph.Edges.Values.DefaultIfEmpty().Max()), Latent);
        var schema = SchemaDefinition.Create(typeof(SlotRow));
        schema[nameof(SlotRow.Label)].ColumnType = new VectorDataViewType(new KeyDataViewType(typeof(uint), slots.Classes));
        IDataView Rows(IEnumerable<SlotRow> rows) => ml.Data.LoadFromEnumerable(rows, schema);
        var (hidden, epochs) = (options.Width ?? 96, Math.Clamp(240_000 / graphs.Count, 60, 300));
        var clock = Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeClassification(new GraphNodeClassificationTrainer.Options
        {
            Columns = new() { NodeFeatureCount = slots.Width },
            Network = GraphNetwork.Custom("variational decoder", (x, channels) => Write(x, channels, slots, hidden, options.Layers ?? 2)),
            Hidden = hidden,
            Standardize = false,
            GradientClipNorm = 1,
        }.With(options, seed, new(epochs, 32, 0.003f, 0, LinesEvery: 10))).Fit(Rows(graphs.Select(slots.Of)));
        var seconds = clock.Elapsed.TotalSeconds;
        var random = new Random(seed);
        SmallGraph?[] Read(IEnumerable<SlotRow> rows) =>
            [.. model.Transform(Rows(rows)).GetColumn<float[]>("Score").Select(scores => slots.Read(scores))];
        var temperature = options.Temperature ?? 1;
        var drawn = Read([.. Enumerable.Range(0, count).Select(_ => slots.Drawn(() => temperature * random.NextNormal()))]);
        SmallGraph[] some = [.. graphs.Take(500)];
        var rebuilt = some.Zip(Read(some.Select(slots.Of))).Average(pair => pair.Second is { } again
            && again.Labels.SequenceEqual(pair.First.Labels) && again.Edges.Count == pair.First.Edges.Count
            && pair.First.Edges.All(edge => again.Edges.TryGetValue(edge.Key, out var label) && label == edge.Value) ? 1.0 : 0);
        model.ExportToOnnx(Path.Combine(options.Folder, $"{name}.onnx"));
        return new(drawn, rebuilt, seconds, model.Info.Verification!.LargestDifference);
    }

    private static Value Write(GraphInput x, int channels, Slots slots, int hidden, int layers)
    {
        var network = x.Network;
        var parts = Op.Split(x.Features, 1, [.. slots.Parts.Select(size => (long)size)]);
        Value mean, logVariance;
        using (network.Scope("encoder"))
        {
            var h = Op.Relu(network.Linear(Op.Concat(1, parts[0], parts[1]), hidden, name: "input"));
            h = Op.Relu(h + network.Gin(x.Edges, h, hidden));
            var pooled = x.Graphs!.Mean(h);                                                               // [graphs, hidden]
            (mean, logVariance) = (network.Linear(pooled, slots.Latent, name: "mean"),
                network.Linear(pooled, slots.Latent, name: "log_variance"));
        }
        var divergence = Op.ReduceSum(mean * mean + Op.Exp(logVariance) - logVariance - 1.0, [1]) * 0.5;  // [graphs, 1]
        // The loss is the mean over places.
        network.AddToLoss(Op.ReduceMean(divergence, keepDims: false) * (Divergence / slots.Count));
        // Rows to draw from bring the numbers themselves.
        var z = network.NormalSample(mean, logVariance) * (1.0 - x.Graphs.Sum(parts[3])) + x.Graphs.Sum(parts[2]);
        using (network.Scope("decoder"))
        {
            var place = network.Linear(parts[1], hidden, name: "place");
            var d = Op.Relu(place * (x.Graphs.Targets(network.Linear(z, hidden, name: "scale")) + 1.0)
                + x.Graphs.Targets(network.Linear(z, hidden, name: "shift")));
            for (var layer = 0; layer < layers; layer++)
                d += Op.Relu(network.Gin(x.Edges, d, hidden));
            return network.Linear(d, channels, name: "output");
        }
    }
}
