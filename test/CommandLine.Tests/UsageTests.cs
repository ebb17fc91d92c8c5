using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

[TestClass]
public class UsageTests
{
    [TestMethod]
    public void Columns_that_cannot_be_guessed_are_asked_for_with_candidates()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        File.WriteAllLines(folder.File("two.tsv"), Enumerable.Range(0, 60).Select(row =>
            $"{"ab"[random.Next(2)]}\tthe words of a row {random.Next(9)}\t{"xyz"[random.Next(3)]}"));
        var run = ToolRun.Of("train", "--data", folder.File("two.tsv"));
        Assert.AreEqual(1, run.Code);
        Assert.Contains("which column is to be predicted can't be guessed. State it with --label: column 1, 2 values such as '",
            run.Errors);
        Assert.Contains("column 3, 3 values", run.Errors);
    }

    [TestMethod]
    public void A_column_that_tells_the_class_is_left_out_and_that_is_said()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(1);
        File.WriteAllLines(folder.File("fine.tsv"), Enumerable.Range(0, 60).Select(row =>
            $"{(row % 2 == 0 ? "NUM" : "LOC")}\t{(row % 2 == 0 ? "NUM" : "LOC")}:{row % 4}\tthe words of a row {random.Next(9)}"));
        var roles = TableRoles.Guess(folder.File("fine.tsv"), null, null, null, out var said);
        Assert.AreEqual((0, 2), (roles.Label, roles.Text));
        Assert.Contains("column 2 left out", said);
    }

    [TestMethod]
    public void Headers_name_columns()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "a.csv", 40, 1, "{1},{0},{2}", "text,label,letter");
        var roles = TableRoles.Guess(train, null, null, null, out _);
        Assert.AreEqual((1, 0), (roles.Label, roles.Text));
        var other = ToolRun.WriteQuestions(folder, "b.csv", 5, 1, "{2},{1}", "LETTER,Text");
        Assert.IsTrue(roles.Read(other, labelNeeded: false).All(row => row.Label == "" && row.Text.Contains(' ')));
        Assert.Contains("lacks column 2 (label), the label, which predictions are compared with",
            Assert.Throws<InvalidDataException>(() => roles.Read(other, labelNeeded: true)).Message);
    }

    [TestMethod]
    public void Columns_of_one_name_are_told_apart()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("a.csv"), ["x,X,y", .. Enumerable.Range(0, 20).Select(row => $"{row},{100 + row},{"ab"[row % 2]}")]);
        var roles = TableRoles.Guess(folder.File("a.csv"), "y", null, null, out _);
        CollectionAssert.AreEqual(new[] { 3f, 103 }, roles.Read(folder.File("a.csv"), labelNeeded: true)[3].Features);
        File.WriteAllLines(folder.File("b.csv"), ["y,x", "a,1"]);
        Assert.Contains("has 1 columns 'x', expected 2 as in", Assert.Throws<InvalidDataException>(() =>
            roles.Read(folder.File("b.csv"), labelNeeded: true)).Message);
    }

    [TestMethod]
    public void A_row_without_a_label_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("a.csv"), ["x,y", .. Enumerable.Range(0, 20).Select(row => $"{row},{(row == 6 ? "" : "a")}")]);
        var roles = TableRoles.Guess(folder.File("a.csv"), "y", null, null, out _);
        Assert.Contains("a.csv, line 8: column 2 (y) is empty, expected a label", Assert.Throws<InvalidDataException>(() =>
            roles.Read(folder.File("a.csv"), labelNeeded: true)).Message);
        Assert.HasCount(20, roles.Read(folder.File("a.csv"), labelNeeded: false));
        File.WriteAllLines(folder.File("n.csv"), ["x,y", .. Enumerable.Range(0, 20).Select(row => $"{row},{(row == 6 ? "" : "1.5")}")]);
        Assert.Contains("n.csv, line 8: column 2 (y) is to be predicted as a number", Assert.Throws<Exception>(() => TableRoles.Guess(
            folder.File("n.csv"), "y", null, MLSeqGraph.Experiments.PortfolioTask.Regression, out _)).Message);
    }

    [TestMethod]
    [DataRow(1, "'--data' is required", "train")]
    [DataRow(1, "'--nothing'", "train", "--nothing")]
    [DataRow(1, "--threads is -1; expected at least 0", "train", "--data", "x", "--threads", "-1")]
    [DataRow(1, "--validation is 1.5; expected a share above 0 and below 1", "train", "--data", "x", "--validation", "1.5")]
    [DataRow(1, "--minutes is -3; expected a number above 0", "experiment", "--data", "x", "--minutes", "-3")]
    [DataRow(1, "--minutes is NaN; expected", "experiment", "--data", "x", "--minutes", "NaN")]
    [DataRow(1, "--trials is 0; expected at least 1", "experiment", "--data", "x", "--trials", "0")]
    [DataRow(1, "--output x is the file of the rows", "train", "--data", "x", "--output", "x")]
    [DataRow(2, "'/' is a folder; expected a file", "train", "--data", "x", "--output", "/")]
    [DataRow(2, "/no/such.tsv", "train", "--data", "/no/such.tsv")]
    [DataRow(2, "/no/such.zip", "score", "--model", "/no/such.zip", "--data", "x")]
    [DataRow(2, "There is no file '/no/such.onnx'", "inspect", "/no/such.onnx")]
    [DataRow(2, "There is no file '/no/such.db'", "trials", "--study", "/no/such.db")]
    public void What_is_wrong_has_an_exit_code_and_a_line(int code, string part, params string[] arguments)
    {
        var run = ToolRun.Of(arguments);
        Assert.AreEqual(code, run.Code, run.Errors);
        Assert.Contains(part, run.Errors);
        Assert.DoesNotContain("   at ", run.Errors);
    }

    [TestMethod]
    public void Unknown_models_and_broken_files_are_named()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 40, 1);
        Assert.Contains("There is no model 'tree'; expected some of lstm, ",
            ToolRun.Of("train", "--data", train, "--model", "tree").Errors);
        Assert.Contains("train makes one model, not lstm,gru", ToolRun.Of("train", "--data", train, "--model", "lstm,gru").Errors);
        Assert.Contains("There is no folder '/no/folder'", ToolRun.Of("train", "--data", train, "--output", "/no/folder/m.zip").Errors);
        File.WriteAllText(folder.File("m.zip"), "PK, but no archive");
        Assert.Contains("is no model written by mlsg train", ToolRun.Of("score", "--model", folder.File("m.zip"), "--data", train).Errors);
        Assert.AreEqual(2, ToolRun.Of("score", "--model", folder.File("m.zip"), "--data", train).Code);
    }

    [TestMethod]
    public void What_was_mistyped_is_guessed()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 40, 1);
        var model = ToolRun.Of("train", "--data", train, "--model", "lsmt");
        Assert.AreEqual(1, model.Code);
        Assert.Contains("There is no model 'lsmt'; expected some of lstm, convolution, bag, gru, transformer. Did you mean lstm?",
            model.Errors);
        Assert.DoesNotContain("Parameter", model.Errors);
        Assert.Contains("'--epoch'. Did you mean --epochs?", ToolRun.Of("train", "--data", train, "--epoch", "3").Errors);
        var command = ToolRun.Of("evalute", "--data", train);
        Assert.AreEqual((1, "There is no command 'evalute'. Did you mean evaluate?\n--help lists the commands.\n"),
            (command.Code, command.Errors.ReplaceLineEndings("\n")));
        Assert.AreEqual("There is no command 'xyzzy'.\n--help lists the commands.\n",
            ToolRun.Of("xyzzy").Errors.ReplaceLineEndings("\n"));
        Assert.Contains("lstm has no hyperparameter 'hiden'. Did you mean hidden? It has rate, hidden, embedding, dropout; expected",
            ToolRun.Of("train", "--data", train, "--model", "lstm", "--set", "hiden=3").Errors);
        Assert.Contains("--set hidden=3: expected a whole number from 16 to 128 for lstm.hidden.",
            ToolRun.Of("train", "--data", train, "--model", "lstm", "--set", "hidden=3").Errors);
        Assert.Contains("--epochs is 0; expected at least 1", ToolRun.Of("train", "--data", train, "--epochs", "0").Errors);
        var csv = ToolRun.WriteQuestions(folder, "named.csv", 40, 1, "{1},{0}", "text,answer");
        Assert.Contains("Did you mean answer?", ToolRun.Of("train", "--data", csv, "--label", "anser", "--text", "text").Errors);
    }

    [TestMethod]
    public void A_folder_is_no_file_and_its_files_are_listed()
    {
        using var folder = new TemporaryFolder();
        ToolRun.WriteQuestions(folder, "train.tsv", 4, 1);
        File.WriteAllText(folder.File("notes.md"), "nothing");
        foreach (var run in (ToolRun[])[ToolRun.Of("train", "--data", folder.Path),
            ToolRun.Of("score", "--model", folder.Path, "--data", "x")])
        {
            Assert.AreEqual(2, run.Code);
            Assert.Contains($"'{folder.Path}' is a folder; expected a file. It has ", run.Errors);
        }
        Assert.Contains($"It has {folder.File("train.tsv")}.", ToolRun.Of("train", "--data", folder.Path).Errors);
        Assert.Contains("It has none that ends in .zip.", ToolRun.Of("score", "--model", folder.Path, "--data", "x").Errors);
    }

    [TestMethod]
    public void Shells_complete_commands_options_and_models()
    {
        foreach (var shell in (string[])["bash", "zsh", "fish", "pwsh"])
            Assert.Contains("[suggest:", ToolRun.Good("completion", shell).Output);
        Assert.Contains("There is no completion for 'bsh'. Did you mean bash?", ToolRun.Of("completion", "bsh").Errors);
        Assert.Contains("evaluate", ToolRun.Good("[suggest:7]", "mlsg ev").Output);
        Assert.Contains("--epochs", ToolRun.Good("[suggest:15]", "mlsg train --ep").Output);
        Assert.Contains("transformer", ToolRun.Good("[suggest:19]", "mlsg train --model ").Output);
    }

    [TestMethod]
    public void Help_lists_the_commands()
    {
        var help = ToolRun.Good("--help").Output;
        foreach (var command in (string[])["train", "experiment", "score", "evaluate", "inspect", "export", "trials",
            "completion", "Exit codes: 0 where", "--save-config"])
            Assert.Contains(command, help);
    }
}
