using System.Text;
using MLSeqGraph.Transforms;

namespace Examples.Tests;

[TestClass]
public sealed class TableTests
{
    private static Table Read(string name, string text, bool decimalComma = false)
    {
        using var folder = new TemporaryFolder((name, text));
        return Table.Read(folder[name], decimalComma);
    }

    private static string Show(Table table) => string.Join(" / ",
        table.Lines.Select(line => $"{line.Line}:{string.Join('|', line.Values)}"));

    [TestMethod]
    [DataRow("a.csv", "x,\"a, b\"\ny,\"say \"\"so\"\"\"\n", "1:x|a, b / 2:y|say \"so\"", DisplayName = "quotes")]
    [DataRow("a.csv", "x,\"two\nlines\"\r\ny,z\n", "1:x|two\nlines / 3:y|z", DisplayName = "a line break in quotes counts as a line")]
    [DataRow("a.csv", "\uFEFFx,y\n1,2", "1:x|y / 2:1|2", DisplayName = "a byte order mark is no text")]
    [DataRow("a.csv", "x,,\n1,2,\n", "1:x|| / 2:1|2|", DisplayName = "empty fields at the end stay")]
    [DataRow("a.csv", "x;1,5\ny;2,5\n", "1:x|1,5 / 2:y|2,5", DisplayName = "semicolons")]
    [DataRow("a.csv", "x,1\n\ny,2\n", "1:x|1 / 2: / 3:y|2", DisplayName = "a blank line is a line without fields")]
    [DataRow("a.tsv", "a\t\"b\nc\t\"d\n", "1:a|\"b / 2:c|\"d", DisplayName = "quotes are text between tabs")]
    [DataRow("a.tsv", "a\tb\t\n  \nc\t\td\r\n", "1:a|b| / 2: / 3:c||d", DisplayName = "tabs")]
    [DataRow("a.tsv.gz", "a\tb\n", "1:a|b", DisplayName = "zipped")]
    [DataRow("a.txt", "good\ta, b; c\nbad\td, e\n", "1:good|a, b; c / 2:bad|d, e", DisplayName = "tabs before commas in sentences")]
    [DataRow("a.txt", "  1.0e+00   2.5e-01\n  2.0e+00   3.5e-01\n", "1:1.0e+00|2.5e-01 / 2:2.0e+00|3.5e-01", DisplayName = "white space")]
    public void Files_are_cut_into_lines_and_fields(string name, string text, string expected) =>
        Assert.AreEqual(expected, Show(Read(name, text)));

    [TestMethod]
    [DataRow("a.csv", "", "line 1: the file is empty")]
    [DataRow("a.tsv", "\n \n", "line 1: the file is empty")]
    [DataRow("a.csv", "x,y\n1,\"open\n2,3\n", "line 2: a quote stands where none may be, or is not closed")]
    [DataRow("a.csv", "x,y\n1,2\n3,a\"b\n", "line 3: a quote stands where none may be")]
    [DataRow("a.txt", "words alone\nand others\n", "no line has fields")]
    public void What_is_no_table_is_named(string name, string text, string message) =>
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Read(name, text)).Message, message);

    [TestMethod]
    [DataRow("-0.125", false, -0.125f)]
    [DataRow(" 1e-3 ", false, 1e-3f)]
    [DataRow("-0,125", true, -0.125f)]
    [DataRow("7", true, 7f)]
    public void Numbers_are_read(string text, bool decimalComma, float expected) =>
        Assert.AreEqual(expected, new Fields("f", 1, [text], decimalComma).Number(0));

    [TestMethod]
    [DataRow("-0,125", false)]
    [DataRow("1,000", false)]
    [DataRow("1.000,5", true)]
    [DataRow("0.5", true)]
    [DataRow("", false)]
    [DataRow("NaN", false)]
    [DataRow("1e999", false)]
    [DataRow("(5)", false)]
    public void What_is_no_number_is_named_and_not_guessed(string text, bool decimalComma)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new Fields("f.csv", 7, ["a", text], decimalComma).Number(1));
        Assert.AreEqual($"f.csv, line 7: field 2 is '{text}', expected a number.", error.Message);
    }

    [TestMethod]
    public void Text_that_is_no_utf8_is_named()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.tsv", [.. "x\ty\n"u8, 0xE9, (byte)'\t', (byte)'z']);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Table.Read(path)).Message, "E9");
    }

    [TestMethod]
    public void A_zipped_file_that_grows_out_of_proportion_is_refused_early()
    {
        using var folder = new TemporaryFolder();
        foreach (var filler in (byte[])[(byte)'a', (byte)'\n'])
        {
            var bytes = new byte[200 << 20];
            Array.Fill(bytes, filler);
            var path = folder.Write("a.tsv.gz", bytes);
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var error = Assert.ThrowsExactly<InvalidDataException>(() => TextFile.Lines(path).LongCount());
            StringAssert.Contains(error.Message, "a.tsv.gz unzips to more than");
            Assert.IsLessThan(160 << 20, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
    }

    [TestMethod]
    public void A_zipped_file_that_is_cut_off_or_none_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder["none.gz"], "not zipped");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Table.Read(folder["none.gz"])).Message,
            "none.gz can't be unzipped");
        var whole = folder.Write("whole.tsv.gz",
            Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, 9999).Select(i => $"{i * 7919}\tx\n"))));
        File.WriteAllBytes(folder["cut.tsv.gz"], File.ReadAllBytes(whole)[..2000]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Table.Read(folder["cut.tsv.gz"])).Message, "cut.tsv.gz");
    }

    [TestMethod]
    public void Lists_of_edges_have_comments_and_any_separator()
    {
        using var folder = new TemporaryFolder(("e.txt", "# from to\n% more\n1\t2\n\n3 4\n5,6\n99999999999 -7\n"));
        var lines = Table.ReadIds(folder["e.txt"]).Select(line => $"{line.Line}:{string.Join('>', line.Values)}");
        Assert.AreEqual("3:1>2 5:3>4 6:5>6 7:99999999999>-7", string.Join(' ', lines));
    }
}
