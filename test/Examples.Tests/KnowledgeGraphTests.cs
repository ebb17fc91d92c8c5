using System.Text.Json;
using KnowledgeGraph.Data;

namespace Examples.Tests;

/// <summary>The example of knowledge graphs, and what it makes of folders.</summary>
[TestClass]
public sealed class KnowledgeGraphTests
{
    private static JsonElement Run(params string[] args)
    {
        using var folder = new TemporaryFolder();
        var json = Path.Combine(folder.Path, "figures.json");
        var (code, _, error) = ExampleProgram.Run("KnowledgeGraph", [.. args, "--threads", "1", "--output", folder.Path, "--json", json]);
        Assert.AreEqual(0, code, error);
        return JsonDocument.Parse(File.ReadAllBytes(json)).RootElement;
    }

    [TestMethod]
    public void Families_are_completed()
    {
        var figures = Run("--epochs", "30");
        Assert.AreEqual("complex", figures.GetProperty("network").GetString());
        Assert.IsGreaterThan(0.5, figures.GetProperty("mrr").GetDouble());
        Assert.IsGreaterThan(0.7, figures.GetProperty("hits_at_10").GetDouble());
        Assert.IsGreaterThan(0, figures.GetProperty("triples_per_second").GetDouble());
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
    }

    [TestMethod]
    public void A_folder_with_texts_and_further_test_files_is_read()
    {
        using var folder = new TemporaryFolder(
            ("train.tsv", "a.n.01\tis\tb.n.01\nb.n.01\tis\tc.n.01\nc.n.01\tis\ta.n.01\nd.n.01\tis\ta.n.01\n"),
            ("test.tsv", "d.n.01\tis\tb.n.01\n"), ("test_strict.tsv", "a.n.01\tis\tc.n.01\nz\tis\ta.n.01\n"),
            ("entities.tsv", "a.n.01\tanimal\ta kind of animal\nb.n.01\tplant\ta kind of plant\n"));
        var data = TripleData.Load(folder.Path);
        Assert.HasCount(4, data.Features(out var words));
        Assert.IsGreaterThan(0, words);
        var figures = Run("--data", folder.Path, "--epochs", "2", "--negatives", "4");
        Assert.AreEqual("texts", figures.GetProperty("network").GetString());
        Assert.IsGreaterThan(0, figures.GetProperty("strict_mrr").GetDouble());
        Run("--data", folder.Path, "--epochs", "2", "--network", "transe,rotate,distmult,rgcn,compgcn");
    }

    [TestMethod]
    [DataRow("", "a\tis\tb\n", "line 1: the file has no triples")]
    [DataRow("a\tis\tb\n", "", "line 1: the file has no triples")]
    [DataRow("a\tis\tb\na\tis\n", "a\tis\tb\n", "train.tsv, line 2: 2 fields")]
    [DataRow("a\tis\tb\na\tis\tb\tc\n", "a\tis\tb\n", "train.tsv, line 2: 4 fields")]
    [DataRow("a\tis\tb\n\tis\tb\n", "a\tis\tb\n", "train.tsv, line 2: a field is empty")]
    public void What_is_no_triple_is_named(string train, string test, string message)
    {
        using var folder = new TemporaryFolder(("train.tsv", train), ("test.tsv", test));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => TripleData.Load(folder.Path)).Message, message);
        Assert.AreEqual(2, ExampleProgram.Run("KnowledgeGraph", "--data", folder.Path).Code);
    }

    [TestMethod]
    public void Rows_of_three_fields_that_share_no_entities_are_no_triples()
    {
        using var folder = new TemporaryFolder(("train.tsv", "DESC\tDESC:1\thow is it done ?\nNUM\tNUM:2\thow far is it ?\n"),
            ("test.tsv", "NUM\tNUM:2\thow far is Rome ?\n"));
        var message = Assert.ThrowsExactly<InvalidDataException>(() => TripleData.Load(folder.Path)).Message;
        StringAssert.Contains(message, "0 of the 1 test triples");
        StringAssert.Contains(message, "examples/Quickstart reads");
    }

    [TestMethod]
    public void The_first_and_the_last_epoch_are_printed()
    {
        using var folder = new TemporaryFolder();
        var (_, output, _) = ExampleProgram.Run("KnowledgeGraph", "--epochs", "12", "--threads", "1", "--output", folder.Path);
        foreach (var epoch in (string[])["epoch 1/12", "epoch 10/12", "epoch 12/12", "12 epochs", "unfiltered_mrr"])
            StringAssert.Contains(output, epoch);
        Assert.DoesNotContain("epoch 11/12", output);
        (_, output, _) = ExampleProgram.Run("KnowledgeGraph", "--epochs", "1", "--threads", "1", "--output", folder.Path);
        StringAssert.Contains(output, "1 epoch,");
    }

    [TestMethod]
    public void A_folder_of_something_else_is_named()
    {
        using var folder = new TemporaryFolder(("edges.tsv", "0\t1\n"));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => TripleData.Load(folder.Path)).Message,
            "examples/GraphQuickstart reads it");
    }
}
