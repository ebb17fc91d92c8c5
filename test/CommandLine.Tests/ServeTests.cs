using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using MLSeqGraph.Experiments.Tests;

namespace MLSeqGraph.CommandLine.Tests;

/// <summary>Models over HTTP, how fast they are, and reports of them.</summary>
[TestClass]
public class ServeTests
{
    [TestMethod]
    public async Task A_model_is_served_measured_and_reported()
    {
        using var folder = new TemporaryFolder();
        var (train, test) = (ToolRun.WriteQuestions(folder, "train.tsv", 200, 1, header: "label\ttext"),
            ToolRun.WriteQuestions(folder, "test.tsv", 40, 2, header: "label\ttext"));
        var model = folder.File("model.zip");
        ToolRun.Good("train", "--data", train, "--output", model, "--epochs", "3", "--threads", "1");
        // a report: curves of the trial, and the test rows
        var code = ToolRun.Good("report", "--model", model, "--data", test, "--output", folder.File("r.html"), "--json", "--code").Json;
        var html = File.ReadAllText(folder.File("r.html"));
        foreach (var part in (string[])["Confusion matrix", "ROC", "Calibration", "<td>data</td><td>train.tsv</td>", "validation", "loss"])
            Assert.Contains(part, html);
        Assert.DoesNotContain("There is no record of epochs", html);
        GeneratedCodeTests.Compile(folder, code.GetProperty("code").GetString()!);
        // speed
        var bench = ToolRun.Good("bench", "--model", model, "--data", test, "--seconds", "0.2", "--json").Json;
        Assert.IsGreaterThan(40, bench.GetProperty("rows_per_second").GetDouble());
        Assert.IsTrue(bench.GetProperty("milliseconds_per_row").GetDouble() is > 0 and < 1000);
        // over HTTP: the same as by file
        ToolRun.Good("score", "--model", model, "--data", test, "--output", folder.File("s.tsv"));
        var lines = File.ReadAllLines(folder.File("s.tsv")).Skip(1).Select(line => line.Split('\t')).ToArray();
        using var end = new CancellationTokenSource();
        using StringWriter output = new(), errors = new();
        var serving = Task.Run(() => new Tool(TextWriter.Synchronized(output), errors, end.Token).Run("serve", "--model", model, "--port",
            "0"));
        try
        {
            var address = await AddressOf(output, serving, errors);
            using var client = new HttpClient { BaseAddress = new(address) };
            var answers = await Task.WhenAll(lines.Select(line => Post(client, new JsonObject { ["text"] = line[1] }.ToJsonString())));
            for (var i = 0; i < lines.Length; i++)
            {
                Assert.AreEqual(HttpStatusCode.OK, answers[i].Status);
                Assert.AreEqual(lines[i][2], (string?)answers[i].Body["predictedLabel"]);
                Assert.AreEqual(float.Parse(lines[i][3]), (float)answers[i].Body["probability"]!, 1e-4f);
            }
            var list = await Post(client, """[{"text": "who is the king"}, {"text": "where is the river"}]""");
            Assert.AreEqual("person place", string.Join(' ', list.Body.AsArray().Select(one => (string?)one!["predictedLabel"])));
            foreach (var (body, part) in ((string, string)[])
            [
                ("nothing", "The body is no JSON"), ("[1]", "Row 0 is 1; expected an object"), ("""{"txt": "a"}""",
                    "'txt', which the model"),
                ("""{"txt": "a"}""", "Did you mean text?"), ("{}", "Row 0 lacks 'text'"), ("""{"text": 3}""",
                    "'text' is 3; expected a text"),
            ])
            {
                var bad = Post(client, body).GetAwaiter().GetResult();
                Assert.AreEqual(HttpStatusCode.BadRequest, bad.Status, body);
                Assert.Contains(part, (string)bad.Body["error"]!);
            }
            var described = JsonNode.Parse(await client.GetStringAsync("model"))!;
            Assert.AreEqual("Classification text", $"{described["task"]} {described["reads"]![0]}");
            Assert.AreEqual("ok", await client.GetStringAsync("health"));
        }
        finally
        {
            await end.CancelAsync();
        }
        Assert.AreEqual(0, await serving);
    }

    [TestMethod]
    public async Task Numbers_are_served_by_the_names_of_columns()
    {
        using var folder = new TemporaryFolder();
        var data = ToolRun.WriteNumbers(folder, "sums.csv", (x, y) => FormattableString.Invariant($"{2 * x + y}"));
        ToolRun.Good("train", "--data", data, "--label", "outcome", "--output", folder.File("m.zip"));
        Assert.Contains("Predictions", File.ReadAllText(Report(folder, data)));
        Assert.IsGreaterThan(10, ToolRun.Good("bench", "--model", folder.File("m.zip"), "--data", data, "--seconds", "0.2", "--json").Json
            .GetProperty("rows_per_second").GetDouble());
        using var end = new CancellationTokenSource();
        using StringWriter output = new(), errors = new();
        var serving = Task.Run(() => new Tool(TextWriter.Synchronized(output), errors, end.Token).Run("serve", "--model",
            folder.File("m.zip"), "--port", "0"));
        using var client = new HttpClient { BaseAddress = new(await AddressOf(output, serving, errors)) };
        Assert.AreEqual(1.5f, (float)(await Post(client, """{"width": 0.5, "height": 0.5}""")).Body["score"]!, 0.5f);
        Assert.Contains("'height' is null; expected a number", (string)(await Post(client, """{"width": 0.5, "height": null}"""))
            .Body["error"]!);
        var taken = ToolRun.Of("serve", "--model", folder.File("m.zip"), "--port", client.BaseAddress!.Port.ToString());
        Assert.AreEqual(2, taken.Code);
        Assert.Contains("can't be listened on", taken.Errors);
        await end.CancelAsync();
        Assert.AreEqual(0, await serving);
    }

    [TestMethod]
    [DataRow(1, "--port is 70000; expected 0 to 65535", "serve", "--port", "70000")]
    [DataRow(1, "--host is here; expected an address", "serve", "--host", "here")]
    [DataRow(1, "--queue is 5; expected at least a batch", "serve", "--queue", "5")]
    [DataRow(2, "There is no file '/no/model.zip'", "serve", "--model", "/no/model.zip")]
    [DataRow(2, "There is no file '/no/model.zip'", "bench", "--model", "/no/model.zip", "--data", "x")]
    [DataRow(1, "--seconds is 0; expected a number above 0", "bench", "--seconds", "0", "--data", "x")]
    [DataRow(1, "State either --study, or --model and perhaps --data.", "report")]
    [DataRow(1, "State either --study, or --model and perhaps --data.", "report", "--study", "a.db", "--model", "m.zip")]
    public void Wrong_options_are_named(int code, string part, params string[] arguments)
    {
        var run = ToolRun.Of(arguments);
        Assert.AreEqual(code, run.Code, run.Errors);
        Assert.Contains(part, run.Errors);
    }

    private static string Report(TemporaryFolder folder, string data)
    {
        File.WriteAllText(folder.File("attention.svg"), """<svg xmlns="http://www.w3.org/2000/svg"><text>who reads whom</text></svg>""");
        string[] command = ["report", "--model", folder.File("m.zip"), "--data", data, "--output", folder.File("r.html"), "--drawing"];
        ToolRun.Good([.. command, folder.File("attention.svg")]);
        Assert.Contains("who reads whom", File.ReadAllText(folder.File("r.html")));
        foreach (var (wrong, said) in ((string, string)[])[("<svg><script>1</script></svg>", "'script' loads or runs something"),
            ("<svg><a onclick='x'/></svg>", "'a' loads or runs"), ("<svg><image href='http://x/y.png'/></svg>", "'image' loads or runs"),
            ("<svg style='fill: url( http://x )'/>", "'svg' loads or runs"), ("<html/>", "'html'; expected a drawing"),
            ("<!DOCTYPE svg [<!ENTITY a 'b'>]><svg/>", "no SVG"), ("drawn", "line 1: no SVG")])
        {
            File.WriteAllText(folder.File("wrong.svg"), wrong);
            var run = ToolRun.Of([.. command, folder.File("wrong.svg")]);
            Assert.AreEqual(2, run.Code, wrong);
            Assert.Contains(said, run.Errors);
        }
        return folder.File("r.html");
    }

    private static async Task<string> AddressOf(StringWriter output, Task<int> serving, StringWriter errors)
    {
        for (var i = 0; i < 600; i++)
        {
            if (output.ToString().Split(' ').FirstOrDefault(word => word.StartsWith("http://", StringComparison.Ordinal)) is { } url)
                return url[..(url.IndexOf("/score", StringComparison.Ordinal) + 1)];
            Assert.IsFalse(serving.IsCompleted, errors.ToString());
            await Task.Delay(100);
        }
        throw new AssertFailedException("The server didn't begin.");
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> Post(HttpClient client, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync("score", content);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!);
    }
}
