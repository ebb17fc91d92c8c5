using System.Text.Json;
using TextToText.Data;

namespace Examples.Tests;

/// <summary>What the program of several tasks in one network reads, and that it runs.</summary>
[TestClass]
public sealed class TextToTextTests
{
    private const string Line = "upper\tabc d\tABC D\n";

    [TestMethod]
    [DataRow("box", "boxes")]
    [DataRow("bry", "bries")]
    [DataRow("stay", "stays")]
    [DataRow("leaf", "leaves")]
    [DataRow("glass", "glasses")]
    [DataRow("tick", "ticks")]
    public void Plurals_have_rules(string word, string plural) => Assert.AreEqual(plural, Generated.Plural(word));

    [TestMethod]
    [DataRow(0, "zero")]
    [DataRow(40, "forty")]
    [DataRow(99, "ninety nine")]
    [DataRow(300, "three hundred")]
    [DataRow(1017, "one thousand and seventeen")]
    [DataRow(9999, "nine thousand nine hundred and ninety nine")]
    public void Numbers_are_said(int number, string words) => Assert.AreEqual(words, Generated.InWords(number));

    [TestMethod]
    public void Texts_to_test_on_are_not_trained_on()
    {
        var texts = Generated.Make(seed: 1, labelled: 100, unlabelled: 60);
        Assert.HasCount(300, texts.Train);
        Assert.HasCount(600, texts.Test);
        Assert.HasCount(60, texts.Unlabelled);
        Assert.IsEmpty(texts.Train.Select(example => example.Input).Intersect(texts.Test.Select(example => example.Input)));
        foreach (var example in texts.Train.Where(example => example.Task == "reverse"))
            CollectionAssert.AreEqual(example.Input["reverse: ".Length..].Split(' '), example.Output.Split(' ').Reverse().ToArray());
    }

    [TestMethod]
    public void A_folder_of_tasks_is_read()
    {
        using var folder = new TemporaryFolder(("train.tsv", Line + "lower\tX Y\tx y\n"), ("test.tsv", Line),
            ("unlabelled.txt", "some words\n\none\nmore of them\n"));
        var texts = TaskFolder.Read(folder.Path);
        Assert.AreEqual("upper: abc d → ABC D", $"{texts.Test[0].Input} → {texts.Test[0].Output}");
        Assert.HasCount(2, texts.Train);
        Assert.HasCount(2, texts.Unlabelled);
    }

    [TestMethod]
    [DataRow("upper\tabc\n", Line, "line 1: 2 fields, expected a task, a text and an answer")]
    [DataRow(Line + "upper\t \tB\n", Line, "line 2: field 2 is empty")]
    [DataRow(Line, "other\ta\tb\n", "has the task 'other', which train.tsv lacks; expected 'upper'")]
    public void Bad_lines_are_errors(string train, string test, string message)
    {
        using var folder = new TemporaryFolder(("train.tsv", train), ("test.tsv", test));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => TaskFolder.Read(folder.Path)).Message, message);
    }

    [TestMethod]
    public void The_program_trains_and_tests()
    {
        using var folder = new TemporaryFolder();
        var (code, output, error) = ExampleProgram.Run("TextToText", "--epochs", "1", "--span-epochs", "1", "--labelled", "40",
            "--unlabelled", "60", "--width", "16", "--layers", "1", "--threads", "1", "--output", folder.Path, "--json",
            folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        StringAssert.Contains(output, "test texts answered without an error");
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        foreach (var name in (string[])["exact_reverse", "exact_plural", "exact_next", "exact", "train_seconds", "onnx_max_difference"])
            Assert.IsTrue(double.IsFinite(figures.RootElement.GetProperty(name).GetDouble()), name);
        Assert.IsTrue(File.Exists(folder["greedy.onnx"]));
    }

    [TestMethod]
    public void A_folder_without_tables_is_refused()
    {
        using var folder = new TemporaryFolder(("text.txt", "a"));
        var (code, _, error) = ExampleProgram.Run("TextToText", "--data", folder.Path);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "train.tsv; expected lines of task, text and answer");
    }
}
