namespace Clients.Tests;

/// <summary>The clients say what is expected of the small models, each where its runtime is on the machine.</summary>
[TestClass]
public class ClientTests
{
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [Timeout(300_000)]
    public async Task All_runtimes_say_what_is_expected_of_all_models()
    {
        var table = new RuntimeTable(Programs.Models);
        table.Add("C#", table.Rows, Checked(Programs.Minimal("check", Programs.Models)));
        table.Add("stock ML.NET", table.Saved, [.. StockModels.Compare(Programs.Models)]);
        if (Programs.FindPackages("node", out var reason) is { } node)
            table.Add("Node", table.All, Checked(Programs.Run("node", node, "check.mjs")));
        else
            TestContext.WriteLine(reason);
        if (Programs.FindPackages("browser", out reason) is not null && Chromium.Find(out reason) is { } program)
        {
            await using var browser = await Chromium.StartAsync(program);
            using var files = new StaticFiles(Programs.Clients);
            table.Add("browser", table.All, await Pages.CheckAsync(browser, files.Url, "../models/"));
        }
        else
            TestContext.WriteLine(reason);
        if (Programs.Run("python3", Path.Combine(Programs.Clients, "python"), "check.py") is (not (null or 2), _) run)
            table.Add("Python", table.Rows, Checked(run));
        else
            TestContext.WriteLine("Python with ONNX Runtime is not on this machine.");
        TestContext.WriteLine(table.ToString());
    }

    [TestMethod]
    [Timeout(300_000)]
    public void Checks_find_a_wrong_number_and_a_wrong_label()
    {
        foreach (var (model, right, wrong) in new[] { ("series", "0.99", "0.98"), ("questions", "[\"person\"]", "[\"place\"]") })
        {
            var folder = Directory.CreateTempSubdirectory();
            File.WriteAllText(Path.Combine(folder.FullName, "models.json"), $$"""[{"name":"{{model}}","kind":""}]""");
            File.Copy(Path.Combine(Programs.Models, $"{model}.onnx"), Path.Combine(folder.FullName, $"{model}.onnx"));
            var expected = File.ReadAllText(Path.Combine(Programs.Models, $"{model}.json"));
            Assert.Contains(right, expected);
            File.WriteAllText(Path.Combine(folder.FullName, $"{model}.json"), expected.Replace(right, wrong));
            List<(int? Code, string Output)> runs = [Programs.Minimal("check", folder.FullName)];
            if (Programs.FindPackages("node", out _) is { } node)
                runs.Add(Programs.Run("node", node, "check.mjs", folder.FullName));
            foreach (var (code, output) in runs)
            {
                Assert.AreEqual(1, code, output);
                Assert.IsGreaterThan(RuntimeTable.Tolerance, Difference.Read(output).First(found => found.Case == "row 1").Value, output);
            }
            folder.Delete(recursive: true);
        }
    }

    [TestMethod]
    [Timeout(300_000)]
    public void Node_classifies_a_question()
    {
        var (code, answer) = Programs.Run("node", Programs.WithPackages("node"), "classify.mjs", "who", "wrote", "the", "book");
        Assert.AreEqual(0, code, answer);
        Assert.StartsWith("person", answer);
    }

    [TestMethod]
    public void ONNX_Runtime_alone_runs_texts_tokens_graphs_and_generators()
    {
        var (code, lines) = Programs.Minimal();
        Assert.AreEqual(0, code, lines);
        CollectionAssert.AreEqual((string[])
        [
            "who wrote the book: person (0.997)",
            "how many people saw the bridge: number (1.000)",
            "where is the garden: place (0.999)",
            "five nodes, four of them in a ring: one ring (0.985)",
            "fade backwards: edaf",
        ], lines.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), lines);
    }

    [TestMethod]
    [DataRow("node")]
    [DataRow("browser")]
    public void Lock_files_name_no_host_of_packages(string client) => Assert.DoesNotContain("\"resolved\"",
        File.ReadAllText(Path.Combine(Programs.Clients, client, "package-lock.json")));

    private static Difference[] Checked((int? Code, string Output) run)
    {
        Assert.AreEqual(0, run.Code, run.Output);
        return Difference.Read(run.Output);
    }
}
