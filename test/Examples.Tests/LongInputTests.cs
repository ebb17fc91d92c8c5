using System.Text.Json;
using LongInputs.Data;

namespace Examples.Tests;

/// <summary>What the example LongInputs generates and reads, and a run of it.</summary>
[TestClass]
public sealed class LongInputTests
{
    [TestMethod]
    [DataRow("[MAX 2 9 [MIN 4 7 ] 0 ]", 9)]
    [DataRow("[MED 1 2 4 ]", 2)]
    [DataRow("[MED 1 4 ]", 2)]
    [DataRow("[SM 9 8 [MAX 3 5 ] ]", 2)]
    [DataRow("7", 7)]
    public void Expressions_have_their_value(string expression, int value) => Assert.AreEqual(value, ListOps.Value(expression.Split(' ')));

    [TestMethod]
    public void Generated_rows_follow_the_rules()
    {
        var rows = ListOps.Rows(300, 8, 60, new Random(2));
        Assert.HasCount(300, rows.Select(row => string.Join(' ', row.Tokens)).Distinct().ToArray());
        foreach (var row in rows)
        {
            Assert.IsTrue(row.Tokens.Length is >= 8 and <= 60);
            Assert.AreEqual(row.Class, $"{ListOps.Value(row.Tokens)}");
        }
        Assert.HasCount(10, rows.Select(row => row.Class).Distinct().ToArray());
        foreach (var broken in (string[])["[MAX 1 2", "[ADD 1 2 ]", "[MIN ]", "1 2", "]"])
            Assert.IsNull(ListOps.Value(broken.Split(' ')), broken);
        var copy = LongCopy.Rows(5, 100, new Random(1));
        foreach (var row in copy)
        {
            Assert.HasCount(100, row.Tokens);
            CollectionAssert.AreEqual(row.Tokens[..10], row.Tags[^10..]);
            Assert.AreEqual(LongCopy.Mark, row.Tokens[^11]);
        }
    }

    [TestMethod]
    public void Files_are_read_or_refused()
    {
        static LongTask Load(string train, string? test = null)
        {
            using var folder = new TemporaryFolder(("basic_train.tsv", train), ("basic_test.tsv", test ?? train));
            return LongFolder.Load(folder.Path);
        }
        static void Refused(string expected, string train) =>
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Load(train)).Message, expected);
        foreach (var text in (string[])["Source\tTarget\n( ( [MAX 1 ) 2 ) ]\t2\n[MIN 3 4 ]\t3\n", "2\t[MAX 1 2 ]\n3\t[MIN 3 4 ]\n"])
        {
            var task = Load(text);
            CollectionAssert.AreEqual((string[])["[MAX", "1", "2", "]"], task.Train[0].Tokens);
            Assert.AreEqual("3", task.Test[1].Class);
        }
        Refused("line 2: the class is empty", "[MAX 1 2 ]\t2\n[MIN 3 4 ]\t\n");
        Refused("line 2: the sequence is empty", "[MAX 1 2 ]\t2\n\t3\n");
        Refused("expected lines behind the header", "Source\tTarget\n");
        using var empty = new TemporaryFolder();
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => LongFolder.Load(empty.Path)).Message, "there is no 'train'");
    }

    [TestMethod]
    public void A_run_writes_figures_and_pictures()
    {
        using var folder = new TemporaryFolder();
        var json = folder["figures.json"];
        var (code, output, error) = ExampleProgram.Run("LongInputs", "--network", "full,window", "--longest", "2048", "--rows", "60",
            "--steps", "40", "--epochs", "1", "--hidden", "8", "--threads", "1", "--json", json, "--output", folder["out"]);
        Assert.AreEqual(0, code, output + error);
        var figures = JsonDocument.Parse(File.ReadAllText(json)).RootElement;
        foreach (var name in (string[])["slope", "memory_slope", "train_slope", "full_slope", "test_accuracy", "copy_test_accuracy",
            "window_test_accuracy", "train_seconds"])
            Assert.IsTrue(figures.GetProperty(name).GetDouble() is >= 0 and < 1000, name);
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        foreach (var picture in (string[])["cost-time", "cost-memory", "training-time", "training-memory"])
            Assert.IsTrue(File.Exists(Path.Combine(folder["out"], $"{picture}.svg")), picture);
    }
}
