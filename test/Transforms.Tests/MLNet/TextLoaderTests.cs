using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class TextLoaderTests : TextFileTests
{
    private const string Table = "label\ta\tb\tname\n1\t2.5\t\t\"quoted\ttab\"\n2\tnan\t?\tplain\n\n3\t-1e3\t7\t\n";

    private static readonly TextLoader.Column[] TableColumns =
    [
        new("Label", DataKind.UInt32, 0), new("F", DataKind.Single, 1, 2), new("Name", DataKind.String, 3),
    ];

    [TestMethod]
    public void TableLoadsAsInMLNet()
    {
        var data = Load(Table, new TextLoader.Options { Columns = TableColumns, HasHeader = true, AllowQuoting = true });
        CollectionAssert.AreEqual(new uint[] { 1, 2, 3 }, data.Values<uint>("Label"));
        Columns.AssertRows([[2.5f, 0], [float.NaN, float.NaN], [-1000, 7]], Floats(data, "F"));
        CollectionAssert.AreEqual(new[] { "quoted\ttab", "plain", "" }, data.Texts("Name"));
        CollectionAssert.AreEqual(new[] { "Label: UInt32", "F: Vector<Single, 2>", "Name: String" },
            data.Schema.Select(column => $"{column.Name}: {column.Type}").ToArray());
        CollectionAssert.AreEqual(new[] { "a", "b" }, data.SlotNames("F"));
        Assert.IsFalse(data.CanShuffle);
        Assert.IsNull(data.GetRowCount());
    }

    [TestMethod]
    public void ColumnsWithoutOptionsSkipTheHeaderButDoNotRead()
    {
        var data = Ml.Data.LoadFromTextFile(Write(Table), TableColumns, hasHeader: true, allowQuoting: true);
        Assert.HasCount(3, data.Values<uint>("Label"));
        Assert.IsFalse(data.Schema["F"].HasSlotNames());
    }

    [TestMethod]
    public void MissingFileIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Ml.Data.LoadFromTextFile("nofile.tsv", TableColumns));
        Assert.AreEqual("File or directory does not exist at path: nofile.tsv (Parameter 'path')", error.Message);
    }

    [TestMethod]
    public void RangesReachTheEndOfTheLine()
    {
        var options = Options(
            new TextLoader.Column("Fixed", DataKind.Single, [new TextLoader.Range(2, null)]),
            new TextLoader.Column("Variable", DataKind.Int32, [new TextLoader.Range { Min = 1, VariableEnd = true }]));
        options.Separators = [' '];
        var data = Load("1 2 3 4\n5 6 7 8\n", options);
        Assert.AreEqual("Vector<Single, 2>", data.Schema["Fixed"].Type.ToString());
        Assert.AreEqual("Vector<Int32>", data.Schema["Variable"].Type.ToString());
        Columns.AssertRows([[3f, 4], [7, 8]], Floats(data, "Fixed"));
        Columns.AssertRows([[2, 3, 4], [6, 7, 8]], data.Vectors<int>("Variable"));
    }

    [TestMethod]
    public void VariableEndFollowsEachLine()
    {
        var options = Options(new TextLoader.Column("V", DataKind.Single, [new TextLoader.Range { Min = 1, VariableEnd = true }]));
        Columns.AssertRows([[1f], [], [1, 2, 3]], Floats(Load("x\t1\ny\nz\t1\t2\t3\n", options), "V"));
    }

    [TestMethod]
    public void AllOtherTakesTheFieldsThatAreLeft()
    {
        var options = Options(
            new TextLoader.Column("Label", DataKind.Single, 1),
            new TextLoader.Column("Rest", DataKind.Single, [new TextLoader.Range { Min = 0, AllOther = true, AutoEnd = true }]));
        Columns.AssertRows([[1f, 3, 4]], Floats(Load("1\t2\t3\t4\n", options), "Rest"));
    }

    [TestMethod]
    public void KeysAreWrittenFromZero()
    {
        var key = new TextLoader.Column("K", DataKind.UInt32, [new TextLoader.Range(0)], new KeyCount(3));
        var data = Load("0\n2\n?\n7\n", Options(key));
        Assert.AreEqual("Key<UInt32, 0-2>", data.Schema["K"].Type.ToString());
        CollectionAssert.AreEqual(new uint[] { 1, 3, 0, 0 }, data.Values<uint>("K"), "missing and out of range are the missing key");
    }

    private sealed class House
    {
        [LoadColumn(2)]
        public float Price { get; set; }

        [LoadColumn(0, 1)]
        [VectorType(2)]
        public float[] Size { get; set; } = [];

        [LoadColumn(3), KeyType(4), ColumnName("Zone")]
        public uint ZoneNumber { get; set; }
    }

    private sealed class Unmapped
    {
        public float X { get; set; }
    }

    [TestMethod]
    public void AttributesDescribeColumns()
    {
        var data = Ml.Data.LoadFromTextFile<House>(Write("1,2,3,0\n4,5,6,3\n"), separatorChar: ',');
        CollectionAssert.AreEqual(new[] { "Price: Single", "Size: Vector<Single, 2>", "Zone: Key<UInt32, 0-3>" },
            data.Schema.Select(column => $"{column.Name}: {column.Type}").ToArray());
        Columns.AssertRows([[1f, 2], [4, 5]], Floats(data, "Size"));
        CollectionAssert.AreEqual(new uint[] { 1, 4 }, data.Values<uint>("Zone"));
        Assert.ThrowsExactly<InvalidOperationException>(() => Ml.Data.LoadFromTextFile<Unmapped>(Write("1\n")));
    }

    [TestMethod]
    public void LoadersLoadSeveralFilesAndCanBeSaved()
    {
        string first = Write("a\tb\n1\t2\n"), second = Write("a\tb\n3\t4\n");
        var loader = Ml.Data.CreateTextLoader(
            new TextLoader.Options { Columns = [new TextLoader.Column("F", DataKind.Single, 0, 1)], HasHeader = true }, new MultiFileSource(first));
        Columns.AssertRows([[1f, 2], [3, 4]], Floats(loader.Load(first, second), "F"));

        using var file = new MemoryStream();
        var data = loader.Load(first);
        Ml.Model.Save(Ml.Transforms.CopyColumns("G", "F").Fit(data), loader, file);
        file.Position = 0;
        var model = Ml.Model.LoadWithDataLoader(file, out var reloaded);
        var mapped = model.Transform(reloaded.Load(new MultiFileSource(second)));
        Columns.AssertRows([[3f, 4]], Floats(mapped, "G"));
        CollectionAssert.AreEqual(new[] { "a", "b" }, mapped.SlotNames("G"));
    }

    [TestMethod]
    public void CursorsReadTheFileAnew()
    {
        string path = Write("1\n2\n");
        var data = Ml.Data.LoadFromTextFile(path, [new TextLoader.Column("I", DataKind.Int32, 0)]);
        CollectionAssert.AreEqual(new[] { 1, 2 }, data.Values<int>("I"));
        File.WriteAllText(path, "7\n");
        CollectionAssert.AreEqual(new[] { 7 }, data.Values<int>("I"));
    }

    [TestMethod]
    public void LinesOfDifferentSizesHaveNoFixedEnd()
    {
        var options = Options(new TextLoader.Column("F", DataKind.Single, [new TextLoader.Range(0, null)]));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Load("1\t2\n3\n", options));
    }
}
