using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

[TestClass]
public class TrainingTests
{
    [TestMethod]
    public void Two_commands_lead_from_a_tsv_to_a_scored_file()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 240, 1);
        var test = ToolRun.WriteQuestions(folder, "test.tsv", 60, 2);
        var model = folder.File("model.zip");
        var trained = ToolRun.Good("train", "--data", train, "--output", model, "--code");
        Assert.Contains("240 rows; column 1 is the class (2) to predict from the text in column 2.", trained.Output);
        Assert.Contains("ml.Sequences().Classification(new()", trained.Output);
        Assert.Contains("mlsg score --model", trained.Output);
        ToolRun.Good("score", "--model", model, "--data", test);
        var lines = File.ReadAllLines(folder.File("test.scored.tsv")).Select(line => line.Split('\t')).ToArray();
        Assert.HasCount(60, lines);
        Assert.IsTrue(lines.All(fields => fields.Length == 4 && float.Parse(fields[3]) is >= 0.5f and <= 1));
        Assert.IsGreaterThan(55, lines.Count(fields => fields[0] == fields[2]));
        var metrics = ToolRun.Good("evaluate", "--model", model, "--data", test, "--json").Json;
        Assert.AreEqual(lines.Count(fields => fields[0] == fields[2]) / 60.0, metrics.GetProperty("accuracy").GetDouble(), 1e-9);
        Assert.Contains("is read, too", ToolRun.Of("score", "--model", model, "--data", test, "--output", test).Errors);
        // without labels
        var bare = ToolRun.WriteQuestions(folder, "bare.tsv", 60, 2, "{1}");
        ToolRun.Good("score", "--model", model, "--data", bare, "--output", folder.File("bare.out"));
        CollectionAssert.AreEqual(lines.Select(fields => fields[2]).ToArray(),
            File.ReadAllLines(folder.File("bare.out")).Select(line => line.Split('\t')[1]).ToArray());
        Assert.Contains("lacks column 1, the label, which predictions are compared with: found 1 columns, expected 2 as in the training "
            + "file. Without labels mlsg score writes predictions.", ToolRun.Of("evaluate", "--model", model, "--data", bare).Errors);
        var inspected = ToolRun.Good("inspect", "--model", model);
        Assert.Contains("Classification: column 1 from the text in column 2", inspected.Output);
        Assert.Contains("largest relative difference", inspected.Output);
        ToolRun.Good("export", "--model", model, "--output", folder.File("model.onnx"));
        Assert.Contains("LSTM", ToolRun.Good("inspect", folder.File("model.onnx")).Output);
        Assert.AreEqual("lstm", ToolRun.Good("inspect", model, "--json").Json.GetProperty("model").GetString());
    }

    [TestMethod]
    public void Tables_of_numbers_are_classified_and_regressed()
    {
        using var folder = new TemporaryFolder();
        var classes = ToolRun.WriteNumbers(folder, "classes.csv", (x, y) => x > y ? "wide" : "high");
        var model = folder.File("m.zip");
        var trained = ToolRun.Good("train", "--data", classes, "--output", model, "--json").Json;
        Assert.AreEqual("column 3 (outcome)", trained.GetProperty("label").GetString());
        Assert.AreEqual("lightgbm", trained.GetProperty("model").GetString());
        Assert.IsGreaterThan(0.85, ToolRun.Good("evaluate", "--model", model, "--data", classes, "--json").Json.GetProperty("accuracy")
            .GetDouble());
        ToolRun.Good("score", "--model", model, "--data", classes);
        Assert.AreEqual("width,height,outcome,PredictedLabel,Probability", File.ReadLines(folder.File("classes.scored.csv")).First());
        // Columns are found by name, whatever parts them.
        File.WriteAllText(folder.File("tabs.tsv"), File.ReadAllText(classes).Replace(',', '\t'));
        ToolRun.Good("score", "--model", model, "--data", folder.File("tabs.tsv"), "--output", folder.File("tabs.out"));
        CollectionAssert.AreEqual(File.ReadAllLines(folder.File("classes.scored.csv")), File.ReadAllLines(folder.File("tabs.out")));
        Assert.Contains("only networks are exported", ToolRun.Of("export", "--model", model, "--output", folder.File("x")).Errors);
        var sums = ToolRun.WriteNumbers(folder, "sums.csv", (x, y) => FormattableString.Invariant($"{2 * x + y}"));
        var asked = ToolRun.Of("train", "--data", sums);
        Assert.AreEqual(1, asked.Code);
        Assert.Contains("can't be guessed. State it with --label: column 1 (width), ", asked.Errors);
        Assert.AreEqual("regression", ToolRun.Good("train", "--data", sums, "--output", model, "--label", "outcome", "--json").Json
            .GetProperty("task").GetString());
        Assert.IsGreaterThan(0.8, ToolRun.Good("evaluate", "--model", model, "--data", sums, "--json").Json.GetProperty("r_squared")
            .GetDouble());
    }

    [TestMethod]
    public void An_experiment_tries_models_and_goes_on_with_a_study()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 120, 1);
        string[] command = ["experiment", "--data", train, "--output", folder.File("m.zip"), "--preset", "quick", "--model", "bag,lstm",
            "--study", folder.File("s.db"), "--json"];
        var result = ToolRun.Good([.. command, "--trials", "2"]).Json;
        Assert.AreEqual(2, result.GetProperty("trials").GetInt32());
        Assert.IsGreaterThan(0.9, result.GetProperty("validation").GetDouble());
        var trials = ToolRun.Good("trials", "--study", folder.File("s.db"), "--csv", folder.File("s.csv"));
        Assert.Contains("model bag", trials.Output);
        Assert.HasCount(3, File.ReadAllLines(folder.File("s.csv")));
        ToolRun.Good("report", "--study", folder.File("s.db"), "--output", folder.File("s.html"));
        Assert.Contains("MicroAccuracy", File.ReadAllText(folder.File("s.html")));
        // other rows are another study
        ToolRun.WriteQuestions(folder, "train.tsv", 100, 3);
        Assert.AreEqual(1, ToolRun.Good([.. command, "--trials", "1"]).Json.GetProperty("trials").GetInt32());
        Assert.Contains("has 2 studies. State one with --name: 'train.tsv ", ToolRun.Of("trials", "--study", folder.File("s.db")).Errors);
        Assert.AreEqual(1, ToolRun.Of([.. command[..^3], "--study", folder.File("s.db"), "--trials", "2", "--seed", "9"]).Code);
    }
}
