using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Poolings that make smaller graphs, on a batch of four nodes with edges, a single node, and two nodes without edges.</summary>
[TestClass]
public class CoarseningTests
{
    private const int Features = 3;

    private static readonly int[] Membership = [0, 0, 0, 0, 1, 2, 2];
    private static readonly int[] From = [0, 1, 1, 2, 2, 3, 0, 2], To = [1, 0, 2, 1, 3, 2, 2, 0];

    private sealed record Written(NetworkBuilder Network, GraphEdges Graphs, GraphEdges Edges, Value X);

    private static readonly Dictionary<string, Func<Written, Value>> Layers = new()
    {
        ["diff pool"] = g => Summed(Clustered(g, 2), g),
        ["diff pool, more clusters than nodes"] = g => Summed(Clustered(g, 6), g),
        ["diff pool, two levels"] = g =>
        {
            var first = Clustered(g, 3);
            var h = Op.Tanh(g.Network.DenseSage(first.Adjacency, first.Nodes, 4));
            return Summed(g.Network.DiffPool(first.Adjacency, h, g.Network.DenseSage(first.Adjacency, h, 2, name: "next")), g);
        },
        ["top k"] = g => Read(g, g.Network.TopKPool(g.Graphs, g.Edges, g.X)),
        ["top k, more than there are"] = g => Read(g, g.Network.TopKPool(g.Graphs, g.Edges, g.X, new() { Count = 9 })),
        ["top k, by neighbors"] = g => Read(g, g.Network.TopKPool(g.Graphs, g.Edges, g.X, new() { ByNeighbors = true })),
        ["top k, twice"] = g =>
        {
            var first = g.Network.TopKPool(g.Graphs, g.Edges, g.X, new() { Ratio = 0.7 });
            var h = first.Kept * Op.Tanh(g.Network.Gin(first.Edges, first.Nodes, 4));
            return Read(g, g.Network.TopKPool(g.Graphs, first.Edges, h, new() { Count = 2, ByNeighbors = true }, first.Kept));
        },
    };

    public static IEnumerable<object[]> Cases => Layers.Keys.Select(name => new object[] { name });

    private static ClusteredGraphs Clustered(Written g, int clusters) =>
        g.Network.DiffPool(g.Graphs, g.Edges, g.Network.Gin(g.Edges, g.X, 4), g.Network.Gin(g.Edges, g.X, clusters));

    // Everything there is counts; losses are those of the whole batch, and so left out where graphs are compared with each alone.
    private static Value Summed(ClusteredGraphs pooled, Written g)
    {
        var mean = Op.ReduceMean(Op.Tanh(pooled.Nodes), [1], keepDims: false)
            + Op.ReduceMean(Op.ReduceMean(pooled.Adjacency, [2], keepDims: false), [1]);                     // [graphs, features]
        return g.X.Type == ElementType.Double ? mean + pooled.LinkLoss + pooled.EntropyLoss : mean;
    }

    private static Value Read(Written g, KeptNodes kept) => g.Graphs.Sum(kept.Kept * g.Network.Gin(kept.Edges, kept.Nodes, 2,
        name: "read"));

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradients(string name)
    {
        var parameters = Parameters(Layers[name]);
        TensorData[] at = [FiniteDifferences.Random(ElementType.Double, 1, Membership.Length, Features),
            .. parameters.All.Select(parameter =>
            TensorData.Create(Array.ConvertAll(parameter.Value.As<float>(), element => (double)element), [.. parameter.Value.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var graph = values[0].Graph;
            var weights = parameters.All.Zip(values.Skip(1), (parameter, value) => (parameter.Name, value)).ToDictionary();
            var network = new NetworkBuilder(graph, NetworkMode.Training, weights);
            GraphEdges Edges(IEnumerable<int> from, IEnumerable<int> to, string of) => GraphEdges.Of(network,
                graph.Constant(TensorData.Create(
                [.. from.Concat(to).Select(node => (long)node)], 2, from.Count())), Membership.Length, name: of);
            // Graphs stand in as the first of the nodes; those after the third are graphs without nodes.
            return Layers[name](new(network, Edges(Enumerable.Range(0, Membership.Length), Membership, "graphs"), Edges(From, To, "edges"),
                values[0]));
        }, at);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Deployed_is_trained_and_packed_is_alone_in_any_order(string name)
    {
        var parameters = Parameters(Layers[name]);
        var x = FiniteDifferences.Random(ElementType.Float, 1, Membership.Length, Features).As<float>();
        var trained = Run(Layers[name], parameters, x, Membership, From, To, NetworkMode.Evaluation);
        AreClose(trained, Run(Layers[name], parameters, x, Membership, From, To, NetworkMode.Deployment), "deployed");
        var width = trained.Length / 3;
        int[] order = [2, 0, 3, 1], edges = [5, 2, 7, 0, 1, 6, 3, 4];
        AreClose(trained[..width], Run(Layers[name], parameters, Rows(x, order),
            new int[4], [.. edges.Select(edge => Array.IndexOf(order, From[edge]))], [.. edges.Select(edge => Array.IndexOf(order,
                To[edge]))],
            NetworkMode.Deployment), "first graph, reordered");
        AreClose(trained[width..(2 * width)], Run(Layers[name], parameters, Rows(x, [4]), [0], [], [], NetworkMode.Deployment),
            "single node");
        AreClose(trained[(2 * width)..], Run(Layers[name], parameters, Rows(x, [6, 5]), [0, 0], [], [], NetworkMode.Deployment),
            "no edges");
    }

    // X' = Sᵀ Z, A' = Sᵀ A S and the losses, as matrices of all pairs give them.
    [TestMethod]
    public void Clusters_are_those_of_dense_matrices()
    {
        const int Nodes = 4, Clusters = 2;
        double[,] scores = { { 1, -1 }, { 0.5, 0 }, { -2, 0.3 }, { 0.1, 0.2 } }, z = { { 1, 2 }, { -1, 0.5 }, { 3, 0 }, { 0, -2 } };
        var s = new double[Nodes, Clusters];
        var a = new double[Nodes, Nodes];
        for (var i = 0; i < Nodes; i++)
            for (var c = 0; c < Clusters; c++)
                s[i, c] = Math.Exp(scores[i, c]) / (Math.Exp(scores[i, 0]) + Math.Exp(scores[i, 1]));
        for (var edge = 0; edge < From.Length; edge++)
            a[To[edge], From[edge]] = 1;
        double squares = 0, entropy = 0;
        double[] nodes = new double[4], links = new double[4];
        for (var i = 0; i < Nodes; i++)
        {
            entropy -= (s[i, 0] * Math.Log(s[i, 0]) + s[i, 1] * Math.Log(s[i, 1])) / Nodes;
            for (var c = 0; c < Clusters; c++)
                for (var f = 0; f < 2; f++)
                    nodes[c * 2 + f] += s[i, c] * z[i, f];
            for (var j = 0; j < Nodes; j++)
            {
                squares += Math.Pow(a[i, j] - s[i, 0] * s[j, 0] - s[i, 1] * s[j, 1], 2);
                for (var c = 0; c < Clusters; c++)
                    for (var d = 0; d < Clusters; d++)
                        links[c * 2 + d] += s[i, c] * a[i, j] * s[j, d];
            }
        }
        var at = z.Cast<double>().Concat(scores.Cast<double>()).Select(value => (float)value).ToArray();
        float[] x = [.. Enumerable.Range(0, Nodes).SelectMany(i => (float[])[at[2 * i], at[2 * i + 1], at[8 + 2 * i], at[9 + 2 * i]])];
        var result = Run(g =>
        {
            var halves = Op.Split(g.X, 1, 2, 2);
            var pooled = g.Network.DiffPool(g.Graphs, g.Edges, halves[0], halves[1]);
            var nodes = Op.Reshape(pooled.Nodes, [pooled.Nodes.Shape[0], 4]);
            var none = Op.ReduceSum(nodes, [1]) * 0.0;                                                          // [graphs, 1]
            return Op.Concat(1, nodes, Op.Reshape(pooled.Adjacency, [pooled.Nodes.Shape[0], 4]), none + pooled.LinkLoss,
                none + pooled.EntropyLoss);
        }, new(), x, new int[4], From, To, NetworkMode.Deployment, 4);
        AreClose([.. nodes.Concat(links).Append(Math.Sqrt(squares + 1e-6) / 16).Append(entropy).Select(value => (float)value)], result,
            "pooled");
    }

    [TestMethod]
    public void The_best_nodes_stay_and_ties_with_them()
    {
        // Scores are the first feature: a projection of length 2 counts as one of length 1.
        var parameters = new ParameterSet();
        parameters.Add(new("top_k_pool/projection", TensorData.Create([2f, 0, 0], 3, 1), false, true, 1));
        float[] x = [0.5f, 1, 1, 3, 1, 1, -1, 1, 1, 0.5f, 1, 1, /**/ -7, 1, 1, /**/ 2, 1, 1, 1, 1, 1];
        float[] Kept(TopKPoolOptions options) => Run(g => g.Network.TopKPool(g.Graphs, g.Edges, g.X, options).Kept, parameters, x,
            Membership,
            From, To, NetworkMode.Deployment);
        CollectionAssert.AreEqual(new float[] { 1, 1, 0, 1, /**/ 1, /**/ 1, 0 }, Kept(new() { Ratio = 0.5 }),
            "half of 4 and those that tie");
        CollectionAssert.AreEqual(new float[] { 0, 1, 0, 0, /**/ 1, /**/ 1, 0 }, Kept(new() { Ratio = 0.25 }), "a quarter, at least 1");
        CollectionAssert.AreEqual(new float[] { 1, 1, 1, 1, /**/ 1, /**/ 1, 1 }, Kept(new() { Count = 4 }), "as many as there are");
        var rows = Run(g => g.Network.TopKPool(g.Graphs, g.Edges, g.X, new() { Ratio = 0.25 }).Nodes, parameters, x, Membership, From, To,
            NetworkMode.Deployment);
        AreClose([0, 0, 0, 3 / (1 + MathF.Exp(-3)), 1 / (1 + MathF.Exp(-3)), 1 / (1 + MathF.Exp(-3)), 0, 0, 0], rows[..9],
            "times the gate");
        var weights = Run(g => g.Network.TopKPool(g.Graphs, g.Edges, g.X, new() { Ratio = 0.5 }).Edges.Weights!, parameters, x,
            Membership, From,
            To, NetworkMode.Deployment);
        CollectionAssert.AreEqual(new float[] { 1, 1, 0, 0, 0, 0, 0, 0 }, weights, "edges between nodes that stay");
    }

    [TestMethod]
    [DataRow(0.0)]
    [DataRow(1.5)]
    [DataRow(double.NaN)]
    public void A_ratio_is_a_share(double ratio)
    {
        var error = Assert.ThrowsExactly<GraphException>(() => Parameters(g => g.Network.TopKPool(g.Graphs, g.Edges, g.X,
            new() { Ratio = ratio }).Nodes));
        Assert.Contains("above 0 and at most 1", error.Message);
    }

    private static float[] Rows(float[] x, int[] nodes) => [.. nodes.SelectMany(node => x.Skip(node * Features).Take(Features))];

    private static ParameterSet Parameters(Func<Written, Value> layer)
    {
        var parameters = new ParameterSet();
        Write(layer, new(parameters, NetworkMode.Evaluation), Features);
        var seed = 10;
        foreach (var parameter in parameters.All)
            FiniteDifferences.Random(ElementType.Float, seed++,
                [.. parameter.Value.Sizes]).As<float>().CopyTo(parameter.Value.As<float>(), 0);
        return parameters;
    }

    private static NetworkBuilder Write(Func<Written, Value> layer, NetworkBuilder network, int features)
    {
        var x = network.Input("x", ElementType.Float, ["nodes", features]);
        network.Graph.Output("y", layer(new(network, GraphEdges.Membership(network, "nodes", "graphs"), GraphEdges.Input(network,
            "nodes"), x)));
        return network;
    }

    private static float[] Run(Func<Written, Value> layer, ParameterSet parameters, float[] x, int[] membership, int[] from, int[] to,
        NetworkMode mode, int features = Features)
    {
        var network = Write(layer, new(parameters, mode), features);
        var feed = new TensorInputs { ["x"] = TensorData.Create(x, [x.Length / features, features]) };
        if (mode == NetworkMode.Deployment)
        {
            feed["graph_index"] = TensorData.Vector(Array.ConvertAll(membership, graph => (long)graph));
            feed["edge_index"] = TensorData.Create([.. from.Concat(to).Select(node => (long)node)], 2, from.Length);
        }
        else
        {
            foreach (var parameter in parameters.All)
                feed[parameter.Name] = parameter.Value;
            Feed(network, feed, "graphs", [.. Enumerable.Range(0, membership.Length)], membership, membership.Max() + 1);
            Feed(network, feed, "edges", from, to, membership.Length);
        }
        DeadCode.Remove(network.Graph);
        using var session = new OnnxSession(network.Graph, ExecutionTarget.Cpu(1));
        return session.Run(feed.Where(entry => network.Graph.Inputs.Any(input => input.Name == entry.Key)).ToDictionary())["y"].As<float>();
    }

    private static void Feed(NetworkBuilder network, TensorInputs feed, string name, int[] from, int[] to, int targets)
    {
        var plan = new EdgePlan(input => network.PlanInputs.Exists(known => known.Name == input), name);
        plan.Build(from, to, Membership.Length, targets);
        plan.FeedTo(feed);
    }

    private static void AreClose(float[] expected, float[] actual, string what)
    {
        Assert.HasCount(expected.Length, actual, what);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], actual[i], 1e-5f * Math.Max(1, Math.Abs(expected[i])), $"{what}: element {i}");
    }
}
