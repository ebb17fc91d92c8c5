namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Positional features against values worked out by hand, and what must hold of any graph.</summary>
[TestClass]
public class PositionalFeaturesTests
{
    internal static readonly PositionalFeatureOptions All = new() { LaplacianEigenvectors = 3, RandomWalkSteps = 4, ClosedWalkLength = 4,
        LogClosedWalks = false, LogDegree = true, OneHotDegreeMaximum = 2 };

    private static SimpleGraph Graph(int nodes, params (int From, int To)[] edges) =>
        SimpleGraph.Of(nodes, [.. edges.Select(edge => edge.From)], [.. edges.Select(edge => edge.To)]);

    private static SimpleGraph Path(int nodes) => Graph(nodes, [.. Enumerable.Range(1, nodes - 1).Select(node => (node - 1, node))]);

    private static SimpleGraph Cycle(int nodes) => Graph(nodes, [.. Enumerable.Range(0, nodes).Select(node => (node, (node + 1) % nodes))]);

    private static SimpleGraph Star(int nodes) => Graph(nodes, [.. Enumerable.Range(1, nodes - 1).Select(node => (0, node))]);

    private static SimpleGraph Complete(int nodes) => Graph(
        nodes, [.. Enumerable.Range(0, nodes).SelectMany(a => Enumerable.Range(0, a).Select(b => (a, b)))]);

    private static FeatureTable Eigenvectors(SimpleGraph graph, int count, int denseLimit = LaplacianEigenvectors.DenseLimit)
    {
        var table = new FeatureTable(graph.NodeCount, count);
        LaplacianEigenvectors.Write(graph, count, table, 0, denseLimit);
        return table;
    }

    private static double[] Column(FeatureTable table, int nodes, int column) =>
        [.. Enumerable.Range(0, nodes).Select(node => (double)table[node, column])];

    // The eigenvalue of a vector of length 1 that is an eigenvector.
    private static double Eigenvalue(SimpleGraph graph, double[] vector)
    {
        var image = new double[vector.Length];
        graph.Multiply(graph.InverseRootDegrees(), vector, image);
        Assert.AreEqual(1, vector.Sum(value => value * value), 1e-5);
        var eigenvalue = 1 - vector.Zip(image, (a, b) => a * b).Sum();
        for (var i = 0; i < vector.Length; i++)
            Assert.AreEqual(eigenvalue * vector[i], vector[i] - image[i], 1e-5);
        return eigenvalue;
    }

    private static void AreNear(IEnumerable<double> expected, IEnumerable<double> actual, double tolerance = 1e-5)
    {
        Assert.AreEqual(expected.Count(), actual.Count());
        foreach (var (a, b) in expected.Zip(actual))
            Assert.AreEqual(a, b, tolerance);
    }

    [TestMethod]
    public void Of_a_path_of_3_they_are_as_by_hand()
    {
        // Eigenvalues 0, 1, 2: (1, √2, 1) / 2, (1, 0, -1) / √2, ±(1, -√2, 1) / 2.
        var found = Eigenvectors(Path(3), 3);
        AreNear([Math.Sqrt(0.5), 0, -Math.Sqrt(0.5)], Column(found, 3, 0));
        AreNear([-0.5, Math.Sqrt(0.5), -0.5], Column(found, 3, 1));
        AreNear([0, 0, 0], Column(found, 3, 2));
    }

    [TestMethod]
    [DataRow(3)]
    [DataRow(7)]
    [DataRow(40)]
    public void Of_paths_the_eigenvalues_are_known(int nodes)
    {
        // 1 - cos(π k / (n - 1)).
        var count = Math.Min(5, nodes - 1);
        var found = Eigenvectors(Path(nodes), count);
        AreNear(Enumerable.Range(1, count).Select(k => 1 - Math.Cos(Math.PI * k / (nodes - 1))),
            Enumerable.Range(0, count).Select(k => Eigenvalue(Path(nodes), Column(found, nodes, k))));
    }

    [TestMethod]
    public void Of_cycles_stars_and_complete_graphs_the_eigenvalues_are_known()
    {
        void Are(SimpleGraph graph, params double[] expected)
        {
            var found = Eigenvectors(graph, expected.Length);
            AreNear(expected, Enumerable.Range(0, expected.Length).Select(k => Eigenvalue(graph, Column(found, graph.NodeCount, k))));
        }

        double Ring(int k) => 1 - Math.Cos(2 * Math.PI * k / 6);
        Are(Cycle(6), Ring(1), Ring(1), Ring(2), Ring(2), 2);
        Are(Star(5), 1, 1, 1, 2);
        Are(Complete(4), 4 / 3.0, 4 / 3.0, 4 / 3.0);
    }

    [TestMethod]
    [DataRow(40, 4)]
    [DataRow(150, 6)]
    public void Iterated_ones_are_the_same(int nodes, int count)
    {
        var random = new Random(nodes);
        var graph = Graph(nodes, [.. Enumerable.Range(1, nodes - 1).Select(node => (random.Next(Math.Max(0, node - 5), node), node)),
            .. Enumerable.Range(0, nodes).Select(_ => (random.Next(nodes), random.Next(nodes)))]);
        FeatureTable dense = Eigenvectors(graph, count), iterated = Eigenvectors(graph, count, denseLimit: 0);
        for (var k = 0; k < count; k++)
            AreNear(Column(dense, nodes, k), Column(iterated, nodes, k));
    }

    [TestMethod]
    public void Large_graphs_are_iterated_also_with_repeated_eigenvalues()
    {
        AreNear([1, 1, 1], Enumerable.Range(0, 3).Select(k => Eigenvalue(Star(600), Column(Eigenvectors(Star(600), 3), 600, k))));
        double Ring(int k) => 1 - Math.Cos(2 * Math.PI * k / 500);
        var found = Eigenvectors(Cycle(500), 3);
        AreNear([Ring(1), Ring(1), Ring(2)], Enumerable.Range(0, 3).Select(k => Eigenvalue(Cycle(500), Column(found, 500, k))), 1e-6);
    }

    [TestMethod]
    public void The_sum_of_third_powers_is_positive()
    {
        var random = new Random(2);
        var graph = Graph(20, [.. Enumerable.Range(1, 19).Select(node => (random.Next(node), node))]);
        var found = Eigenvectors(graph, 5);
        for (var k = 0; k < 5; k++)
            Assert.IsGreaterThan(-1e-6, Column(found, 20, k).Sum(value => value * value * value));
    }

    [TestMethod]
    public void Components_are_graphs_of_their_own()
    {
        var both = Graph(6, (0, 2), (2, 4), (1, 5));
        FeatureTable path = Eigenvectors(Path(3), 2), found = Eigenvectors(both, 2);
        for (var k = 0; k < 2; k++)
            AreNear(Column(path, 3, k), ((int[])[0, 2, 4]).Select(node => (double)found[node, k]));
        AreNear([Math.Sqrt(0.5), 0, 0, 0, -Math.Sqrt(0.5), 0],
            [found[1, 0], found[1, 1], found[3, 0], found[3, 1], found[5, 0], found[5, 1]]);
    }

    [TestMethod]
    public void Walks_are_counted()
    {
        var options = new PositionalFeatureOptions { RandomWalkSteps = 4, ClosedWalkLength = 5, LogClosedWalks = false };
        // A triangle: (2^k + 2 (-1)^k) / 3 closed walks, each as likely as 2^-k.
        double[] walks = [0, 2, 2, 6, 10];
        AreNear([.. walks[..4].Select((count, i) => count / Math.Pow(2, i + 1)), .. walks],
            PositionalFeatures.Of(Cycle(3), options).Row(1).ToArray().Select(value => (double)value));
        // A star of 4: from the middle always back after two steps, from a leaf to one of 3.
        var star = PositionalFeatures.Of(Star(4), options);
        AreNear([0, 1, 0, 1, 0, 3, 0, 9, 0], star.Row(0).ToArray().Select(value => (double)value));
        AreNear([0, 1 / 3.0, 0, 1 / 3.0, 0, 1, 0, 3, 0], star.Row(3).ToArray().Select(value => (double)value));
        // Complete of 4: the eigenvalues of A are 3, -1, -1, -1.
        AreNear([0, 3, 6, 21, 60], PositionalFeatures.Of(Complete(4), options).Row(2)[4..].ToArray().Select(value => (double)value));
        AreNear([Math.Log(4), Math.Log(7)], PositionalFeatures.Of(Complete(4), options with { LogClosedWalks = true }).Row(2)[5..7]
            .ToArray().Select(value => (double)value));
    }

    [TestMethod]
    public void Directions_loops_and_repeats_do_not_count()
    {
        var plain = PositionalFeatures.Of(Path(3), All);
        var other = PositionalFeatures.Of(Graph(3, (1, 0), (0, 1), (1, 2), (1, 2), (2, 2)), All);
        for (var node = 0; node < 3; node++)
            CollectionAssert.AreEqual(plain.Row(node).ToArray(), other.Row(node).ToArray());
    }

    [TestMethod]
    public void Degrees_are_written()
    {
        var options = new PositionalFeatureOptions { LogDegree = true, OneHotDegreeMaximum = 2 };
        var found = PositionalFeatures.Of(Graph(5, (0, 1), (0, 2), (0, 3)), options);
        CollectionAssert.AreEqual(new[] { MathF.Log(4), 0, 0, 1 }, found.Row(0).ToArray());
        CollectionAssert.AreEqual(new[] { MathF.Log(2), 0, 1, 0 }, found.Row(1).ToArray());
        CollectionAssert.AreEqual(new float[] { 0, 1, 0, 0 }, found.Row(4).ToArray());
    }

    [TestMethod]
    public void Nodes_without_edges_have_features()
    {
        foreach (var nodes in (int[])[1, 3])
        {
            var found = PositionalFeatures.Of(Graph(nodes), All);
            for (var node = 0; node < nodes; node++)
                CollectionAssert.AreEqual(new float[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0 }, found.Row(node).ToArray());
        }
    }

    [TestMethod]
    public void A_new_numbering_renumbers_the_features()
    {
        var random = new Random(4);
        const int Nodes = 30;
        (int From, int To)[] edges = [.. Enumerable.Range(1, Nodes - 1).Select(node => (random.Next(node), node)),
            .. Enumerable.Range(0, 15).Select(_ => (random.Next(Nodes), random.Next(Nodes)))];
        var order = Enumerable.Range(0, Nodes).ToArray();
        random.Shuffle(order);
        FeatureTable found = PositionalFeatures.Of(Graph(Nodes, edges), All),
            renumbered = PositionalFeatures.Of(Graph(Nodes, [.. edges.Select(edge => (order[edge.From], order[edge.To]))]), All);
        for (var node = 0; node < Nodes; node++)
            AreNear(found.Row(node).ToArray().Select(value => (double)value),
                renumbered.Row(order[node]).ToArray().Select(value => (double)value), 1e-4);
    }

    [TestMethod]
    public void Numbers_too_large_are_said()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => PositionalFeatures.Of(Complete(50), new() { ClosedWalkLength = 24, LogClosedWalks = false }));
        StringAssert.Contains(error.Message, nameof(PositionalFeatureOptions.LogClosedWalks));
    }
}
