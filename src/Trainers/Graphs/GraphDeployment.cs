using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers;

/// <summary>
/// Deploys trained networks of nodes, graphs and links. Random graphs check that the deployed form agrees with the trained one, both with
/// plans computed inside it and with plans fed to it.
/// </summary>
internal static class GraphDeployment
{
    // A single node, no edges, isolated nodes, repeated edges and loops, a hub beyond the widest list; at most 3 pooled graphs.
    private static readonly (int Nodes, int Edges, int HubEdges, int Graphs)[] Cases =
        [(1, 0, 0, 1), (4, 0, 0, 3), (2, 1, 0, 1), (9, 20, 0, 3), (9, 20, 0, 1), (40, 90, 200, 3)];

    /// <summary>Writes a trained network, compares it and loads it.</summary>
    /// <param name="model">The network.</param>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="rows">What a row is.</param>
    /// <param name="task">What it predicts.</param>
    /// <param name="column">The column of features.</param>
    /// <param name="labels">The classes; null for none.</param>
    /// <param name="isDirected">Whether edges are directed; null where each row holds its own edges.</param>
    /// <param name="target">Where to score.</param>
    /// <exception cref="TensorMismatchException">The deployed network differs from the trained one.</exception>
    internal static GraphModel Deploy(
        GraphNetworkModel model, ParameterSet parameters, ModelRows rows, ModelTask task, string column, ModelLabels? labels,
        bool? isDirected, ExecutionTarget target)
    {
        var graph = Deployment.Write(parameters, "graph_model", model.Predict);
        // With metadata, as a file of ours: its axes tell what may be empty.
        var verification = Compare(model, parameters, OnnxFile.ToBytes(graph, new Dictionary<string, string>()));
        var info = model.Describe(rows, task, column, labels, isDirected, verification, graph);
        return new(new(DeployedFile.ToBytes(graph, info)), target);
    }

    private static ModelVerification Compare(GraphNetworkModel model, ParameterSet parameters, byte[] bytes)
    {
        using var portable = OnnxSession.Load(bytes);
        using var planned = OnnxSession.Load(PlanInputs.Cut(bytes));
        using var deployment = new Deployment(parameters, (model with { IsSparse = false }).Predict) { Units = model.Head.Units };
        var random = new Random(1);
        foreach (var (freely, edges, hubEdges, graphs) in Cases)
        {
            // Of each graph, or of the only one.
            var isOfEach = model.Pooling is not null && model.Network.HasNodesOfEachGraph;
            var nodes = model.Network.FixedNodes * (isOfEach ? graphs : 1) ?? freely;
            var inputs = Sample(model, nodes, edges, hubEdges, graphs, random, out var sources, out var targets);
            var given = new Dictionary<string, TensorData>(inputs);
            AddSides(model, inputs, given, model.Pooling is null ? nodes : Math.Min(nodes, graphs), random);
            TensorInputs For(OnnxSession session) =>
                Inputs(session, session == deployment.Reference ? inputs : given, sources, targets, nodes);
            deployment.Compare(For(deployment.Reference), portable.Run(For(portable)), planned.Run(For(planned)));
        }
        return deployment.Verification;
    }

    private static Dictionary<string, TensorData> Sample(GraphNetworkModel model, int nodes, int edges, int hubEdges, int graphs,
        Random random, out int[] sources, out int[] targets)
    {
        // The last of several nodes stays without edges.
        var linked = Math.Max(1, nodes - 1);
        sources = [.. Enumerable.Range(0, edges + hubEdges).Select(_ => random.Next(linked))];
        targets = [.. Enumerable.Range(0, edges + hubEdges).Select(i => i < edges ? random.Next(linked) : 0)];
        long count = sources.Length;
        var inputs = new Dictionary<string, TensorData>
        {
            [GraphNetworkModel.Features] = Random(random, nodes, model.FeatureCount, model.Scaling),
            ["edge_index"] = TensorData.Create(sources.Concat(targets).Select(node => (long)node).ToArray(), 2, count),
        };
        if (model.AllowsMissing)
            for (var i = 0; i < nodes * model.FeatureCount; i += 1 + random.Next(4))
                inputs[GraphNetworkModel.Features].As<float>()[i] = float.NaN;
        if (model.IsWeighted)
            inputs["edge_weight"] = TensorData.Create([.. Enumerable.Range(0, (int)count)
                .Select(_ => (random.NextSingle() + 0.1f) * model.WeightUnit)], count);
        if (model.EdgeFeatureCount > 0)
            inputs["edge_attr"] = Random(random, count, model.EdgeFeatureCount, model.EdgeScaling);
        if (model.Pooling is not null)
            inputs["graph_index"] = TensorData.Vector([.. Enumerable.Range(0, nodes).Select(node =>
                (long)(model.Network.HasNodesOfEachGraph ? node / model.Network.FixedNodes!.Value : Math.Min(node, graphs - 1)))]);
        if (model.RelationCount > 0)
            inputs["edge_type"] = TensorData.Create([.. Enumerable.Range(0, (int)count)
                .Select(_ => (long)random.Next(model.RelationCount))], count);
        if (model.Head is LinkHead links)
        {
            // a single node has no pairs
            var pairs = 3 * (nodes - 1);
            inputs["pair_index"] = TensorData.Create([.. Enumerable.Range(0, 2 * pairs).Select(_ => (long)random.Next(nodes))], 2, pairs);
            if (links.RelationCount > 0)
                inputs["pair_type"] = TensorData.Create([.. Enumerable.Range(0, pairs)
                    .Select(_ => (long)random.Next(links.RelationCount))], pairs);
        }
        return inputs;
    }

    // Series and tokens have up to 5 steps.
    private static void AddSides(GraphNetworkModel model, Dictionary<string, TensorData> trained, Dictionary<string, TensorData> given,
        int rows, Random random)
    {
        long[] lengths = [.. Enumerable.Range(0, rows).Select(row => row == 0 ? 5L : random.Next(1, 6))];
        SequenceInput.AddSamples(model.Sides, trained, given, lengths, random);
    }

    private static TensorData Random(Random random, long rows, long columns, FeatureScaling? scaling)
    {
        float[] values = [.. Enumerable.Range(0, (int)(rows * columns)).Select(_ => random.NextSingle() * 2 - 1)];
        scaling?.Undo(values);
        return TensorData.Create(values, rows, columns);
    }

    private static TensorInputs Inputs(OnnxSession session, Dictionary<string, TensorData> inputs, int[] sources, int[] targets, int nodes)
    {
        var names = session.Inputs.Select(input => input.Name).ToHashSet();
        var run = new TensorInputs();
        foreach (var (name, tensor) in inputs.Where(input => names.Contains(input.Key)))
            run[name] = tensor;
        var plan = new EdgePlan(names.Contains);
        plan.Build(sources, targets, nodes, nodes);
        plan.FeedTo(run);
        if (inputs.TryGetValue("graph_index", out var index))
        {
            int[] graphs = [.. index.As<long>().Select(graph => (int)graph)];
            var membership = new EdgePlan(names.Contains, "graphs");
            membership.Build(Enumerable.Range(0, nodes).ToArray(), graphs, nodes, graphs[^1] + 1);
            membership.FeedTo(run);
        }
        if (inputs.TryGetValue("pair_index", out var pair))
        {
            int[] ends = [.. pair.As<long>().Select(node => (int)node)];
            var pairs = new EdgePlan(names.Contains, LinkHead.Pairs);
            pairs.Build(ends.AsMemory(0, ends.Length / 2), ends.AsMemory(ends.Length / 2), nodes, nodes);
            pairs.FeedTo(run);
        }
        return run;
    }
}
