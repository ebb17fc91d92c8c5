using System.Globalization;
using System.Text.RegularExpressions;
using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>What is said of files and options that aren't as expected.</summary>
[TestClass]
public class MessageTests
{
    private static string Sales(TemporaryFolder folder, string name, Func<int, string> value, Func<int, bool>? has = null)
    {
        File.WriteAllLines(folder.File(name), Enumerable.Range(0, 60).Where(day => has?.Invoke(day) ?? true).Select(day =>
            $"{new DateTime(2026, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)},{value(day)}")
            .Prepend("date,sales"));
        return folder.File(name);
    }

    private static string Season(int day) => (10 + day % 7).ToString(CultureInfo.InvariantCulture);

    [TestMethod]
    public void Gaps_and_cells_that_are_no_numbers_are_named_by_file_and_line()
    {
        using var folder = new TemporaryFolder();
        string[] quick = ["--epochs", "1", "--threads", "1", "--test", "0"];
        var gap = Sales(folder, "gap.csv", Season, day => day is not (20 or 21));
        // Days 0 to 19 are lines 2 to 21, day 22 is line 22.
        Assert.Contains($"{gap}, line 22: Column 'date', the series: 2 steps are missing between 2026-01-20 and 2026-01-23; expected one "
            + "every 1 day, or --missing fill or --missing mask.", ToolRun.Of(["forecast", "--data", gap, .. quick]).Errors);
        var empty = ToolRun.Of(["forecast", "--data", Sales(folder, "empty.csv", day => day == 30 ? "" : Season(day)), "--value",
            "sales", .. quick]).Errors;
        Assert.Contains("empty.csv, line 32: Column 'sales', the series, time 2026-01-31: the value is missing; expected a number, or "
            + "--missing fill or --missing mask", empty);
        foreach (var cell in (string[])["abc", "inf", "Infinity"])
        {
            var data = Sales(folder, $"{cell}.csv", day => day == 30 ? cell : Season(day));
            foreach (var stated in (string[][])[["--value", "sales"]])
                Assert.Contains($"{data}, line 32: column 2 (sales) is '{cell}', expected a finite number, or nothing where it is missing",
                    ToolRun.Of(["forecast", "--data", data, .. quick, .. stated]).Errors);
        }
        var table = ToolRun.WriteNumbers(folder, "t.csv", (x, y) => x > y ? "wide" : "high");
        File.WriteAllLines(table, File.ReadAllLines(table).Select((line, i) => i == 9 ? $"abc,{line.Split(',', 2)[1]}" : line));
        Assert.Contains("column 1 (width) (line 10 has 'abc', no number) left out", ToolRun.Good("train", "--data", table, "--output",
            folder.File("m.zip")).Output);
        var label = ToolRun.WriteNumbers(folder, "l.csv", (x, y) => FormattableString.Invariant($"{x + y}"));
        File.WriteAllLines(label, File.ReadAllLines(label).Select((line, i) => i == 9 ? line[..line.LastIndexOf(',')] + ",abc" : line));
        Assert.Contains("l.csv, line 10: column 3 (outcome) is 'abc', expected a number as in the other lines",
            ToolRun.Of("train", "--data", label, "--label", "outcome").Errors);
    }

    [TestMethod]
    public void An_error_that_has_no_scale_is_explained_and_warnings_are_said_once()
    {
        using var folder = new TemporaryFolder();
        var run = ToolRun.Good("forecast", "--data", Sales(folder, "s.csv", Season), "--network", "last_season", "--threads", "1",
            "--validation", "0.2", "--output", folder.File("o.tsv"));
        Assert.Contains("MASE is NaN: before these steps a series repeats itself exactly from season to season", run.Output);
        Assert.DoesNotContain("ValidationFraction", run.Errors + run.Output);
        string[] warnings = [.. run.Errors.Split('\n').Where(line => line.Contains("--validation"))];
        Assert.IsLessThanOrEqualTo(1, warnings.Length, run.Errors);
        Assert.Contains("--validation is 1; expected from 0 to below 1", ToolRun.Of("forecast", "--data", folder.File("s.csv"),
            "--validation", "1").Errors);
    }

    [TestMethod]
    public void Files_of_another_kind_are_named()
    {
        using var folder = new TemporaryFolder();
        var sales = Sales(folder, "s.csv", Season);
        File.WriteAllText(folder.File("zero.onnx"), "");
        var zero = ToolRun.Of("forecast", "--data", sales, "--model", folder.File("zero.onnx"));
        Assert.AreEqual(2, zero.Code);
        Assert.Contains($"'{folder.File("zero.onnx")}': it is empty; expected a file that mlsg forecast --save-model wrote.", zero.Errors);
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 60, 1);
        ToolRun.Good("train", "--data", train, "--output", folder.File("m.zip"), "--model", "gru", "--epochs", "1", "--threads", "1");
        var again = ToolRun.Good("train", "--data", train, "--output", folder.File("m.zip"), "--model", "gru", "--epochs", "1", "--threads",
            "1");
        Assert.Contains($"{folder.File("m.zip")} exists; it will be replaced.", again.Errors);
        Assert.IsTrue(Regex.IsMatch(again.Errors, @"gru  epoch 1  validation accuracy [01]\.\d{4}"), again.Errors);
        ToolRun.Good("export", "--model", folder.File("m.zip"), "--output", folder.File("m.onnx"));
        Assert.Contains($"'{folder.File("m.onnx")}' is a model of sequences for Classification; expected a language model or translator.",
            ToolRun.Of("generate", "--model", folder.File("m.onnx"), "--prompt", "a").Errors);
        Assert.Contains("a model of sequences for Classification", ToolRun.Of("generate", "--model", folder.File("m.zip"), "--prompt",
            "a").Errors);
        Assert.Contains("is no forecaster", ToolRun.Of("forecast", "--data", sales, "--model", folder.File("m.onnx")).Errors);
    }

    [TestMethod]
    public void Epochs_are_refused_where_there_are_none()
    {
        using var folder = new TemporaryFolder();
        var data = ToolRun.WriteNumbers(folder, "c.csv", (x, y) => x > y ? "wide" : "high");
        var run = ToolRun.Of("train", "--data", data, "--epochs", "3", "--output", folder.File("m.zip"));
        Assert.AreEqual(1, run.Code);
        Assert.Contains("--epochs is 3, and lightgbm has none", run.Errors);
        var texts = ToolRun.WriteQuestions(folder, "t.tsv", 60, 1);
        Assert.Contains("such as --model lstm", ToolRun.Of("train", "--data", texts, "--model", "bag", "--epochs", "3").Errors);
    }

    [TestMethod]
    public void Help_has_columns_of_a_readable_width()
    {
        foreach (var command in (string[])["forecast", "train", "experiment", "serve", "generate"])
        {
            var lines = ToolRun.Good(command, "--help").Output.Split('\n').Where(line => line.TrimStart().StartsWith("--")).ToArray();
            Assert.IsGreaterThan(5, lines.Length);
            foreach (var line in lines)
                Assert.IsLessThan(46, line.TrimStart().IndexOf("  ", StringComparison.Ordinal), line);
        }
    }

    [TestMethod]
    public void Several_networks_are_one_model()
    {
        using var folder = new TemporaryFolder();
        var train = ToolRun.WriteQuestions(folder, "train.tsv", 120, 1);
        var run = ToolRun.Good("experiment", "--data", train, "--output", folder.File("m.zip"), "--preset", "quick", "--model",
            "gru,lstm,bag",
            "--trials", "3", "--epochs", "2", "--ensemble", "2");
        Assert.Contains("The model averages 2 networks, trials ", run.Output);
        ToolRun.Good("export", "--model", folder.File("m.zip"), "--output", folder.File("m.onnx"));
        var inspected = ToolRun.Good("inspect", folder.File("m.onnx")).Output;
        Assert.Contains("LSTM", inspected);
        Assert.Contains("GRU", inspected);
        ToolRun.Good("score", "--model", folder.File("m.zip"), "--data", train, "--output", folder.File("o.tsv"));
    }
}
