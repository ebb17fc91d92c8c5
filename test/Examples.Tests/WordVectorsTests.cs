using System.Text.Json;
using WordVectors.Data;

namespace Examples.Tests;

/// <summary>What the program of word vectors reads, and that it runs.</summary>
[TestClass]
public sealed class WordVectorsTests
{
    [TestMethod]
    public void Texts_are_split_into_sentences_of_words()
    {
        using var folder = new TemporaryFolder(("a.txt", "It's ONE day;\n\n42\ntwo-fold\n"), ("README.txt", "no data"));
        var corpus = Corpus.Read([folder.Path]);
        Assert.AreEqual("it's one day / two fold",
            string.Join(" / ", corpus.Sentences.Select(sentence => string.Join(' ', sentence.Words))));
        using var empty = new TemporaryFolder(("a.txt", "1 2 3\n"));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Corpus.Read([empty.Path])).Message, "has no words");
    }

    [TestMethod]
    public void Questions_have_four_words()
    {
        using var folder = new TemporaryFolder(("questions.txt", ": family\nman woman King queen\n"), ("bad.txt", ": x\na b c\n"));
        Assert.AreEqual(new("man", "woman", "king", "queen"), WordQuestions.Read(folder["questions.txt"]).Single());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => WordQuestions.Read(folder["bad.txt"])).Message,
            "line 2: 'a b c'; expected four words");
    }

    [TestMethod]
    public void The_program_learns_answers_and_draws()
    {
        using var folder = new TemporaryFolder(("train.tsv", "c\tthe borders of kaland\nd\tthe mayor of kaville\n"),
            ("test.tsv", "c\tthe army of kaland\n"));
        var (code, output, error) = ExampleProgram.Run("WordVectors", "--network", "skipgram,glove", "--threads", "1", "--classify",
            folder.Path, "--output", folder["results"], "--json", folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        StringAssert.Contains(output, "analogies right");
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        double Figure(string name) => figures.RootElement.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(0.9, Figure("analogy_accuracy"));
        Assert.IsGreaterThan(0, Figure("words_per_second"));
        Assert.IsLessThan(1e-4, Figure("onnx_max_difference"));
        Assert.IsGreaterThan(0, Figure("glove_words_per_second"));
        foreach (var file in (string[])["skipgram-vectors.png", "skipgram.onnx", "glove.glove.txt", "skipgram.word2vec.bin"])
            Assert.IsTrue(File.Exists(Path.Combine(folder["results"], file)), file);
    }

    [TestMethod]
    public void Other_folders_are_refused()
    {
        using var folder = new TemporaryFolder(("numbers.csv", "1,2\n"));
        var (code, _, error) = ExampleProgram.Run("WordVectors", "--data", folder.Path);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "has no text files");
    }
}
