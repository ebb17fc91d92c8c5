using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Bench;

/// <summary>
/// What training on sampled neighbors would take of a graph that is cut over machines: samples of a real graph tell how many of their
/// nodes are on other machines, their sampling and the step are measured here, and a network of a stated speed carries the rest. A
/// machine asks the others for the sampled edges of their nodes once for each layer, and for their features once.
/// </summary>
internal static class PartitionsCommand
{
    private const int Layers = 2, Batch = 1024, Samples = 6, CommunitySize = 1000;

    internal static Command Create()
    {
        var nodes = new Option<int>("--nodes") { Description = "Nodes of the graph.", DefaultValueFactory = _ => 1_000_000 };
        var degree = new Option<int>("--degree") { Description = "Edges of a node.", DefaultValueFactory = _ => 10 };
        var features = new Option<int>("--features") { Description = "Numbers of a node.", DefaultValueFactory = _ => 64 };
        var fanOut = new Option<int>("--fan-out") { Description = "Neighbors sampled in each of two layers.",
            DefaultValueFactory = _ => 10 };
        var inside = new Option<double>("--inside") { Description = $"Share of the edges within communities of {CommunitySize} nodes.",
            DefaultValueFactory = _ => 0.8 };
        var gigabits = new Option<double>("--gigabits") { Description = "A machine's network, a second.", DefaultValueFactory = _ => 10 };
        var latency = new Option<double>("--latency") { Description = "Milliseconds of a question and its answer.",
            DefaultValueFactory = _ => 0.2 };
        var command = new Command("partitions", "Training on sampled neighbors over machines that each have a part of the graph: what "
            + "they would exchange, by simulation with measured costs.")
        {
            nodes, degree, features, fanOut, inside, gigabits, latency,
        };
        command.SetAction(parsed => Print(parsed.GetValue(nodes), parsed.GetValue(degree), parsed.GetValue(features),
            parsed.GetValue(fanOut), parsed.GetValue(inside), parsed.GetValue(gigabits), parsed.GetValue(latency)));
        return command;
    }

    private static void Print(int nodes, int degree, int features, int fanOut, double inside, double gigabits, double latency)
    {
        var graph = Communities(nodes, degree, inside);
        var step = StepMilliseconds(nodes, degree, features, fanOut);
        Console.WriteLine($"{nodes:#,0} nodes, {graph.EdgeCount:#,0} edges, {inside:P0} of them within communities of {CommunitySize}; "
            + $"GraphSAGE with {Layers} layers, {fanOut} neighbors in each, {features} numbers a node, batches of {Batch} on each machine; "
            + $"a network of {gigabits} Gbit/s and {latency} ms. A step takes {step:0} ms on {Environment.ProcessorCount} cores "
            + "(measured).");
        Console.WriteLine("| machines | part by | of a sample's nodes elsewhere | MB a batch | sampling, ms | exchange, ms | nodes/s | "
            + "with exchanges beside steps | of machines × one |\n|---|---|---|---|---|---|---|---|---|");
        var one = 0.0;
        foreach (var machines in (int[])[1, 2, 4, 16, 64, 256, 1024])
            foreach (var isByNeighbors in machines == 1 ? [false] : (bool[])[false, true])
            {
                var part = isByNeighbors ? GraphPartitions.ByNeighbors(graph, machines) : GraphPartitions.ByNumber(nodes, machines);
                var (elsewhere, bytes, sampling) = Measure(graph, part, machines, fanOut, features);
                var exchange = machines == 1 ? 0 : bytes * 8 / (gigabits * 1e6) + (Layers + 1) * latency;
                double alone = 1000.0 * Batch * machines / (sampling + step + exchange),
                    beside = 1000.0 * Batch * machines / Math.Max(sampling + step, exchange);
                if (machines == 1)
                    one = beside;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"| {machines} | {(machines == 1 ? "" : isByNeighbors ? "neighbors" : "number")} | {elsewhere:P1} | "
                    + $"{bytes / 1e6:0.00} | "
                    + $"{sampling:0.0} | {exchange:0.0} | {alone:#,0} | {beside:#,0} | {beside / one / machines:P0} |"));
            }
    }

    // Of the batches of some machines: the share of nodes that others have, the bytes received for them, and milliseconds of sampling.
    private static (double Elsewhere, double Bytes, double Sampling) Measure(NodeGraph graph, int[] part, int machines, int fanOut,
        int features)
    {
        var sampler = new NeighborSampler(graph, [.. Enumerable.Repeat(fanOut, Layers)]);
        var sample = new NeighborSample(Layers);
        var (total, elsewhere, bytes, milliseconds) = (0.0, 0.0, 0.0, double.MaxValue);
        for (var i = 0; i < Samples; i++)
        {
            var machine = i * machines / Samples;
            int[] own = [.. Enumerable.Range(0, part.Length).Where(node => part[node] == machine)];
            new Random(i).Shuffle(own);
            var start = Stopwatch.GetTimestamp();
            sampler.Sample(own.AsSpan(0, Math.Min(Batch, own.Length)), i, sample);
            milliseconds = Math.Min(milliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            total += sample.NodeCount;
            foreach (var node in sample.Nodes)
                if (part[node] != machine)
                {
                    elsewhere++;
                    bytes += 4 + 4.0 * features;                             // asked for by its number, answered by its features
                }
            foreach (var block in sample.Blocks)
            {
                var targets = block.Targets.Span;
                for (var edge = 0; edge < targets.Length; edge++)
                    if (part[sample.Nodes[targets[edge]]] != machine)
                        bytes += 4;                                          // its source
            }
        }
        return (elsewhere / total, bytes / Samples, milliseconds);
    }

    private static double StepMilliseconds(int nodes, int degree, int features, int fanOut)
    {
        var some = Math.Min(nodes, 200_000);
        using var measured = new SampledCase(new(some, some * degree, features, 128, 8 * Batch, Batch, fanOut));
        measured.Setup(Environment.ProcessorCount);
        measured.Run();
        measured.Run();
        return measured.Phases["steps"] / measured.SessionRuns;
    }

    // Some nodes have many more edges than others: sources are drawn towards the first of their community, or of all.
    private static NodeGraph Communities(int nodes, int degree, double inside)
    {
        var random = new Random(1);
        var (sources, targets) = (new int[nodes * degree], new int[nodes * degree]);
        for (var edge = 0; edge < sources.Length; edge++)
        {
            targets[edge] = edge / degree;
            var (first, count) = random.NextDouble() < inside
                ? (targets[edge] / CommunitySize * CommunitySize, Math.Min(CommunitySize, nodes)) : (0, nodes);
            var toFirst = random.NextDouble();
            sources[edge] = Math.Min(nodes - 1, first + (int)(toFirst * toFirst * count));
        }
        return NodeGraph.Of(nodes, sources, targets);
    }
}
