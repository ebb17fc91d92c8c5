namespace MLSeqGraph.Onnx.Tests.Kernels;

/// <summary>Maxima, softmax and scaled sums by lists against plain loops.</summary>
[TestClass]
public class ListKernelTests
{
    private const int Lists = 300;

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    [DataRow(21)]
    [DataRow(64)]
    public void Maxima(int width)
    {
        var lists = GatherSumCase.Random(Lists, rows: 90, width, longest: 500);
        var y = Run(lists, lists.X, (x, compressed) => GatherMax.Of(x, compressed, ListEntries.Ends));
        for (var list = 0; list < Lists; list++)
            for (var j = 0; j < width; j++)
                Assert.AreEqual(Entries(lists, list).Select(k => lists.X.As<float>()[lists.Columns[k] * width + j]).DefaultIfEmpty(0).Max(),
                    y[list * width + j]);
    }

    [TestMethod]
    public void A_maximum_of_nan_is_nan()
    {
        var x = TensorData.Create([1f, float.NaN, float.NegativeInfinity], 3, 1);
        var lists = new GatherSumCase(3, 1, [0, 2, 4, 5], [0, 1, 1, 0, 2]);
        CollectionAssert.AreEqual(new[] { float.NaN, float.NaN, float.NegativeInfinity },
            Run(lists, x, (rows, compressed) => GatherMax.Of(rows, compressed, ListEntries.Ends)));
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(3)]
    [DataRow(8)]
    [DataRow(21)]
    public void Softmax(int heads)
    {
        var lists = Permuted(GatherSumCase.Random(Lists, rows: 1, heads, longest: 500));
        var scores = FiniteDifferences.Random(ElementType.Float, 5, lists.Columns.Length, heads);
        for (var i = 0; i < scores.Count; i++)
            scores.As<float>()[i] *= 60; // from nothing to almost 1
        var y = Run(lists, scores, (x, compressed) => ListSoftmax.Of(x, compressed));
        for (var list = 0; list < Lists; list++)
            for (var j = 0; j < heads; j++)
            {
                double Score(int k) => scores.As<float>()[lists.Columns[k] * heads + j];
                var total = Entries(lists, list).Sum(k => Math.Exp(Score(k)));
                foreach (var k in Entries(lists, list))
                    Assert.AreEqual(Math.Exp(Score(k)) / total, y[lists.Columns[k] * heads + j], 2e-6);
            }
    }

    [TestMethod]
    public void Softmax_passes_nan_and_takes_what_is_infinitely_low()
    {
        var lists = new GatherSumCase(5, 1, [0, 2, 4, 5], [0, 1, 2, 3, 4]);
        var x = TensorData.Create([1f, float.NaN, 0f, float.NegativeInfinity, -3e38f], 5, 1);
        CollectionAssert.AreEqual(new[] { float.NaN, float.NaN, 1f, 0f, 1f }, Run(lists, x, (rows, lists) => ListSoftmax.Of(rows, lists)));
    }

    [TestMethod]
    public void Softmax_refuses_lists_that_are_not_of_its_rows()
    {
        var lists = new GatherSumCase(3, 1, [0, 2], [0, 1]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            Run(lists, lists.X, (x, compressed) => ListSoftmax.Of(x, compressed))).Message, "expected 2 rows");
        var outside = new GatherSumCase(2, 1, [0, 2], [0, 2]);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() =>
            Run(outside, outside.X, (x, compressed) => ListSoftmax.Of(x, compressed))).Message, "names row 2; expected 0 to 1");
    }

    [TestMethod]
    [DataRow(1)]
    [DataRow(5)]
    [DataRow(64)]
    public void Scaled_sums_hold_the_row_itself(int width)
    {
        var lists = GatherSumCase.Random(Lists, Lists, width, longest: 500);
        var scale = FiniteDifferences.Random(ElementType.Float, 9, Lists);
        var y = Run(lists, lists.X, (x, compressed) => GatherSum.Scaled(x, compressed, x.Graph.Constant(scale)));
        var (s, rows) = (scale.As<float>(), lists.X.As<float>());
        for (var list = 0; list < Lists; list++)
            for (var j = 0; j < width; j++)
            {
                double[] terms = [.. Entries(lists, list).Select(k => (double)s[lists.Columns[k]] * rows[lists.Columns[k] * width + j]),
                    (double)s[list] * rows[list * width + j]];
                Assert.AreEqual(s[list] * terms.Sum(), y[list * width + j], 1e-6 * terms.Sum(Math.Abs));
            }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void A_list_of_very_many_entries_is_summed_by_several_threads(bool scaled)
    {
        const int Hub = 100_001, Width = 5, Rows = 4;
        int[] columns = [.. Enumerable.Range(0, Hub + 3).Select(k => k % Rows)];
        var lists = new GatherSumCase(Rows, Width, [0, 1, 1 + Hub, 2 + Hub, 3 + Hub], columns);
        var scale = TensorData.Create([1f, 0.5f, 2f, 0.25f], Rows);
        var y = Run(lists, lists.X, (x, compressed) => scaled ? GatherSum.Scaled(x, compressed, x.Graph.Constant(scale))
            : GatherSum.Of(x, compressed, ListEntries.Ends));
        var (s, rows) = (scale.As<float>(), lists.X.As<float>());
        for (var list = 0; list < Rows; list++)
            for (var j = 0; j < Width; j++)
            {
                var terms = Entries(lists, list).Select(k => rows[columns[k] * Width + j] * (scaled ? (double)s[columns[k]] : 1)).ToArray();
                var sum = scaled ? s[list] * (terms.Sum() + s[list] * rows[list * Width + j]) : terms.Sum();
                Assert.AreEqual(sum, y[list * Width + j], 1e-6 * (1 + terms.Sum(Math.Abs)));
            }
    }

    private static IEnumerable<int> Entries(GatherSumCase lists, int list) =>
        Enumerable.Range(lists.Start[list], lists.Start[list + 1] - lists.Start[list]);

    // Each row in one list.
    private static GatherSumCase Permuted(GatherSumCase lists)
    {
        int[] columns = [.. Enumerable.Range(0, lists.Columns.Length)];
        new Random(3).Shuffle(columns);
        return lists with { Rows = columns.Length, Columns = columns };
    }

    // The result, which is the same on 1 to 8 threads.
    private static float[] Run(GatherSumCase lists, TensorData rows, Func<Value, CompressedLists, Value> write)
    {
        float[]? first = null;
        foreach (var threads in (int[])[1, 2, 3, 8])
        {
            var graph = new Graph("lists") { UsesKernels = true };
            var x = graph.Input("x", ElementType.Float, Shape.Of(rows.Sizes));
            var (start, columns) = (graph.Vector(lists.Start), graph.Vector(lists.Columns));
            graph.Output("y", write(x, new(lists.Start.Length - 1, start, _ => columns)));
            using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
            var y = session.Run(new Dictionary<string, TensorData> { ["x"] = rows })["y"].As<float>();
            CollectionAssert.AreEqual(first ??= y, y, $"{threads} threads");
        }
        return first!;
    }
}
