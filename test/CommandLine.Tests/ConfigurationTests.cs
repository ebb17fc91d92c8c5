using System.Text.Json.Nodes;
using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>Configuration files, and what is said while a training runs.</summary>
[TestClass]
public class ConfigurationTests
{
    [TestMethod]
    public void A_saved_configuration_repeats_a_run()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 120, 1);
        var config = folder.File("run.json");
        var first = ToolRun.Good("train", "--data", train, "--output", folder.File("a.zip"), "--epochs", "2", "--seed", "5", "--set",
            "hidden=16", "--threads", "1", "--set", "embedding=16", "--save-config", config, "--json").Json;
        var saved = JsonNode.Parse(File.ReadAllText(config))!;
        Assert.AreEqual("train", (string?)saved["command"]);
        Assert.AreEqual("1|2|classification|lstm", $"{saved["label"]}|{saved["text"]}|{saved["task"]}|{saved["model"]}");
        Assert.AreEqual(5, (int?)saved["seed"]);
        CollectionAssert.AreEqual(new[] { "hidden=16", "embedding=16" }, saved["set"]!.AsArray().Select(one => (string?)one).ToArray());
        var again = ToolRun.Good("--config", config, "--json", "--output", folder.File("b.zip"));
        Assert.AreEqual(first.GetProperty("validation").GetDouble(), again.Json.GetProperty("validation").GetDouble());
        Assert.AreEqual(first.GetProperty("parameters").ToString(), again.Json.GetProperty("parameters").ToString());
        var (a, b) = (folder.File("a.tsv"), folder.File("b.tsv"));
        ToolRun.Good("score", "--model", folder.File("a.zip"), "--data", train, "--output", a);
        ToolRun.Good("score", "--model", folder.File("b.zip"), "--data", train, "--output", b);
        CollectionAssert.AreEqual(File.ReadAllBytes(a), File.ReadAllBytes(b));
        // The command line goes first, and other rows are said.
        ToolRun.WriteQuestions(folder, "train.tsv", 110, 2);
        var other = ToolRun.Good("train", "--config", config, "--json", "--epochs", "1", "--output", folder.File("c.zip"));
        Assert.Contains("is no longer the file of", other.Errors);
        Assert.AreEqual(110, other.Json.GetProperty("rows").GetInt32());
        Assert.DoesNotContain("epoch 2", other.Errors);
    }

    [TestMethod]
    [DataRow(1, "has no option 'epoch'. Did you mean epochs? It has data, output", """{"command": "train", "epoch": 3}""")]
    [DataRow(1, "is of mlsg experiment, not of mlsg train", """{"command": "experiment"}""")]
    [DataRow(1, "'data' is {\"a\":1}; expected a text", """{"data": {"a": 1}}""")]
    [DataRow(2, "is no JSON object", "[3]")]
    [DataRow(2, "line 2: no JSON", "{\n\"a\"")]
    [DataRow(1, "'three'", """{"data": "x", "seed": "three"}""")]
    [DataRow(2, "/no/such.tsv", """{"data": "/no/such.tsv"}""")]
    public void A_wrong_configuration_is_named(int code, string part, string text)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("run.json"), text);
        var run = ToolRun.Of("train", "--config", folder.File("run.json"));
        Assert.AreEqual(code, run.Code, run.Errors);
        Assert.Contains(part, run.Errors);
    }

    [TestMethod]
    public void Files_of_options_that_are_missing_are_named()
    {
        using var folder = new TemporaryFolder();
        Assert.Contains("There is no file '/no/run.json'", ToolRun.Of("train", "--config", "/no/run.json").Errors);
        File.WriteAllText(folder.File("run.json"), "{}");
        Assert.Contains("State a command, or one as \"command\" in", ToolRun.Of("--config", folder.File("run.json")).Errors);
    }

    [TestMethod]
    public void A_training_that_reports_nothing_is_said_to_go_on()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 240, 1);
        using StringWriter output = new(), errors = new();
        var said = TextWriter.Synchronized(errors);
        var code = new Tool(output, said) { Heartbeat = TimeSpan.FromMilliseconds(1) }.Run("train", "--data", train, "--model", "bag",
            "--output", folder.File("m.zip"));
        Assert.AreEqual(0, code, errors.ToString());
        Assert.Contains("bag  begins; a trainer of ML.NET reports nothing before it ends", errors.ToString());
        Assert.Contains("bag  goes on, ", errors.ToString());
        Assert.Contains("bag  trained on all 240 rows", errors.ToString());
        Assert.DoesNotContain("trial", errors.ToString());
    }
}
