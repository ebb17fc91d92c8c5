using System.Globalization;
using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

[TestClass]
public class ForecastTests
{
    [TestMethod]
    public void A_series_with_a_season_is_forecast_better_than_naively_and_again_by_its_file()
    {
        using var folder = new TemporaryFolder();
        var data = Write(folder, "sales.csv", 84, ["shop"], (_, day) => 20 + 0.1 * day + 5 * Math.Sin(2 * Math.PI * day / 7),
            isPanel: false);
        var (output, model) = (folder.File("out.tsv"), folder.File("m.onnx"));
        var run = ToolRun.Good("forecast", "--data", data, "--output", output, "--save-model", model, "--threads", "1", "--epochs", "30",
            "--network", "nlinear", "--json", "--code").Json;
        Assert.AreEqual(7, run.GetProperty("horizon").GetInt32());
        Assert.IsLessThan(0.5 * run.GetProperty("naive_mean_absolute_error").GetDouble(),
            run.GetProperty("mean_absolute_error").GetDouble());
        var lines = File.ReadAllLines(output).Select(line => line.Split('\t')).ToArray();
        Assert.AreEqual("date forecast lower_95 lower_80 median upper_80 upper_95", string.Join(' ', lines[0]));
        Assert.AreEqual("2024-03-25 2024-03-31", $"{lines[1][0]} {lines[^1][0]}");
        for (var i = 1; i < lines.Length; i++)
        {
            double[] numbers = [.. lines[i][1..].Select(field => double.Parse(field, CultureInfo.InvariantCulture))];
            Assert.AreEqual(20 + 0.1 * (83 + i) + 5 * Math.Sin(2 * Math.PI * (83 + i) / 7), numbers[0], 1.5, lines[i][0]);
            CollectionAssert.AreEqual(numbers[1..].Order().ToArray(), numbers[1..]);
        }
        ToolRun.Good("forecast", "--data", data, "--model", model, "--output", folder.File("again.tsv"));
        CollectionAssert.AreEqual(File.ReadAllLines(output), File.ReadAllLines(folder.File("again.tsv")));
        GeneratedCodeTests.Compile(folder, run.GetProperty("code").GetString()!);
    }

    [TestMethod]
    public void Series_of_a_panel_are_forecast_with_what_is_known_ahead()
    {
        using var folder = new TemporaryFolder();
        var data = Write(folder, "panel.tsv", 60, ["a", "b"], (shop, day) => (shop + 1) * 10 + (day % 5 == 0 ? 8 : 0), isPanel: true,
            known: day => day % 5 == 0 ? 1 : 0, future: 5);
        var output = folder.File("panel.forecast.tsv");
        var run = ToolRun.Good("forecast", "--data", data, "--value", "sales", "--known", "promotion", "--horizon", "5", "--season", "1",
            "--epochs", "40", "--threads", "1", "--levels", "50", "--test", "0", "--network", "perceptron");
        Assert.Contains("2 series by column 2 (shop); times in column 1 (date) (yyyy-MM-dd); column 4 (promotion) known ahead", run.Output);
        var lines = File.ReadAllLines(output).Skip(1).Select(line => line.Split('\t')).ToArray();
        Assert.AreEqual("a a a a a b b b b b", string.Join(' ', lines.Select(line => line[0])));
        Assert.AreEqual(6, lines[0].Length);
        foreach (var series in lines.GroupBy(line => line[0]))
            Assert.AreEqual(0, series.Select(line => double.Parse(line[2], CultureInfo.InvariantCulture)).ToList() is var found
                ? found.IndexOf(found.Max()) : -1, "the promotion is on the first day that is forecast");
    }

    [TestMethod]
    [DataRow("which column is to be forecast can't be guessed. State it with --value, or several with commas: column 2 (a), column 3 (b)",
        "date,a,b", "2024-01-0{0},1,2")]
    [DataRow("may be MM/dd/yyyy or dd/MM/yyyy", "date,a", "0{0}/0{0}/2024,3")]
    [DataRow("no column of numbers to forecast", "date,a", "2024-01-0{0},x")]
    [DataRow("a series has 7 steps with values; expected at least 8", "date,a", "2024-01-0{0},3")]
    public void What_cannot_be_guessed_is_asked_for(string part, string header, string line)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("s.csv"), Enumerable.Range(1, 7).Select(day => string.Format(line, day)).Prepend(header));
        Assert.Contains(part, ToolRun.Of("forecast", "--data", folder.File("s.csv")).Errors);
    }

    [TestMethod]
    [DataRow(1, "--horizon is 0; expected at least 1", "--horizon", "0")]
    [DataRow(1, "There is no network 'nlinaer'; expected one of smoothing, ", "--network", "nlinaer")]
    [DataRow(1, "Did you mean nlinear?", "--network", "nlinaer")]
    [DataRow(1, "--levels has '101'; expected percents", "--levels", "80,101")]
    [DataRow(2, "has no column slaes for --value: found 2 columns, date, sales. Did you mean sales?", "--value", "slaes")]
    [DataRow(1, "--test is 3; expected 7 (the horizon) to ", "--test", "3", "--horizon", "7")]
    [DataRow(1, "column 2 (sales) is stated twice", "--value", "sales", "--known", "sales")]
    [DataRow(2, "line 2: column 1 (date) is '2024-01-01', expected a time as dd.MM.yyyy", "--time", "date", "--time-format", "dd.MM.yyyy")]
    [DataRow(2, "There is no file '/no/such.onnx'", "--model", "/no/such.onnx")]
    public void Wrong_options_of_a_forecast_are_named(int code, string part, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        var data = Write(folder, "sales.csv", 84, ["shop"], (_, day) => day % 7, isPanel: false);
        var run = ToolRun.Of(["forecast", "--data", data, .. arguments]);
        Assert.AreEqual(code, run.Code, run.Errors);
        Assert.Contains(part, run.Errors);
    }

    [TestMethod]
    public void A_gap_is_an_error_that_names_the_time_unless_it_is_to_be_filled()
    {
        using var folder = new TemporaryFolder();
        var data = Write(folder, "sales.csv", 60, ["shop"], (_, day) => 3 + day % 7, isPanel: false);
        File.WriteAllLines(data, File.ReadAllLines(data).Where((_, i) => i != 30));
        string[] command = ["forecast", "--data", data, "--epochs", "1", "--threads", "1", "--horizon", "3", "--test", "0", "--output",
            folder.File("o.tsv")];
        var run = ToolRun.Of(command);
        Assert.AreEqual(2, run.Code);
        Assert.Contains("2024-01-3", run.Errors);
        const string said = "1 missing value of the series is filled by the last before it (Missing Fill).";
        var filled = ToolRun.Good([.. command, "--missing", "fill", "--save-model", folder.File("m.onnx")]);
        Assert.Contains($"Of the training rows: {said}", filled.Errors);
        Assert.Contains(said, ToolRun.Good("forecast", "--data", data, "--model", folder.File("m.onnx"), "--output", folder.File("p.tsv"))
            .Errors);
    }

    private static string Write(TemporaryFolder folder, string name, int days, string[] shops, Func<int, int, double> sales, bool isPanel,
        Func<int, int>? known = null, int future = 0)
    {
        var separator = name.EndsWith(".tsv", StringComparison.Ordinal) ? '\t' : ',';
        var lines = new List<string> { string.Join(separator, isPanel ? (string[])["date", "shop", "sales", "promotion"]
            : ["date", "sales"]) };
        for (var shop = 0; shop < shops.Length; shop++)
            for (var day = 0; day < days + future; day++)
            {
                var (date, value) = (new DateTime(2024, 1, 1).AddDays(day).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    day < days ? sales(shop, day).ToString("0.###", CultureInfo.InvariantCulture) : "");
                lines.Add(string.Join(separator, isPanel ? (string[])[date, shops[shop], value, $"{known!(day)}"] : [date, value]));
            }
        File.WriteAllLines(folder.File(name), lines);
        return folder.File(name);
    }
}
