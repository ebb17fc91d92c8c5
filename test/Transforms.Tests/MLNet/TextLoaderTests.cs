using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class TextLoaderTests
{
    private const string Table = "label\ta\tb\tname\n1\t2.5\t\t\"quoted\ttab\"\n2\tnan\t?\tplain\n\n3\t-1e3\t7\t\n";

    private readonly MLContext _ml = new(seed: 1);
    private readonly List<string> _files = [];

    private static readonly TextLoader.Column[] TableColumns =
    [
        new("Label", DataKind.UInt32, 0), new("F", DataKind.Single, 1, 2), new("Name", DataKind.String, 3),
    ];

    [TestCleanup]
    public void DeleteFiles() => _files.ForEach(File.Delete);

    private string Write(string text)
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        File.WriteAllText(path, text);
        _files.Add(path);
        return path;
    }

    private IDataView Load(string text, TextLoader.Options options) => _ml.Data.LoadFromTextFile(Write(text), options);

    private static TextLoader.Options Options(params TextLoader.Column[] columns) => new() { Columns = columns };

    private static float[][] Floats(IDataView data, string name) => data.Vectors<float>(name);

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
        var data = _ml.Data.LoadFromTextFile(Write(Table), TableColumns, hasHeader: true, allowQuoting: true);
        Assert.HasCount(3, data.Values<uint>("Label"));
        Assert.IsFalse(data.Schema["F"].HasSlotNames());
    }

    [TestMethod]
    public void MissingFileIsNamed()
    {
        var error = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Data.LoadFromTextFile("nofile.tsv", TableColumns));
        Assert.AreEqual("File or directory does not exist at path: nofile.tsv (Parameter 'path')", error.Message);
    }

    [TestMethod]
    public void EmptyFieldsOfRealsCanBeNaN()
    {
        var options = Options(new TextLoader.Column("F", DataKind.Single, 0, 2), new TextLoader.Column("X", DataKind.Single, 3));
        options.Separators = [','];
        options.MissingRealsAsNaNs = true;
        var data = Load("1,,3,4\n5\n", options);
        Columns.AssertRows([[1, float.NaN, 3], [5, float.NaN, float.NaN]], Floats(data, "F"));
        CollectionAssert.AreEqual(new[] { 4, float.NaN }, data.Values<float>("X"));
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

    [TestMethod]
    public void IntegersThatAreNoneAreErrors()
    {
        var data = Load("1\nx\n", Options(new TextLoader.Column("I", DataKind.Int32, 0)));
        var error = Assert.ThrowsExactly<InvalidOperationException>(() => data.Values<int>("I"));
        StringAssert.Contains(error.Message, "Could not parse value x in line 2, column I");
    }

    [TestMethod]
    public void RealsThatAreNoneAreNaN()
    {
        var data = Load("x\n1.5\nNA\n1e2\n", Options(new TextLoader.Column("R", DataKind.Double, 0)));
        CollectionAssert.AreEqual(new[] { double.NaN, 1.5, double.NaN, 100 }, data.Values<double>("R"));
    }

    [TestMethod]
    public void BooleansHaveManySpellings()
    {
        var data = Load("true\nFALSE\n1\n0\nyes\nno\n+\n-1\n", Options(new TextLoader.Column("B", DataKind.Boolean, 0)));
        CollectionAssert.AreEqual(new[] { true, false, true, false, true, false, true, false }, data.Values<bool>("B"));
    }

    [TestMethod]
    public void SparseLinesGiveIndicesAndSize()
    {
        var options = Options(new TextLoader.Column("Label", DataKind.Single, 0), new TextLoader.Column("F", DataKind.Single, 1, 6));
        options.AllowSparse = true;
        var vectors = Load("1\t6\t0:5\t3:7\n0\t1\t2\t3\t4\t5\t6\n", options).Values<VBuffer<float>>("F");
        Assert.IsFalse(vectors[0].IsDense);
        CollectionAssert.AreEqual(new[] { 5f, 0, 0, 7, 0, 0 }, vectors[0].DenseValues().ToArray());
        CollectionAssert.AreEqual(new[] { 1f, 2, 3, 4, 5, 6 }, vectors[1].DenseValues().ToArray());
    }

    [TestMethod]
    public void CommentsAndBlankLinesAreSkipped()
    {
        var data = Load("# comment\n// comment\n\n1\n// comment\n\n2\n", Options(new TextLoader.Column("I", DataKind.Int32, 0)));
        CollectionAssert.AreEqual(new[] { 1, 2 }, data.Values<int>("I"));
    }

    [TestMethod]
    public void AtMostMaxRowsAreRead()
    {
        var options = Options(new TextLoader.Column("I", DataKind.Int32, 0));
        options.MaxRows = 2;
        CollectionAssert.AreEqual(new[] { 1, 2 }, Load("1\n2\n3\n", options).Values<int>("I"));
    }

    [TestMethod]
    public void QuotedFieldsCanHoldLinesAndQuotes()
    {
        var options = Options(new TextLoader.Column("A", DataKind.String, 0), new TextLoader.Column("B", DataKind.String, 1));
        options.Separators = [','];
        options.AllowQuoting = true;
        options.ReadMultilines = true;
        var data = Load("\"two\nlines\",\"say \"\"hi\"\"\"\nx,y\n", options);
        CollectionAssert.AreEqual(new[] { "two\nlines", "x" }, data.Texts("A"));
        CollectionAssert.AreEqual(new[] { "say \"hi\"", "y" }, data.Texts("B"));
    }

    [TestMethod]
    public void WhitespaceAtTheEndCanBeTrimmed()
    {
        var column = new TextLoader.Column("A", DataKind.String, 0);
        CollectionAssert.AreEqual(new[] { "x " }, Load(" x \n", Options(column)).Texts("A"), "leading spaces never count");
        CollectionAssert.AreEqual(new[] { "x" }, Load("x \n", new TextLoader.Options { Columns = [column], TrimWhitespace = true }).Texts("A"));
    }

    [TestMethod]
    public void TheDecimalMarkerCanBeAComma()
    {
        var options = Options(new TextLoader.Column("R", DataKind.Single, 0));
        options.DecimalMarker = ',';
        CollectionAssert.AreEqual(new[] { 1.5f }, Load("1,5\n", options).Values<float>("R"));
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
        var data = _ml.Data.LoadFromTextFile<House>(Write("1,2,3,0\n4,5,6,3\n"), separatorChar: ',');
        CollectionAssert.AreEqual(new[] { "Price: Single", "Size: Vector<Single, 2>", "Zone: Key<UInt32, 0-3>" },
            data.Schema.Select(column => $"{column.Name}: {column.Type}").ToArray());
        Columns.AssertRows([[1f, 2], [4, 5]], Floats(data, "Size"));
        CollectionAssert.AreEqual(new uint[] { 1, 4 }, data.Values<uint>("Zone"));
        Assert.ThrowsExactly<InvalidOperationException>(() => _ml.Data.LoadFromTextFile<Unmapped>(Write("1\n")));
    }

    [TestMethod]
    public void LoadersLoadSeveralFilesAndCanBeSaved()
    {
        string first = Write("a\tb\n1\t2\n"), second = Write("a\tb\n3\t4\n");
        var loader = _ml.Data.CreateTextLoader(
            new TextLoader.Options { Columns = [new TextLoader.Column("F", DataKind.Single, 0, 1)], HasHeader = true }, new MultiFileSource(first));
        Columns.AssertRows([[1f, 2], [3, 4]], Floats(loader.Load(first, second), "F"));

        using var file = new MemoryStream();
        var data = loader.Load(first);
        _ml.Model.Save(_ml.Transforms.CopyColumns("G", "F").Fit(data), loader, file);
        file.Position = 0;
        var model = _ml.Model.LoadWithDataLoader(file, out var reloaded);
        var mapped = model.Transform(reloaded.Load(new MultiFileSource(second)));
        Columns.AssertRows([[3f, 4]], Floats(mapped, "G"));
        CollectionAssert.AreEqual(new[] { "a", "b" }, mapped.SlotNames("G"));
    }

    [TestMethod]
    public void CursorsReadTheFileAnew()
    {
        string path = Write("1\n2\n");
        var data = _ml.Data.LoadFromTextFile(path, [new TextLoader.Column("I", DataKind.Int32, 0)]);
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
