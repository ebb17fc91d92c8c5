using System.Xml.Linq;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests.Graphs;

/// <summary>Clusters of nodes by edges, features and vectors, and pictures of them.</summary>
[TestClass]
public class ClusterTests
{
    private readonly MLContext _ml = new(1);

    // Every cluster is all of one ring.
    private static void AreRings(IEnumerable<uint> clusters)
    {
        var of = clusters.ToArray();
        Assert.HasCount(1, of[..TwoCliques.Size].Distinct().ToArray());
        Assert.HasCount(1, of[TwoCliques.Size..].Distinct().ToArray());
        Assert.AreNotEqual(of[0], of[^1]);
    }

    [TestMethod]
    public void Edges_alone_give_communities()
    {
        var nodes = TwoCliques.View(_ml);
        var found = _ml.Graphs().Louvain(nodes, TwoCliques.ById(_ml), "Id");
        AreRings(found.GetColumn<uint>("PredictedLabel"));
        // 57 edges: 28 in each clique and the bridge; degrees add up to 57 on both sides
        Assert.AreEqual(56.0 / 57 - 0.5, _ml.Graphs().Modularity(found, TwoCliques.ById(_ml), "Id"), 1e-9);
        Assert.AreEqual(0, _ml.Graphs().Modularity(_ml.Graphs().Louvain(nodes, TwoCliques.ById(_ml), "Id", resolution: 0.01),
            TwoCliques.ById(_ml), "Id"), 1e-9);
        // without edges each node is a community
        var alone = _ml.Graphs().Louvain(nodes, TwoCliques.ById(_ml, []), "Id");
        Assert.HasCount(16, alone.GetColumn<uint>("PredictedLabel").Distinct().ToArray());
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Graphs().Louvain(nodes, TwoCliques.ById(_ml), "Id", resolution: 0));
        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Graphs().Modularity(nodes, TwoCliques.ById(_ml), "Id", "Distance"));
        StringAssert.Contains(error.Message, "Column 'Distance' is Single; expected a key");
    }

    [TestMethod]
    public void A_known_graph_has_its_known_modularity()
    {
        if (SharedFolder.Data is not { } data || !File.Exists(Path.Combine(data, "karate", "edges.tsv")))
        {
            Assert.Inconclusive("No data set of the karate club.");
            return;
        }
        var ends = File.ReadLines(Path.Combine(data, "karate", "edges.tsv")).Select(line => line.Split('\t'))
            .Select(fields => (int.Parse(fields[0]), int.Parse(fields[1]))).ToArray();
        var first = ends.Min(edge => Math.Min(edge.Item1, edge.Item2));
        var nodes = _ml.Data.LoadFromEnumerable(Enumerable.Range(first, 34).Select(id => new Motifs.Node { Id = id }));
        var edges = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(ends.Select(edge => new Motifs.Edge
            { Source = edge.Item1, Target = edge.Item2 })));
        var best = Enumerable.Range(0, 5).Max(seed => _ml.Graphs().Modularity(_ml.Graphs().Louvain(nodes, edges, "Id", seed: seed), edges,
            "Id"));
        Assert.IsGreaterThan(0.4155, best);                                             // 0.4198 is the largest there is
        Assert.IsLessThan(0.41980, best);
    }

    [TestMethod]
    public void A_network_trained_for_modularity_finds_them_too()
    {
        var nodes = TwoCliques.View(_ml);
        var trainer = _ml.Graphs().NodeClustering(new()
        {
            Edges = TwoCliques.ById(_ml), NodeIdColumnName = "Id", Clusters = 2, Epochs = 200, Target = ExecutionTarget.Cpu(1),
        });
        using var model = trainer.Fit(nodes);
        var clustered = model.Transform(nodes);
        AreRings(clustered.GetColumn<uint>("PredictedLabel"));
        Assert.HasCount(2, clustered.GetColumn<float[]>("Score").First());
        Assert.IsGreaterThan(0.48, _ml.Graphs().Modularity(clustered, TwoCliques.ById(_ml), "Id"));
        Assert.IsLessThan(1e-4, model.Info.Verification!.LargestDifference);
        Assert.IsNotEmpty(model.Explain("n3", new() { Steps = 5 }).Edges);

        var error = Assert.ThrowsExactly<ArgumentException>(() =>
            _ml.Graphs().NodeClustering(TwoCliques.ById(_ml), clusters: 17, nodeIdColumnName: "Id").Fit(nodes));
        StringAssert.Contains(error.Message, "found 17 clusters for 16 nodes");
        var none = Assert.ThrowsExactly<InvalidDataException>(() =>
            _ml.Graphs().NodeClustering(TwoCliques.ById(_ml, []), clusters: 2, nodeIdColumnName: "Id").Fit(nodes));
        StringAssert.Contains(none.Message, "found no edges");
    }

    [TestMethod]
    public void The_loss_is_the_modularity_and_its_gradient()
    {
        var graph = SmallGraph.Typical;
        var edgeIndex = graph.EdgeIndex;
        FiniteDifferences.Check(values =>
        {
            var network = new NetworkBuilder(values[0].Graph, NetworkMode.Training, []);
            return ClusteringHead.Modularity(GraphEdges.Of(network, values[0].Graph.Constant(edgeIndex), graph.Nodes),
                Op.Softmax(values[0]));
        }, [FiniteDifferences.Random(ElementType.Double, 3, graph.Nodes, 3)]);
        // hard clusters of the two cliques: Louvain's own figure
        int[] sources = [.. TwoCliques.Edges().SelectMany(edge => (int[])[edge.SourceRow, edge.TargetRow])],
            targets = [.. TwoCliques.Edges().SelectMany(edge => (int[])[edge.TargetRow, edge.SourceRow])];
        var written = new Graph("test");
        var builder = new NetworkBuilder(written, NetworkMode.Training, []);
        var assigned = written.Constant(TensorData.Create([.. Enumerable.Range(0, 16).SelectMany(node =>
            node < 8 ? new[] { 1f, 0 } : [0, 1])], 16, 2));
        written.Output("q", ClusteringHead.Modularity(GraphEdges.Of(builder, written.Constant(TensorData.Create(
            [.. sources.Concat(targets).Select(node => (long)node)], 2, sources.Length)), 16), assigned));
        using var session = new OnnxSession(written);
        Assert.AreEqual(56.0 / 57 - 0.5, session.Run(new Dictionary<string, TensorData>())["q"].As<float>()[0], 1e-5);
    }

    [TestMethod]
    public void K_means_of_vectors_finds_them()
    {
        var nodes = TwoCliques.View(_ml);
        var pipeline = _ml.Graphs().DeepWalk(TwoCliques.ById(_ml), "Id", embeddingSize: 8, epochs: 20)
            .Append(_ml.Clustering.Trainers.KMeans("Embedding", numberOfClusters: 2));
        AreRings(pipeline.Fit(nodes).Transform(nodes).GetColumn<uint>("PredictedLabel"));
    }

    [TestMethod]
    [DataRow(GraphLayout.Force)]
    [DataRow(GraphLayout.Spectral)]
    public void What_a_model_predicts_is_drawn_in_one_call(GraphLayout layout)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("graph.svg");
        var found = _ml.Graphs().Louvain(TwoCliques.View(_ml), TwoCliques.ById(_ml), "Id");
        _ml.Graphs().Draw(found, TwoCliques.ById(_ml), path, new() { Layout = layout, NodeIdColumnName = "Id" });
        var circles = Elements(path, "circle");
        Assert.HasCount(16 + 2, circles);                                       // and the legend's
        Assert.HasCount(57, Elements(path, "line"));
        Assert.HasCount(2, circles.Select(circle => circle.Attribute("fill")!.Value).Distinct().ToArray());
        // neighbors are nearer than others
        (double X, double Y) At(int node) => ((double)circles[node].Attribute("cx")!, (double)circles[node].Attribute("cy")!);
        double Distance(int a, int b) => Math.Sqrt(Math.Pow(At(a).X - At(b).X, 2) + Math.Pow(At(a).Y - At(b).Y, 2));
        var inside = Enumerable.Range(1, 7).Average(node => Distance(0, node));
        var across = Enumerable.Range(8, 8).Average(node => Distance(0, node));
        Assert.IsLessThan(0.6 * across, inside);
        _ml.Graphs().Draw(found, TwoCliques.ById(_ml), path,
            new() { NodeIdColumnName = "Id", ColorColumnName = "Distance", Title = "a<b" });
        Assert.AreEqual("a<b", Elements(path, "text")[0].Value);
        var error = Assert.ThrowsExactly<ArgumentException>(() => _ml.Graphs().Draw(found, TwoCliques.ById(_ml), path,
            new() { NodeIdColumnName = "Id", ColorColumnName = "Features" }));
        StringAssert.Contains(error.Message, "Column 'Features' is");
    }

    [TestMethod]
    public void Missing_labels_are_grey_and_the_legend_says_so()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("graph.svg");
        var members = TwoCliques.Nodes();
        (members[2].Ring, members[5].Distance) = ("", float.NaN);
        foreach (var column in (string[])[nameof(Member.Ring), nameof(Member.Distance)])
        {
            _ml.Graphs().Draw(_ml.Data.LoadFromEnumerable(members), TwoCliques.ById(_ml), path,
                new() { NodeIdColumnName = "Id", ColorColumnName = column });
            var grey = Elements(path, "circle").Count(circle => circle.Attribute("fill")!.Value == "#bdbdbd");
            Assert.AreEqual(2, grey, $"{column}: the node, and the legend");
            Assert.AreEqual("missing", Elements(path, "text")[^1].Value);
        }
        _ml.Graphs().Draw(_ml.Data.LoadFromEnumerable(TwoCliques.Nodes()), TwoCliques.ById(_ml), path,
            new() { NodeIdColumnName = "Id", ColorColumnName = nameof(Member.Ring) });
        Assert.DoesNotContain(text => text.Value == "missing", Elements(path, "text"));
    }

    [TestMethod]
    public void A_hundred_thousand_nodes_are_refused_or_sampled()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("graph.svg");
        const int Count = 100_000;
        var nodes = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, Count).Select(id => new Motifs.Node { Id = id }));
        var edges = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(Enumerable.Range(1, Count - 1).Select(id =>
            new Motifs.Edge { Source = id, Target = id / 3 })));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => _ml.Graphs().Draw(nodes, edges, path));
        StringAssert.Contains(error.Message, "Found 100,000 nodes to draw; expected at most 10,000");
        Assert.IsFalse(File.Exists(path));
        _ml.Graphs().Draw(nodes, edges, path, new() { Sample = true, ColorColumnName = "Label" });
        Assert.HasCount(10_000 + 1, Elements(path, "circle"));                  // and the legend's, since no label is known
        StringAssert.Contains(Elements(path, "text")[0].Value, "(a sample of 10,000 of 100,000 nodes)");
        Assert.IsGreaterThan(9_000, Elements(path, "line").Length);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Graphs().Draw(nodes, edges, path, new() { MaximumNodes = 20_000 }));
    }

    private static XElement[] Elements(string path, string name) =>
        [.. XDocument.Load(path).Descendants().Where(element => element.Name.LocalName == name)];
}
