using System.Text.Json;
using Forecasting.Data;

namespace Examples.Tests;

/// <summary>The example of forecasts: what it makes of tables, and a short run.</summary>
[TestClass]
public sealed class ForecastingTests
{
    private static string Months(Func<int, string> row) => string.Join('\n', Enumerable.Range(0, 96).Select(row)) + "\n";

    private static string Wave(int step) => FormattableString.Invariant($"{20 + step * 0.1 + 5 * Math.Sin(step * Math.PI / 6):0.000}");

    [TestMethod]
    public void Tables_of_series_are_recognized()
    {
        using var folder = new TemporaryFolder();
        void Write(string name, string text) => File.WriteAllText(Path.Combine(folder["data"], name), text);
        Directory.CreateDirectory(folder["data"]);
        Write("a.csv", "\"Month\",\"Sales\"\n" + Months(i => $"\"{1990 + i / 12}-{i % 12 + 1:00}\",{Wave(i)}"));
        Write("b.tsv", "city\tyear\tmonth\tsales\tprice\n" + Months(i => $"X\t{1990 + i / 12}\t{i % 12 + 1}\t{Wave(i)}\t7")
            + Months(i => $"Y\t{1990 + i / 12}\t{i % 12 + 1}\t{(i == 5 ? "" : Wave(i))}\t7"));
        Write("c.tsv", "series\tfrequency\tt\ttime\tvalue\n" + Months(i => $"p\t12\t{i + 1}\t{1990 + i / 12.0:0.0000}\t{Wave(i)}")
            + Months(i => $"q\t1\t{i + 1}\t{i + 1}\t{Wave(i)}"));
        Write("d.csv", "time,load,wind\n" + Months(i => $"2020-01-0{1 + i / 24}T{i % 24:00}:00,{Wave(i)},{i % 5}"));
        var sets = SeriesFolder.Load(folder["data"], new()).ToDictionary(set => set.Name);
        CollectionAssert.AreEquivalent(new[] { "a", "b", "c.p", "c.q", "d" }, sets.Keys.ToArray());
        Assert.AreEqual((12, 1, true), (sets["a"].Season, sets["a"].SeriesCount, sets["a"].HasDates));
        Assert.AreEqual((12, 1, "sales"), (sets["b"].Season, sets["b"].SeriesCount, sets["b"].Targets.Single()));
        StringAssert.Contains(sets["b"].Description, "1 with missing values are left out");
        // Waves of 12 steps, whatever the column of frequencies says of q.
        Assert.AreEqual((12, 12), (sets["c.p"].Season, sets["c.q"].Season));
        CollectionAssert.AreEqual(new[] { "load", "wind" }, sets["d"].Targets);
        // Months of numbered years, days without those of leap years, and a period that no column says.
        Directory.CreateDirectory(folder["more"]);
        void Also(string name, string text) => File.WriteAllText(Path.Combine(folder["more"], name), text);
        Also("e.csv", "\"Month\",\"Sales\"\n" + Months(i => $"\"{1 + i / 12}-{i % 12 + 1:00}\",{Wave(i)}"));
        var days = Enumerable.Range(0, 365 * 6).Select(i => new DateTime(2019 + i / 365, 1, 1).AddDays(i % 365)).Where(day =>
            day is not { Year: 2021, Month: 7, Day: 9 });
        Also("f.csv", "Date,Temp\n" + string.Join('\n', days.Select(day => FormattableString.Invariant(
            $"{day:yyyy-MM-dd},{10 + 8 * Math.Sin(day.DayOfYear * Math.PI / 182.5):0.000}"))));
        Also("g.csv", ",0\n" + Months(i => FormattableString.Invariant($"{1821 + i},{5 + Math.Sin(i * Math.PI / 5):0.000}")));
        sets = SeriesFolder.Load(folder["more"], new()).ToDictionary(set => set.Name);
        Assert.AreEqual((12, true), (sets["e"].Season, sets["e"].HasDates));
        Assert.AreEqual((365, false), (sets["f"].Season, sets["f"].HasDates));
        Assert.AreEqual(10, sets["g"].Season);
    }

    [TestMethod]
    [DataRow("x,y\n1,2\n", "expected a line a step")]
    [DataRow("x,y\na,b\nc,d\ne,f\ng,h\n", "no column of numbers")]
    [DataRow("label,text\npos,a good one\nneg,a bad one\npos,well done\n", "examples/Quickstart reads")]
    [DataRow("time,x\n2020-01-01,5\n2020-01-02,6,7\n2020-01-03,6\n2020-01-04,6\n", "line 3")]
    public void Other_tables_are_errors(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        File.WriteAllText(Path.Combine(folder["data"], "a.csv"), text);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => SeriesFolder.Load(folder["data"], new())).Message, expected);
    }

    [TestMethod]
    public void A_short_run_forecasts_and_compares()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["data"]);
        File.WriteAllText(Path.Combine(folder["data"], "a.csv"), "Month,Sales\n" + Months(i =>
            $"{1990 + i / 12}-{i % 12 + 1:00},{Wave(i)}"));
        var (code, output, error) = ExampleProgram.Run("Forecasting", "--data", folder["data"], "--network", "nlinear", "--epochs", "3",
            "--threads", "1", "--json", folder["figures.json"], "--output", folder["out"]);
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(output, "chosen on validation steps: nlinear");
        using var json = JsonDocument.Parse(File.ReadAllText(folder["figures.json"]));
        foreach (var name in (string[])["mse", "mae", "mase", "naive_mase", "coverage_80", "coverage_95", "rmse", "mape", "train_seconds"])
            Assert.IsTrue(double.IsFinite(json.RootElement.GetProperty(name).GetDouble()), name);
        Assert.IsLessThan(1e-4, json.RootElement.GetProperty("onnx_max_difference").GetDouble());
        Assert.IsTrue(File.Exists(Path.Combine(folder["out"], "a.png")));
    }
}
