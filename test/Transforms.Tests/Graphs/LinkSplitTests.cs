using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

[TestClass]
public class LinkSplitTests
{
    private readonly MLContext _ml = new(1);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Parts_share_no_pair_and_pairs_without_edge_have_none(bool isDirected)
    {
        var random = new Random(5);
        Edge[] edges = [.. Enumerable.Range(0, 300).Select(_ => new Edge { Source = random.Next(40), Target = random.Next(40) })];
        var columns = new GraphEdgeColumns(_ml.Data.LoadFromEnumerable(edges)) { IsDirected = isDirected };
        var split = _ml.Data.RandomLinkSplit(Nodes(40), columns, validationFraction: 0.1, testFraction: 0.2, seed: 2);
        Edge[] trained = [.. _ml.Data.CreateEnumerable<Edge>(split.Training.Data, reuseRowObject: false)];
        Pair[] validated = Pairs(split.Validation), tested = Pairs(split.Test);
        Assert.AreEqual(isDirected, split.Training.IsDirected);

        static (int, int) Key(long a, long b) => ((int)Math.Min(a, b), (int)Math.Max(a, b));
        var all = edges.Where(edge => edge.Source != edge.Target).Select(edge => Key(edge.Source, edge.Target)).ToHashSet();
        Assert.AreEqual((int)(0.1 * all.Count), validated.Where(pair => pair.Label).Select(pair => Key(pair.Source, pair.Target))
            .Distinct().Count());
        Assert.AreEqual((int)(0.2 * all.Count), tested.Where(pair => pair.Label).Select(pair => Key(pair.Source, pair.Target)).Distinct()
            .Count());
        var seen = trained.Where(edge => edge.Source != edge.Target).Select(edge => Key(edge.Source, edge.Target)).ToHashSet();
        foreach (var part in (Pair[][])[validated, tested])
        {
            Assert.AreEqual(part.Count(pair => pair.Label), part.Count(pair => !pair.Label));
            foreach (var pair in part.Where(pair => pair.Label))
                Assert.IsTrue(all.Contains(Key(pair.Source, pair.Target)) && !seen.Contains(Key(pair.Source, pair.Target)));
            seen.UnionWith(part.Where(pair => pair.Label).Select(pair => Key(pair.Source, pair.Target)));
            foreach (var pair in part.Where(pair => !pair.Label))
                Assert.IsFalse(pair.Source == pair.Target || edges.Any(
                    edge => edge.Source == pair.Source && edge.Target == pair.Target || !isDirected && edge.Source == pair.Target
                    && edge.Target == pair.Source));
        }
        // loops are trained on, and nothing gets lost
        Assert.AreEqual(edges.Count(edge => edge.Source == edge.Target), trained.Count(edge => edge.Source == edge.Target));
        Assert.IsTrue(seen.SetEquals(all));
        Pair[] negatives = [.. validated.Concat(tested).Where(pair => !pair.Label)];
        Assert.HasCount(negatives.Length, negatives.Select(pair => isDirected ? ((int)pair.Source, (int)pair.Target)
            : Key(pair.Source, pair.Target)).Distinct().ToArray());
    }

    [TestMethod]
    public void The_seed_decides()
    {
        Edge[] edges = [.. Enumerable.Range(0, 60).Select(i => new Edge { Source = i, Target = (i * 7 + 1) % 61 })];
        Pair[] Test(int seed) => Pairs(_ml.Data.RandomLinkSplit(Nodes(61), new(_ml.Data.LoadFromEnumerable(edges)), seed: seed).Test);
        static string Text(Pair[] pairs) => string.Join(' ', pairs.Select(pair => $"{pair.Source}-{pair.Target}"));
        Assert.AreEqual(Text(Test(1)), Text(Test(1)));
        Assert.AreNotEqual(Text(Test(1)), Text(Test(2)));
    }

    [TestMethod]
    public void Too_few_edges_and_fractions_that_leave_none_are_named()
    {
        GraphEdgeColumns Columns(params Edge[] edges) => new(_ml.Data.LoadFromEnumerable(edges));
        var one = Columns(new Edge { Source = 0, Target = 1 });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.RandomLinkSplit(Nodes(3), one)).Message, "too few");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(
            () => _ml.Data.RandomLinkSplit(Nodes(3), one, validationFraction: 0.5, testFraction: 0.5)).Message, "below 1");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.Data.RandomLinkSplit(Nodes(3), Columns(new Edge { Source = 0, Target = 9 }))).Message, "9");
    }

    private IDataView Nodes(int count) => _ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(i => new Node { Features = [i] }));

    private Pair[] Pairs(IDataView view) => [.. _ml.Data.CreateEnumerable<Pair>(view, reuseRowObject: false)];

    private sealed class Node
    {
        [VectorType(1)]
        public float[] Features { get; set; } = [];
    }

    private sealed class Edge
    {
        public long Source { get; set; }

        public long Target { get; set; }
    }

    private sealed class Pair
    {
        public long Source { get; set; }

        public long Target { get; set; }

        public bool Label { get; set; }
    }
}
