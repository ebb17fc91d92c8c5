using Microsoft.ML;

namespace MLSeqGraph.Transforms.Tests.Graphs;

/// <summary>Graphs read from the text format of the TU collection.</summary>
[TestClass]
public class TuGraphFileTests
{
    private const string Two = "2\n2 1\n5 1 1\n3 1 0\n1 -1\n5 0\n\n";

    private static GraphTable Read(string text, string? folds, out string[] classes, out int[] foldOf)
    {
        var folder = Directory.CreateTempSubdirectory("mlseqgraph").FullName;
        try
        {
            var (path, foldsPath) = (Path.Combine(folder, "graphs.txt"), Path.Combine(folder, "folds.tsv"));
            File.WriteAllText(path, text);
            File.WriteAllText(foldsPath, folds ?? "");
            var view = new MLContext().Data.LoadTuGraphs(path, folds is null ? null : foldsPath);
            (classes, foldOf) = ([.. Column<ReadOnlyMemory<char>>(view, "Class").Select(label => label.ToString())],
                [.. Column<int>(view, "Fold")]);
            return GraphTable.Read(view, GraphSchema.Bind(view.Schema, new()), null, null, default);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<T> Column<T>(IDataView view, string name)
    {
        using var cursor = view.GetRowCursor([view.Schema[name]]);
        var getter = cursor.GetGetter<T>(view.Schema[name]);
        List<T> values = [];
        T value = default!;
        while (cursor.MoveNext())
        {
            getter(ref value);
            values.Add(value);
        }
        return values;
    }

    [TestMethod]
    public void TagsBecomeFeaturesAndNeighborsEdges()
    {
        var table = Read(Two, "1\t4\n", out var classes, out var folds);
        Assert.AreEqual(2, table.Schema.NodeFeatureCount);
        CollectionAssert.AreEqual(new float[] { 0, 1, 1, 0, 0, 1 }, table.NodeFeatures);
        CollectionAssert.AreEqual(new[] { 1, 0 }, table.Sources);
        CollectionAssert.AreEqual(new[] { 0, 1 }, table.Targets);
        CollectionAssert.AreEqual(new[] { "1", "-1" }, classes);
        CollectionAssert.AreEqual(new[] { 0, 4 }, folds);
    }

    [TestMethod]
    [DataRow("1\n2 1\n5 1 1\n3 1 2\n", null, 4, "neighbor 2")]
    [DataRow("1\n2 1\n5 2 1\n3 1 0\n", null, 3, "1 neighbors; expected 2")]
    [DataRow("1\n2 1\n5 1 1 0\n3 1 0\n", null, 3, "2 neighbors; expected 1")]
    [DataRow("1\n2 1\n5 -1\n3 1 0\n", null, 3, "expected -1")]
    [DataRow("1\n0 1\n", null, 2, "0 nodes")]
    [DataRow("1\n-2 1\n", null, 2, "-2 nodes")]
    [DataRow("1\n1 1\n5 x\n", null, 3, "'x'")]
    [DataRow("2\n1 1\n5 0\n", null, 3, "end of the file")]
    [DataRow("1\n1 1\n5 0\n1 2\n5 0\n", null, 4, "more than the 1 graphs")]
    [DataRow("0\n", null, 1, "0 graphs")]
    [DataRow("1\n1000000000 1\n5 0\n", null, 3, "end of the file")]
    [DataRow("1\n1 1\n99999999999 0\n", null, 3, "'99999999999'")]
    [DataRow(Two, "2\t1\n", 1, "graph 2")]
    [DataRow(Two, "1\t1\n1\t2\n", 2, "graph 1 again")]
    public void BadLinesAreNamed(string text, string? folds, int line, string problem)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Read(text, folds, out _, out _));
        StringAssert.Contains(error.Message, $"line {line}:");
        StringAssert.Contains(error.Message, problem);
    }

    [TestMethod]
    public void MemoryFollowsTheFile()
    {
        var folder = Directory.CreateTempSubdirectory("mlseqgraph").FullName;
        try
        {
            var path = Path.Combine(folder, "graphs.txt");
            File.WriteAllText(path, "1\n2000000000 1\n5 0\n");
            Assert.IsLessThan(16 << 20, Allocated(() => Assert.ThrowsExactly<InvalidDataException>(() =>
                new MLContext().Data.LoadTuGraphs(path))));
            // Each of 20,000 nodes in 100 graphs has a tag of its own: one-hot they would be 1.6 GB.
            File.WriteAllText(path, "100\n" + string.Concat(Enumerable.Range(0, 100).Select(graph =>
                "200 1\n" + string.Concat(Enumerable.Range(0, 200).Select(node => $"{graph * 200 + node} 0\n")))));
            IDataView? view = null;
            Assert.IsLessThan(64 << 20, Allocated(() => view = new MLContext().Data.LoadTuGraphs(path)));
            Assert.HasCount(100, Column<ReadOnlyMemory<char>>(view!, "Class"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long Allocated(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
