using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.Graphs;

[TestClass]
public class LinkSplitTests
{
    private readonly MLContext _ml = new(1);

    private sealed class TypedEdge
    {
        public string Source { get; set; } = "";

        public string Target { get; set; } = "";

        [KeyType(3)]
        public uint Relation { get; set; }

        public bool Label { get; set; }
    }

    [TestMethod]
    public void Relations_stay_what_they_were()
    {
        var random = new Random(5);
        TypedEdge[] edges = [.. Enumerable.Range(0, 200).Select(i => new TypedEdge
        {
            Source = $"n{random.Next(20)}", Target = $"n{20 + random.Next(20)}", Relation = (uint)(i % 3),
        })];
        var nodes = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 40).Select(i => new { Id = $"n{i}" }).ToArray());
        var split = _ml.Data.RandomLinkSplit(nodes, new(_ml.Data.LoadFromEnumerable(edges)) { RelationColumnName = "Relation" }, "Id", 0.1,
            0.2, seed: 2);
        uint[] Keys(IDataView view) => [.. view.GetColumn<uint>("Relation")];
        string[] Names(IDataView view, string column) => [.. view.GetColumn<string>(column)];
        Assert.IsFalse(Keys(split.Training.Data).Concat(Keys(split.Validation)).Concat(Keys(split.Test)).Contains(0u), "missing");
        var all = _ml.Data.LoadFromEnumerable(edges);
        var expected = Names(all, "Source").Zip(Names(all, "Target"), Keys(all)).ToHashSet();
        foreach (var part in (IDataView[])[split.Validation, split.Test])
            foreach (var (pair, isEdge) in Names(part, "Source").Zip(Names(part, "Target"), Keys(part))
                .Zip(part.GetColumn<bool>("Label")).Select(row => (row.First, row.Second)))
                Assert.AreEqual(isEdge, expected.Contains(pair) || expected.Contains((pair.Second, pair.First, pair.Third)), $"{pair}");
    }

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

    [TestMethod]
    public void Too_few_pairs_without_edge_are_counted()
    {
        // 10 pairs of 5 nodes, all but two linked: of 8, half is held out.
        Edge[] edges = [.. from a in Enumerable.Range(0, 5) from b in Enumerable.Range(a + 1, 4 - a)
            where (a, b) is not ((0, 1) or (2, 3)) select new Edge { Source = a, Target = b }];
        GraphEdgeColumns Columns(bool isDirected) => new(_ml.Data.LoadFromEnumerable(edges)) { IsDirected = isDirected };
        var error = Assert.ThrowsExactly<InvalidDataException>(
            () => _ml.Data.RandomLinkSplit(Nodes(5), Columns(false), validationFraction: 0.25, testFraction: 0.25));
        StringAssert.Contains(error.Message, "4 pairs of nodes without an edge are needed");
        StringAssert.Contains(error.Message, "there are only 2");
        // one way round each is free
        Assert.HasCount(4, Pairs(_ml.Data.RandomLinkSplit(Nodes(5), Columns(true), validationFraction: 0.25, testFraction: 0.25).Test));
        Assert.HasCount(2, Pairs(_ml.Data.RandomLinkSplit(Nodes(5), Columns(false), validationFraction: 0.13, testFraction: 0.13).Test));
    }

    [TestMethod]
    public void Rows_that_are_no_edge_are_held_out_never()
    {
        Edge[] edges = [.. Enumerable.Range(0, 40).Select(i => new Edge { Source = i, Target = (i * 7 + 1) % 41,
            Weight = i % 4 == 0 ? float.NaN : 1 }), new() { Source = 1, Target = 99 }];
        GraphEdgeColumns Columns(BadRows badRows) =>
            new(_ml.Data.LoadFromEnumerable(edges)) { WeightColumnName = nameof(Edge.Weight), BadRows = badRows };
        Assert.ThrowsExactly<InvalidDataException>(() => _ml.Data.RandomLinkSplit(Nodes(41), Columns(BadRows.Error)));
        var split = _ml.Data.RandomLinkSplit(Nodes(41), Columns(BadRows.Skip), validationFraction: 0.2, testFraction: 0.2);
        var good = edges.Where(edge => edge.Weight == 1 && edge.Target < 41).Select(edge => (edge.Source, edge.Target)).ToHashSet();
        Pair[] held = [.. Pairs(split.Validation).Concat(Pairs(split.Test)).Where(pair => pair.Label)];
        Assert.IsTrue(held.All(pair => good.Contains((pair.Source, pair.Target))));
        Edge[] trained = [.. _ml.Data.CreateEnumerable<Edge>(split.Training.Data, reuseRowObject: false)];
        Assert.HasCount(11, trained.Where(edge => edge.Weight != 1 || edge.Target == 99).ToArray());
        Assert.IsFalse(held.Any(pair => trained.Any(edge => edge.Weight == 1 && (edge.Source, edge.Target) == (pair.Source, pair.Target))));
        Assert.HasCount(edges.Length - held.Length, trained);
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

        public float Weight { get; set; } = 1;
    }

    private sealed class Pair
    {
        public long Source { get; set; }

        public long Target { get; set; }

        public bool Label { get; set; }
    }
}
