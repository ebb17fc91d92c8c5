using System.Text.Json;
using Handwriting.Data;

namespace Examples.Tests;

/// <summary>What the program of handwriting reads, and that it runs.</summary>
[TestClass]
public sealed class HandwritingTests
{
    private const string One = "0,0,0,10,0,20,0,30,0,40,0,60,0,80,0,100,1\n", Dash = "0,50,10,50,20,50,40,50,60,50,70,50,80,50,100,50,7\n";

    [TestMethod]
    public void Digits_are_strung_into_numbers()
    {
        using var folder = new TemporaryFolder(("train.csv", string.Concat(Enumerable.Repeat(One + Dash, 20))),
            ("test.csv", string.Concat(Enumerable.Repeat(One + Dash, 15))));
        var data = PenDigits.Read(folder.Path, seed: 1);
        var tests = data.Tests.Single().Rows;
        // Each test digit once, as it was written.
        Assert.AreEqual(30, tests.Sum(line => line.Text.Length));
        Assert.AreEqual(15, tests.Sum(line => line.Text.Count(digit => digit == '1')));
        foreach (var line in data.Train.Take(20).Concat(tests))
        {
            Assert.IsLessThanOrEqualTo(8, line.Text.Length);
            Assert.HasCount(line.Text.Length * 8 * 3, line.Pen);
            Assert.HasCount(line.Text.Length, line.Pen.Where((number, i) => i % 3 == 2 && number == 1).ToArray());
        }
        Assert.IsTrue(data.Train.All(line => line.Text.Length >= 3));
    }

    [TestMethod]
    [DataRow(One + Dash, "train.csv has 2 digits; expected at least 20")]
    [DataRow("1,2,3\n", "line 1: 3 fields, expected 8 points x,y and the digit")]
    [DataRow(One + "0,0,0,10,0,20,0,30,0,40,0,60,0,x,0,100,1\n", "line 2: field 14 is 'x', expected a number")]
    [DataRow("0,0,0,10,0,20,0,30,0,40,0,60,0,80,0,100,12\n", "line 1: the digit is 12, expected 0 to 9")]
    public void Bad_digits_are_errors(string lines, string message)
    {
        using var folder = new TemporaryFolder(("train.csv", lines), ("test.csv", One));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PenDigits.Read(folder.Path, 1)).Message, message);
    }

    [TestMethod]
    public void Words_are_written_with_fonts_and_others_held_out()
    {
        using var folder = new TemporaryFolder(("glyphs.tsv", Fonts(8)));
        var data = StrokeFonts.Read(folder.Path, seed: 1);
        Assert.HasCount(2, data.Tests);
        var trained = data.Train.Select(line => line.Text).ToHashSet();
        Assert.IsFalse(data.Tests.SelectMany(test => test.Rows).Any(line => trained.Contains(line.Text)));
        // A letter is a stroke of two points, which may be joined to the one before.
        Assert.IsTrue(data.Train.All(line => line.Pen.Length == line.Text.Length * 6 && line.Pen[^1] == 1));
        StringAssert.Contains(data.Name, "words in 7 fonts, 1 fonts held out");
    }

    [TestMethod]
    public void Bad_fonts_are_errors()
    {
        Refused(Fonts(2), "has 2 fonts; expected at least 8");
        Refused(Fonts(8).Replace("font3\tq", "font3\t?"), "the font 'font3' has 25 of the letters a to z");
        Refused(Fonts(8).Replace("font0\tc\t10\t1,0 2,9", "font0\tc\t10\t1,0 2"), "line 4: a point of the strokes is '2', expected x,y");
        Refused(Fonts(8).Replace("font0\tb\t10", "font0\tb\twide"), "line 3: field 3 is 'wide', expected a number");

        static void Refused(string glyphs, string message)
        {
            using var folder = new TemporaryFolder(("glyphs.tsv", glyphs));
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => StrokeFonts.Read(folder.Path, 1)).Message, message);
        }
    }

    [TestMethod]
    public void The_program_trains_tests_and_draws()
    {
        using var folder = new TemporaryFolder();
        var (code, output, error) = ExampleProgram.Run("Handwriting", "--epochs", "1", "--hidden", "8", "--layers", "1", "--threads", "1",
            "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        StringAssert.Contains(output, "CER, beam");
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        foreach (var name in (string[])["cer", "beam_cer", "train_seconds", "onnx_max_difference"])
            Assert.IsTrue(double.IsFinite(figures.RootElement.GetProperty(name).GetDouble()), name);
        Assert.IsTrue(File.Exists(folder["lstm-writing1.png"]) && File.Exists(folder["model.zip"]));
    }

    [TestMethod]
    public void Other_folders_are_refused()
    {
        using var folder = new TemporaryFolder(("text.txt", "a"));
        var (code, _, error) = ExampleProgram.Run("Handwriting", "--data", folder.Path);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "has neither train.csv and test.csv, of pen digits, nor glyphs.tsv, of fonts");
    }

    private static string Fonts(int count) => "font\tchar\tadvance\tstrokes\n" + string.Concat(Enumerable.Range(0, count).SelectMany(font =>
        Enumerable.Range('a', 26).Select(letter => $"font{font}\t{(char)letter}\t10\t1,0 2,9\n")));

    [TestMethod]
    public void A_network_writes_and_another_one_reads_it()
    {
        using var folder = new TemporaryFolder();
        var (code, output, error) = ExampleProgram.Run("Handwriting", "--task", "read,write", "--epochs", "1", "--hidden", "8", "--layers",
            "1", "--threads", "1", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        StringAssert.Contains(output, "texts with a bias of 1");
        foreach (var file in (string[])["writer.onnx", "written.svg", "written.png", "writer-loss.svg"])
            Assert.IsTrue(File.Exists(folder[file]), file);
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        foreach (var name in (string[])["cer", "written_cer", "nats_per_point", "ended", "writer_onnx_max_difference"])
            Assert.IsTrue(double.IsFinite(figures.RootElement.GetProperty(name).GetDouble()), name);
    }

    [TestMethod]
    [DataRow("--task write --beam 3", "--beam is for --task read")]
    [DataRow("--bias 2", "--bias is for --task write")]
    public void Options_that_would_be_ignored_are_refused(string arguments, string message)
    {
        var (code, _, error) = ExampleProgram.Run("Handwriting", arguments.Split(' '));
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(error, message);
    }
}
