using System.Text.Json;
using Pronunciation.Data;

namespace Examples.Tests;

/// <summary>What the program of pronunciation reads, and that it runs.</summary>
[TestClass]
public sealed class PronunciationTests
{
    [TestMethod]
    [DataRow("cat", "K AH T")]
    [DataRow("cite", "S IY T")]
    [DataRow("bodd", "B OH D")]
    [DataRow("lacofe", "L AH K OY F")]
    public void The_invented_spelling_has_rules(string word, string phonemes) => Assert.AreEqual(phonemes, InventedSpelling.Say(word));

    [TestMethod]
    public void Words_are_trained_on_with_each_pronunciation()
    {
        const string line = "abs\tEY B IY\tEY1 B IY1\tAE B Z|AE B S\n";
        using var folder = new TemporaryFolder(("train.tsv", line + "go\tG OW\n"), ("val.tsv", line), ("test.tsv", line));
        var words = Dictionary.Read(folder.Path);
        Assert.AreEqual("abs EY B IY / abs AE B Z / abs AE B S / go G OW",
            string.Join(" / ", words.Train.Select(word => $"{word.Word} {word.Phonemes}")));
        CollectionAssert.AreEqual(new[] { "EY B IY", "AE B Z", "AE B S" }, words.Test.Single().Right);
    }

    [TestMethod]
    [DataRow("go\tG OW\nword\n", "line 2: 1 fields, expected a word and its phonemes")]
    [DataRow("go\t \n", "line 1: the list of phonemes is empty")]
    [DataRow("\tG OW\n", "line 1: the word is empty")]
    public void Bad_lines_are_errors(string lines, string message)
    {
        using var folder = new TemporaryFolder(("train.tsv", lines), ("val.tsv", "go\tG OW\n"), ("test.tsv", "go\tG OW\n"));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Dictionary.Read(folder.Path)).Message, message);
    }

    [TestMethod]
    public void The_program_trains_and_tests()
    {
        using var folder = new TemporaryFolder();
        var (code, output, error) = ExampleProgram.Run("Pronunciation", "--epochs", "1", "--width", "8", "--threads", "1",
            "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        StringAssert.Contains(output, "WER");
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        foreach (var name in (string[])["per", "wer", "train_seconds", "onnx_max_difference"])
            Assert.IsTrue(double.IsFinite(figures.RootElement.GetProperty(name).GetDouble()), name);
        Assert.IsTrue(File.Exists(folder["attention-attention.png"]));
    }

    [TestMethod]
    public void A_folder_without_tables_is_refused()
    {
        using var folder = new TemporaryFolder(("text.txt", "a"));
        var (code, _, error) = ExampleProgram.Run("Pronunciation", "--data", folder.Path);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "train.tsv; expected tables of words and phonemes");
    }
}
