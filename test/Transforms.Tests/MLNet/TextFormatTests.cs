using Microsoft.ML.Data;

namespace MLSeqGraph.Transforms.Tests.MLNet;

[TestClass]
public sealed class TextFormatTests : TextFileTests
{
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
}
