using System.Text.Json;
using MLSeqGraph.Tests;

namespace Examples.Tests;

/// <summary>What whole programs make of the small inputs that lie beside the repository.</summary>
[TestClass]
public sealed class SharedCaseTests
{
    private static string Case(string name)
    {
        var folder = SharedFolder.Find("MLSEQGRAPH_CASES", "cases");
        if (folder is null || !Directory.Exists(Path.Combine(folder, name)))
            Assert.Inconclusive($"No {name}: set MLSEQGRAPH_CASES to a folder, or put it at ../shared/cases beside the repository.");
        return Path.Combine(folder, name);
    }

    private static (double Accuracy, double LogLoss, string Output) Quickstart(string name, int epochs)
    {
        using var folder = new TemporaryFolder();
        var (code, output, error) = ExampleProgram.Run("Quickstart", "--data", Case(name), "--epochs", $"{epochs}", "--network", "gru",
            "--hidden", "8", "--rate", "0.02", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual((0, ""), (code, error));
        using var figures = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        double Of(string figure) => figures.RootElement.GetProperty(figure).GetDouble();
        return (Of("test_accuracy"), Of("test_log_loss"), output);
    }

    [TestMethod]
    public void The_column_of_the_class_is_found() =>
        Assert.AreEqual(1, Quickstart("quickstart-label-second/data", 20).Accuracy);

    [TestMethod]
    [DataRow("data", 0.5)]
    [DataRow("all", 0)]
    public void Rows_of_classes_that_training_lacks_are_wrong(string name, double accuracy)
    {
        var result = Quickstart("quickstart-unseen-class/" + name, 40);
        Assert.AreEqual(accuracy, result.Accuracy);
        StringAssert.Contains(result.Output, "log loss infinite");
        StringAssert.Contains(result.Output, "test rows are of classes that training lacks: they count as wrong");
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("series-")]
    public void Blank_lines_change_nothing(string kind)
    {
        var (with, without) = (Quickstart($"quickstart-blank-line/{kind}with", 40), Quickstart($"quickstart-blank-line/{kind}without", 40));
        Assert.AreEqual((1, without.LogLoss), (with.Accuracy, with.LogLoss));
    }

    [TestMethod]
    [DataRow("few-molecules/data", 2, "a.csv has 4 molecules, too few for three parts")]
    [DataRow("molecules-csv/missing-value", 2, "a.csv, line ")]
    [DataRow("molecules-csv/empty-file", 2, "a.csv, line 1: the file is empty")]
    [DataRow("molecules-csv/control", 0, "a.csv: 10 molecules")]
    [DataRow("molecules-csv/doubled-quotes", 0, "a.csv: 10 molecules")]
    [DataRow("molecules-csv/line-break", 0, "a.csv: 10 molecules")]
    [DataRow("node-folder/control", 0, "6 nodes, 6 edges")]
    [DataRow("node-folder/label-twice", 2, "labels.tsv, line 7")]
    [DataRow("node-folder/edge-no-number", 2, "edges.tsv, line 7")]
    [DataRow("node-folder/ids-with-gap", 0, "ids don't count from 0 without gaps")]
    [DataRow("relational-isolated-node/data", 0, "1 node without edges: 4")]
    public void Graphs_are_read_or_named(string name, int code, string said)
    {
        using var folder = new TemporaryFolder();
        var result = ExampleProgram.Run("GraphQuickstart", "--data", Case(name), "--epochs", "3", "--hidden", "8",
            "--output", folder.Path);
        Assert.AreEqual(code, result.Code, result.Error);
        StringAssert.Contains(code == 0 ? result.Output : result.Error, said);
        if (code != 0)
            Assert.AreEqual("", string.Join('\n', result.Output.Split('\n').Where(line => line.Contains("Exception"))));
    }
}
