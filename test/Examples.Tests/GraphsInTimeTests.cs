using System.Text.Json;
using GraphsInTime.Data;

namespace Examples.Tests;

/// <summary>The example of forecasts on graphs, and what it makes of folders.</summary>
[TestClass]
public sealed class GraphsInTimeTests
{
    private static string Days(int count, Func<int, string> line) => string.Concat(Enumerable.Range(1, count).Select(line));

    [TestMethod]
    public void The_graph_of_roads_helps()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--threads", "1", "--members", "2", "--output", folder.Path, "--json",
            folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsLessThan(0.95 * Of("none_mae"), Of("mae"));
        Assert.IsLessThan(Of("naive_mae"), Of("none_mae"));
        Assert.IsGreaterThan(0.97 * Of("rule_mae"), Of("mae"));
        Assert.IsLessThan(1.05 * Of("rule_mae"), Of("mae"));
        // The error of a mean is at most the mean error.
        Assert.IsLessThan(Of("rmse_single"), Of("rmse"));
        Assert.IsTrue(File.Exists(folder["transformer-2.onnx"]) && File.Exists(folder["none-2.onnx"]));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.IsTrue(File.Exists(folder["forecasts.svg"]));
    }

    [TestMethod]
    public void Each_network_holds_out_times_of_its_own()
    {
        var split = Split.Of(Traffic.Generate(1), 3, 500);
        Assert.AreEqual((1000, 150), (split.Test, split.Held));
        CollectionAssert.AreEqual(((int, int)[])[(850, 1000), (700, 850), (100, 250), (850, 1000)],
            Array.ConvertAll((int[])[0, 1, 5, 6], split.HeldBy));
    }

    [TestMethod]
    public void What_generates_data_is_refused_beside_a_folder()
    {
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--data", ".", "--task", "events");
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, "--task events generates data: leave --data out");
    }

    [TestMethod]
    public void Links_coordinates_and_missing_values_are_read()
    {
        var values = "day\ta\tb\tc\n" + Days(40, day => $"{new DateTime(2020, 1, 1).AddDays(day - 1):yyyy-MM-d}\t{day}.5\t"
            + $"{(day == 3 ? "" : "1")}\t-2\n");
        using var linked = new TemporaryFolder(("daily.tsv", values), ("links.tsv", "a\tb\nb\tc\n"));
        var data = PlaceFolder.Load(linked.Path, 6);
        CollectionAssert.AreEqual((string[])["a", "b", "c"], data.Places);
        CollectionAssert.AreEqual(((int, int)[])[(0, 1), (1, 0), (1, 2), (2, 1)], data.Links);
        Assert.IsTrue(data.HasGivenLinks);
        Assert.IsTrue(float.IsNaN(data.Values[2][1]));
        Assert.IsFalse(data.AreCounts);
        Assert.AreEqual("2020-01-1", data.Times[0]);

        using var placed = new TemporaryFolder(("daily.tsv", values), ("stations.tsv", "id\tlat\tlon\nb\t50\t8\nc\t\t\na\t50\t9\n"));
        data = PlaceFolder.Load(placed.Path, 1);
        Assert.IsFalse(data.HasGivenLinks);
        Assert.HasCount(6, data.Links);          // a and b to each other, and both with c, whose place isn't known
        var east = data.LinkFeatures![Array.IndexOf(data.Links, (1, 0))];
        Assert.AreEqual(111.2 * Math.Cos(50 * Math.PI / 180), east[0], 0.1);
        Assert.AreEqual(1, east[1], 1e-3);

        using var alone = new TemporaryFolder(("values.tsv", "a\tb\tc\n" + Days(40, day => $"{day % 7}\t2\t3\n")));
        data = PlaceFolder.Load(alone.Path, 6);
        Assert.HasCount(3, data.Places);         // the first column doesn't grow: it is a place's
        Assert.HasCount(6, data.Links);
        Assert.IsTrue(data.AreCounts);
    }

    [TestMethod]
    public void A_place_without_a_series_is_neither_learned_nor_counted()
    {
        // c has one value, d none among those that are forecast.
        var table = "day\ta\tb\tc\td\n" + string.Concat(Enumerable.Range(1, 80).Select(day => FormattableString.Invariant(
            $"{day}\t{Math.Sin(day):0.000}\t{Math.Cos(day):0.000}\t{(day == 2 ? "1" : "")}\t{(day < 50 ? "0.5" : "")}\n")));
        using var folder = new TemporaryFolder(("daily.tsv", table), ("links.tsv", "a\tb\nb\tc\nc\td\n"));
        using var output = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--data", folder.Path, "--threads", "1", "--epochs", "3", "--members",
            "1", "--output", output.Path, "--json", output["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(output["figures.json"])).RootElement;
        Assert.IsTrue(double.IsFinite(figures.GetProperty("rmse").GetDouble()) && double.IsFinite(figures.GetProperty("naive_rmse")
            .GetDouble()));
        Assert.IsLessThan(1e-4, figures.GetProperty("onnx_max_difference").GetDouble());
        // The mean of one network is that network.
        foreach (var before in (string[])["", "none_"])
            Assert.AreEqual(figures.GetProperty($"{before}rmse").GetDouble(), figures.GetProperty($"{before}rmse_single").GetDouble());
        Assert.AreEqual("traffic", figures.GetProperty("task").GetString());
        foreach (var picture in (string[])["transformer-1-loss.svg", "none-1-loss.png", "forecasts.png"])
            Assert.IsTrue(File.Exists(output[picture]), picture);
    }

    [TestMethod]
    [DataRow("a\tb\n1\t2\n", "has no table of times by places")]
    [DataRow("userId\tmovieId\trating\n1\t2\t3\n", "examples/Recommendation reads it")]
    public void What_has_no_table_is_named(string text, string message)
    {
        using var folder = new TemporaryFolder(("some.tsv", text));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PlaceFolder.Load(folder.Path, 6)).Message, message);
        Assert.AreEqual(2, ExampleProgram.Run("GraphsInTime", "--data", folder.Path).Code);
    }

    [TestMethod]
    public void Wrong_lines_are_named()
    {
        var values = "day\ta\tb\tc\n" + Days(40, day => $"{day}\t{day}\t1\t2\n");
        void Fails(string table, string links, string message)
        {
            using var folder = new TemporaryFolder(("daily.tsv", table), ("links.tsv", links));
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PlaceFolder.Load(folder.Path, 6)).Message, message);
        }
        Fails(values + "41\t1\n", "a\tb\n", "line 42: 2 fields, expected 4, the time and 3 places");
        Fails(values.Replace("\n3\t3\t1\t2\n", "\n3\t3\n"), "a\tb\n", "line 4: 2 fields, expected 4");
        Fails(values.Replace("\n3\t3\t1\t2\n", "\n3\tx\t1\t2\n"), "a\tb\n", "line 4: field 2 is 'x', expected a number");
        Fails(values.Replace("\t2\n", "\t\n"), "a\tb\n", "line 1: field 4 is 'c', which has no value in any line below");
        Fails(values.Replace("\tb\t", "\t\t"), "a\tc\n", "line 1: field 3 is empty, expected the name of a place");
        Fails(values + "41\t1\tx\t2\n", "a\tb\n", "line 42: field 3 is 'x', expected a number");
        Fails(values + "41\t1\t2\t3\t4\n", "a\tb\n", "line 42: 5 fields, expected 4");
        Fails(values.Replace("\tb\t", "\ta\t"), "a\tb\n", "two columns are called 'a'");
        Fails(values, "a\tb\n" + Days(25, _ => "b\tc\n") + "b\tz\n", "links.tsv, line 27: field 2 is 'z', which is no place");
        // A place that isn't known doesn't make another kind of file of it, wherever it stands.
        Fails(values, "a\tb\nb\tz\nb\tc\n", "links.tsv, line 2: field 2 is 'z', which is no place of the table");
        Fails(values, "z\tb\na\tb\nb\tc\n", "links.tsv, line 1: field 1 is 'z'");
        Fails(values, "from\tto\nx\ty\n", "links.tsv, line 2: field 1 is 'x'");
        Fails(values, "from\tto\na\n", "links.tsv, line 2: 1 fields, expected two places");
    }

    [TestMethod]
    [DataRow("b\t200\t8\na\t50\t9\nc\t50\t9\n", "stations.tsv, line 2: field 2 is 200, expected degrees from -90 to 90")]
    [DataRow("b\t20\t-190\na\t50\t9\nc\t50\t9\n", "stations.tsv, line 2: field 3 is -190, expected degrees from -180 to 360")]
    [DataRow("x\t20\t8\ny\t50\t9\n", "stations.tsv, line 1: no line below has one of the table's places, such as 'a'")]
    [DataRow("b\t20\t8\na\t50\t9\nc\t50\t9\na\t51\t9\n", "stations.tsv, line 5: 'a' has other coordinates in line 3")]
    [DataRow("b\t20\t8\na\t50\nc\t50\t9\n", "stations.tsv, line 3: 2 fields, expected 3")]
    public void Wrong_coordinates_are_named(string lines, string message)
    {
        using var folder = new TemporaryFolder(("daily.tsv", "day\ta\tb\tc\n" + Days(40, day => $"{day}\t{day}\t1\t2\n")),
            ("stations.tsv", "id\tlat\tlon\n" + lines));
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => PlaceFolder.Load(folder.Path, 6)).Message, message);
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--data", folder.Path);
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    [DataRow("b\t20\t8\na\t50\t9\n")]
    [DataRow("b\t20\t8\nc\t\t\na\t50\t9\n")]
    public void A_place_without_coordinates_is_linked_with_all_and_said(string lines)
    {
        using var folder = new TemporaryFolder(("daily.tsv", "day\ta\tb\tc\n" + Days(40, day => $"{day}\t{day}\t1\t2\n")),
            ("stations.tsv", "id\tlat\tlon\n" + lines));
        var data = PlaceFolder.Load(folder.Path, 6);
        Assert.HasCount(6, data.Links);
        StringAssert.Contains(data.Source, "1 without coordinates, linked with every other place");
    }

    [TestMethod]
    public void Events_that_leave_nothing_to_tell_apart_are_said()
    {
        using var folder = new TemporaryFolder(("events.tsv", "time\tsource\ttarget\n" + Days(300, day => $"{day}\ta\tb\n")));
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--data", folder.Path, "--epochs", "1", "--threads", "1");
        Assert.AreEqual(2, code);
        StringAssert.Contains(error, "labels of the training data are of one class");
        Assert.DoesNotContain("   at ", error);
    }

    [TestMethod]
    // In the table line n + 1 has the n-th time.
    [DataRow("day", "7=6", "line 8: the time 6 is the same as 6 of line 7, expected times that grow")]
    [DataRow("day", "7=3", "line 8: the time 3 is before 6 of line 7, expected times that grow")]
    [DataRow("x", "7=3", "if 'x' is a place, put a column of times in front")]
    [DataRow("time", "7=", "line 8: field 1 is '', expected a number as in the other lines")]
    [DataRow("date 2020-01-01", "7=2020-01-02", "line 8: the time 2020-01-02 is before 2020-01-06 of line 7")]
    [DataRow("date 2020-01-01", "7=2020-13-02", "line 8: field 1 is '2020-13-02', expected a date as in the other lines")]
    [DataRow("20200101", "7=20200106", "line 8: the time 20200106 is the same as 20200106 of line 7")]
    [DataRow("names", "7=n6", "line 8: the time 'n6' is that of line 7, expected times that differ")]
    public void Times_that_do_not_grow_are_named(string kind, string change, string message)
    {
        using var folder = new TemporaryFolder(("daily.tsv", Timed(kind, change.Split('='))));
        var error = Assert.ThrowsExactly<InvalidDataException>(() => PlaceFolder.Load(folder.Path, 6));
        StringAssert.Contains(error.Message, "daily.tsv, ");
        StringAssert.Contains(error.Message, message);
    }

    [TestMethod]
    [DataRow("day", "40=90", "1 of 39 steps of time are longer than 1: the longest, of 51, leads from 39 to 90 in line 41")]
    [DataRow("date 2020-01-01", "40=2020-03-01", "are longer than 1 day: the longest, of 22 days, leads from 2020-02-08 to 2020-03-01")]
    [DataRow("20200101", "40=20200301", "are longer than 1 day: the longest, of 22 days")]
    [DataRow("names", "40=n40", "times are names such as 'n1'")]
    [DataRow("day", "40=40", null)]
    [DataRow("20200101", "40=20200209", null)]
    public void Gaps_in_regular_times_are_said(string kind, string change, string? remark)
    {
        using var folder = new TemporaryFolder(("daily.tsv", Timed(kind, change.Split('='))), ("notes.tsv", "who\twhat\nme\tnothing\n"));
        var data = PlaceFolder.Load(folder.Path, 6);
        Assert.HasCount(remark is null ? 1 : 2, data.Remarks);
        if (remark is not null)
            StringAssert.Contains(data.Remarks[0], remark);
        StringAssert.StartsWith(data.Remarks[^1], "notes.tsv isn't read");
        Assert.HasCount(2, data.Places);
    }

    // Forty times of two places, one of which is replaced.
    private static string Timed(string kind, string[] change) => $"{kind.Split(' ')[0]}\ta\tb\n" + Days(40, number =>
    {
        var day = new DateTime(2020, 1, 1).AddDays(number - 1);
        var time = number == int.Parse(change[0]) ? change[1] : kind switch
        {
            "names" => $"n{number}", "20200101" => $"{day:yyyyMMdd}", "date 2020-01-01" => $"{day:yyyy-MM-dd}", _ => $"{number}",
        };
        return $"{time}\t{number % 7}\t{number % 5}\n";
    });

    [TestMethod]
    public void What_is_too_long_for_the_data_says_what_is_not()
    {
        var data = Traffic.Generate(1);
        void Fails(int window, int? tested, params string[] parts)
        {
            var error = Assert.ThrowsExactly<InvalidDataException>(() => Split.Of(data, window, tested));
            foreach (var part in parts)
                StringAssert.Contains(error.Message, part);
        }
        Fails(3, 1499, "1500 times", "the last 1499 (--test-steps)", "at most --test-steps 1492 with --window 3.");
        Assert.AreEqual(8, Split.Of(data, 3, 1492).Test);
        Fails(2000, null, "from the last 2000 (--window)", "at most --window 478 with --test-steps 375.");
        Assert.AreEqual(1125, Split.Of(data, 478, null).Test);
        Fails(100, 1400, "at most --test-steps 1264 with --window 100, or --window 42 with --test-steps 1400.");
    }

    [TestMethod]
    [DataRow("--task events --window 3", "--window isn't read for events.")]
    [DataRow("--task events --layers 3", "--layers isn't read for events.")]
    [DataRow("--task events --network jodie --dropout 0.5", "--dropout isn't read by --network jodie.")]
    [DataRow("--task eta --members 3", "--members isn't read for trips.")]
    [DataRow("--task eta --history 3", "--history isn't read for trips.")]
    [DataRow("--task brains --negatives 3", "--negatives isn't read for signals of brains.")]
    [DataRow("--history 3", "--history isn't read for forecasts of places.")]
    [DataRow("--neighbors 3", "--neighbors is for places with coordinates")]
    [DataRow("--task eta --network tgn", "--network tgn isn't for this task; expected sage")]
    [DataRow("--network convolution", "--network convolution isn't for this task")]
    [DataRow("--hidden 30 --network pna", "--hidden is 30: expected a multiple of 4, the heads of the transformer")]
    [DataRow("--task events --hidden 3", "--hidden is 3: expected a multiple of 2, the heads of tgn.")]
    [DataRow("--network nothing", "--network is nothing: expected one or several of")]
    public void Options_that_would_be_ignored_are_refused(string line, string message)
    {
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", line.Split(' '));
        Assert.AreEqual(1, code);
        StringAssert.Contains(error, message);
    }

    [TestMethod]
    public void Options_that_a_folder_ignores_are_refused()
    {
        using var folder = new TemporaryFolder(("daily.tsv", Timed("day", ["1", "1"])), ("links.tsv", "from\tto\na\tb\n"));
        void Fails(string message, params string[] args)
        {
            var (code, _, error) = ExampleProgram.Run("GraphsInTime", ["--data", folder.Path, .. args]);
            Assert.AreEqual(1, code);
            StringAssert.Contains(error, message);
        }
        Fails("--neighbors is for a file of coordinates; links come from links.tsv.", "--neighbors", "2");
        Fails("--epochs isn't read for the regions of a recording", "--task", "brains", "--epochs", "2");
        File.WriteAllText(folder["events.tsv"], "time\tuser\titem\n1\ta\tb\n");
        Fails("--task brains is for a table of regions over time", "--task", "brains");
        Fails("--window isn't read for events.", "--window", "2");
    }

    [TestMethod]
    public void The_rule_of_messages_is_found()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--task", "events", "--network", "jodie", "--threads", "1", "--epochs",
            "4", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.AreEqual("events", figures.GetProperty("task").GetString());
        Assert.IsGreaterThan(0.9 * Of("rule_mrr"), Of("mrr"));
        Assert.IsGreaterThan(0.97 * Of("rule_average_precision"), Of("average_precision"));
        Assert.IsLessThan(0.2, Of("recency_mrr"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.AreEqual(1, ExampleProgram.Run("GraphsInTime", "--task", "events", "--network", "pna").Code);
    }

    [TestMethod]
    public void Events_are_read()
    {
        const string header = "time\tsender\tlist\tthread\treply_to\tbody_chars\n";
        using var folder = new TemporaryFolder(("events.tsv", header + "1\t0\tx\t0\t-1\t7\n3\t1\tx\t0\t0\t0\n"));
        var data = EventFolder.Load(folder.Path);
        Assert.AreEqual(("", "0", "x", MathF.Log(8), true), (data.Events[0].Target, data.Events[1].Target, data.Events[0].Context,
            data.Events[0].Features.Single(), data.HasContexts));
        void Fails(string lines, string message)
        {
            using var bad = new TemporaryFolder(("events.tsv", header + lines));
            StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => EventFolder.Load(bad.Path)).Message, message);
        }
        Fails("3\t1\tx\t0\t0\t0\n1\t0\tx\t0\t-1\t7\n", "line 3: the time is 1, before that of the line before");
        Fails("3\t\tx\t0\t0\t0\n", "line 2: field 2 (sender) is empty");
        Fails("noon\t1\tx\t0\t0\t0\n", "line 2: field 1 is 'noon', expected a time");
        Fails("3\t1\tx\t0\t0\t-5\n", "line 2: field 6 (body_chars) is -5, expected at least 0");
        Fails("3\t1\tx\t0\t0\n", "line 2: 5 fields, expected 6");
        Fails("", "events.tsv, line 1: there is no line behind the header, expected one for each event");
    }

    [TestMethod]
    public void Events_that_can_not_be_asked_about_are_named_by_file_and_line()
    {
        string Events(int count, int first, int end) => "time\tsender\treply_to\n" + Days(count, number =>
            $"{number}\ts{number % 3}\t{(number >= first && number < end ? "-1" : $"s{(number + 1) % 3}")}\n");
        void Fails(string table, string message)
        {
            using var folder = new TemporaryFolder(("events.tsv", table));
            var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--data", folder.Path);
            Assert.AreEqual(2, code);
            StringAssert.Contains(error, message);
            StringAssert.Contains(error, folder.Path);
        }
        Fails(Events(1, 9, 9), "events.tsv, line 2: 1 event is too few");
        Fails(Events(40, 1, 29), "events.tsv, line 2: no event from here to line 29 has a target");
        Fails(Events(40, 35, 41), "events.tsv, line 36: no event from here to line 41 has a target");
    }

    [TestMethod]
    public void A_file_is_read_like_a_folder_of_it()
    {
        using var folder = new TemporaryFolder(("daily.tsv", "day\ta\tb\tc\n" + Days(40, day => $"{day}\t{day}\t1\t2\n")),
            ("events.tsv", "time\tsender\treply_to\n1\ta\tb\n2\tb\ta\n"));
        Assert.HasCount(3, PlaceFolder.Load(folder["daily.tsv"], 6).Places);
        Assert.HasCount(2, EventFolder.Load(folder["events.tsv"]).Events);
        Assert.IsNull(EventFolder.Find(folder["daily.tsv"]));
        var (code, text, error) = ExampleProgram.Run("GraphsInTime", "--data", folder["daily.tsv"], "--task", "brains");
        Assert.AreEqual(0, code, error);
        StringAssert.Contains(text, "40 times of 3 regions");
    }

    [TestMethod]
    public void Weights_repeated_links_and_loops_are_said()
    {
        using var folder = new TemporaryFolder(("daily.tsv", "day\ta\tb\tc\n" + Days(40, day => $"{day}\t{day}\t1\t2\n")),
            ("links.tsv", "from\tto\tweight\na\tb\t1\nb\ta\t2\na\tb\t1\nc\tc\t1\nb\tc\t1\n"), ("other.json", "{}"),
            ("notes.txt", "of places\n"));
        var data = PlaceFolder.Load(folder.Path, 6);
        Assert.HasCount(4, data.Links);
        CollectionAssert.IsSubsetOf((string[])["notes.txt, other.json aren't read: links.tsv says which places are linked",
            "links.tsv: column weight isn't read", "links.tsv: 2 repeated links and 1 loop are left out, 2 links kept"], data.Remarks);
    }

    [TestMethod]
    public void The_graph_of_roads_is_learned()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--network", "learned", "--threads", "1", "--epochs", "30", "--members",
            "1", "--output", folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsLessThan(0.97 * Of("none_mae"), Of("mae"));
        Assert.IsGreaterThan(3 * Of("links_by_chance"), Of("links_learned"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.IsTrue(File.Exists(folder["learned-graph.svg"]));
    }

    [TestMethod]
    public void Brains_differ_by_coupling_alone()
    {
        using var folder = new TemporaryFolder();
        var (code, _, error) = ExampleProgram.Run("GraphsInTime", "--task", "brains", "--threads", "1", "--epochs", "5", "--output",
            folder.Path, "--json", folder["figures.json"]);
        Assert.AreEqual(0, code, error);
        var figures = JsonDocument.Parse(File.ReadAllBytes(folder["figures.json"])).RootElement;
        double Of(string name) => figures.GetProperty(name).GetDouble();
        Assert.IsGreaterThan(0.85, Of("test_accuracy"));
        Assert.IsLessThan(0.65, Of("none_test_accuracy"));
        Assert.IsLessThan(1e-4, Of("onnx_max_difference"));
        Assert.IsTrue(File.Exists(folder["same-rhythm.svg"]));
    }

    [TestMethod]
    public void Regions_that_move_together_are_found()
    {
        static PlaceData Recording(params string[] regions) => new("recording", regions, [.. Enumerable.Range(0, 50).Select(i => $"{i}")],
            [.. Enumerable.Range(0, 50).Select(time => regions.Select((_, i) => MathF.Sin(time * (1 + i % 2)) + 0.1f * i
                + (regions[0] == "WM" ? MathF.Cos(3.1f * time) * 5 : 0)).ToArray())], [], "");
        Assert.AreEqual((2, 2), Regions.Of(Recording("LA", "LB", "RA", "RB"), false).Opposite());
        Assert.AreEqual((0, 0), Regions.Of(Recording("a", "b", "c"), false).Opposite());
        var cleaned = Regions.Of(Recording("WM", "x", "LA", "LB"), true);
        CollectionAssert.AreEqual((string[])["WM"], cleaned.Removed);
        Assert.HasCount(3, cleaned.Names);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Regions.Of(Recording("WM", "x"), true)).Message,
            "recording has 1 regions");
        var holes = Recording("LA", "RA");
        holes.Values[3][1] = float.NaN;
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Regions.Of(holes, false)).Message,
            "time 3: RA is missing");
    }
}
