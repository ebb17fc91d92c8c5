using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Server.Tests;

/// <summary>Rows of all kinds of models, alone and together, and those that are wrong.</summary>
[TestClass]
public class PredictionTests
{
    [TestMethod]
    [DataRow("words")]
    [DataRow("tags")]
    [DataRow("series")]
    [DataRow("graphs")]
    [DataRow("nodes")]
    [DataRow("questions")]
    public async Task Rows_are_scored_as_the_model_does_alone_or_together(string model)
    {
        await using var served = await Served.StartAsync(model, "--MaxDelay", "20");
        var rows = Served.Rows(model);
        foreach (var (row, scores) in rows)
            Served.AreScores(scores, await served.PredictAsync(row));
        var together = await Task.WhenAll(Enumerable.Range(0, 60).Select(i => served.PredictAsync(rows[i % rows.Length].Row.DeepClone())));
        for (var i = 0; i < together.Length; i++)
            Served.AreScores(rows[i % rows.Length].Scores, together[i]);
        // Fewer runs than rows: some ran together.
        var metrics = await served.Http.GetStringAsync("/metrics");
        Assert.IsLessThan(50, Counter(metrics, "mlseqgraph_batch_rows_count"), metrics);
        Assert.AreEqual(60 + rows.Length, Counter(metrics, "mlseqgraph_batch_rows_sum"), metrics);
    }

    [TestMethod]
    public async Task A_sentence_is_answered_with_a_label_by_name()
    {
        await using var served = await Served.StartAsync("words");
        var answer = await served.PredictAsync(new JsonObject { ["text"] = "who wrote the book" });
        Assert.AreEqual("person", $"{answer["predictedLabel"]}");
        Assert.HasCount(4, answer["poolingAttention"]!.AsArray());
        var described = JsonNode.Parse(await served.Http.GetStringAsync("/model"))!;
        Assert.AreEqual($"{described["version"]}", $"{answer["model"]}");
        Assert.AreEqual("Classification", $"{described["task"]}");
        Assert.HasCount(4, described["labels"]!.AsArray());
    }

    [TestMethod]
    public async Task A_file_that_reads_text_gets_text()
    {
        await using var served = await Served.StartAsync("questions", "--MaxText", "100", "--MaxSteps", "10", "--MaxBody", "500000");
        Assert.AreEqual("place", $"{(await served.PredictAsync(new JsonObject { ["Text"] = "where is the garden" }))["predictedLabel"]}");
        string[] texts = ["who wrote the book", "\uD83D\uDE00 ?", "where is the garden"];
        var answers = (await served.PredictAsync(new JsonArray([.. texts.Select(text => new JsonObject { ["Text"] = text })]))).AsArray();
        Assert.AreEqual("person", $"{answers[0]!["predictedLabel"]}");
        Assert.AreEqual("place", $"{answers[2]!["predictedLabel"]}");

        foreach (var (text, status, says) in new[]
        {
            (new string('a', 101), 400, "a text of 101 characters; this server takes at most 100"),
            ("a b c d e f g h i j k", 400, "11 words; expected at most 10"),
            (new string('a', 1 << 20), 413, "too large"),
        })
        {
            using var answer = await served.Http.PostAsJsonAsync("/predict", new JsonObject { ["Text"] = text });
            Assert.AreEqual(status, (int)answer.StatusCode);
            Assert.Contains(says, $"{JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["detail"]}");
        }

        var document = JsonNode.Parse(await served.Http.GetStringAsync("/openapi/v1.json"))!;
        var row = document["paths"]!["/predict"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!["oneOf"]![0]!;
        Assert.AreEqual("string", $"{row["properties"]!["Text"]!["type"]}");
        Assert.AreEqual("100", $"{row["properties"]!["Text"]!["maxLength"]}");
        Assert.AreEqual("""["Text"]""", row["required"]!.ToJsonString());
    }

    [TestMethod]
    public async Task An_unknown_token_at_the_end_is_no_padding()
    {
        await using var served = await Served.StartAsync("words");
        var answer = await served.PredictAsync(new JsonObject { ["tokens"] = new JsonArray(3, 4, 0) });
        Assert.HasCount(3, answer["poolingAttention"]!.AsArray());
        Assert.AreNotEqual("0", $"{answer["poolingAttention"]![2]}");
    }

    [TestMethod]
    public async Task Several_rows_of_a_request_get_an_answer_each()
    {
        await using var served = await Served.StartAsync("series");
        var rows = Served.Rows("series");
        var answers = (await served.PredictAsync(new JsonArray([.. rows.Select(row => row.Row.DeepClone())]))).AsArray();
        Assert.HasCount(rows.Length, answers);
        for (var i = 0; i < rows.Length; i++)
            Served.AreScores(rows[i].Scores, answers[i]!);
    }

    [TestMethod]
    [DataRow("words", "no json", 400, "is an invalid")]
    [DataRow("words", "", 400, "")]
    [DataRow("words", "null", 400, "")]
    [DataRow("words", "7", 400, "the number 7")]
    [DataRow("words", "{}", 400, "'tokens' is missing")]
    [DataRow("words", "[]", 400, "no rows")]
    [DataRow("words", """{"tokens":[]}""", 400, "empty")]
    [DataRow("words", """{"tokens":"who"}""", 400, "text where an array belongs")]
    [DataRow("words", """{"tokens":[1.5]}""", 400, "1.5 where a whole number belongs")]
    [DataRow("words", """{"tokens":[[1]]}""", 400, "an array where a whole number belongs")]
    [DataRow("words", """{"tokens":[1,99999]}""", 400, "99999")]
    [DataRow("words", """{"tokens":[1,-1]}""", 400, "-1")]
    [DataRow("words", """{"text":7}""", 400, "'text' is the number 7")]
    [DataRow("words", """{"text":""}""", 400, "empty")]
    [DataRow("words", """{"tokens":[1],"lengths":[1]}""", 400, "no input 'lengths'")]
    [DataRow("words", """[{"tokens":[1]},{"tokens":[]}]""", 400, "Row 1")]
    [DataRow("questions", """{"Text":""}""", 400, "'Text' is an empty text")]
    [DataRow("questions", """{"Text":" \t"}""", 400, "'Text' is an empty text")]
    [DataRow("questions", """{"Text":7}""", 400, "the number 7 where text belongs")]
    [DataRow("questions", """{"Text":null}""", 400, "null where text belongs")]
    [DataRow("questions", """{"Text":["who"]}""", 400, "an array where text belongs")]
    [DataRow("questions", """{"Text":"\ud800"}""", 400, "no Unicode")]
    [DataRow("questions", """{"text":"who"}""", 400, "no input 'text'; expected Text (a text)")]
    [DataRow("questions", "{}", 400, "'Text' is missing")]
    [DataRow("questions", """[{"Text":"who"},{"Text":""}]""", 400, "Row 1")]
    [DataRow("questions.characters", """{"Text":"0123456789012345678901234567890123456789012345678901234567890"}""", 400,
        "text_has_at_most_60_tokens")]
    [DataRow("series", """{"features":[[1],[2,3]]}""", 400, "arrays of 1 and 2")]
    [DataRow("series", """{"features":[[1e999]]}""", 400, "1e999")]
    [DataRow("series", """{"features":[[1,2]]}""", 400, "axis 1 has 2 where 1 belong")]
    [DataRow("graphs", """{"x":[[1],[1]],"edge_index":[[0],[2]]}""", 400, "the node 2")]
    [DataRow("graphs", """{"x":[[1]]}""", 400, "'edge_index' is missing")]
    [DataRow("links", """{"x":[[1,1],[1,1]],"edge_index":[[0],[1]],"pair_index":[[-1],[1]]}""", 400, "the node -1")]
    [DataRow("links", """{"x":[[1,1],[1,1]],"edge_index":[[0],[1]],"pair_index":[[0],[2]]}""", 400, "the node 2")]
    public async Task What_a_model_does_not_read_is_a_problem_of_the_client(string model, string body, int status, string says)
    {
        await using var served = await Served.StartAsync(model);
        using var answer = await served.Http.PostAsync("/predict", new StringContent(body, Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(status, (int)answer.StatusCode, text);
        Assert.AreEqual("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Contains(says, $"{JsonNode.Parse(text)!["detail"]}");
        Assert.AreEqual(HttpStatusCode.OK, (await served.Http.GetAsync("/health")).StatusCode);
    }

    [TestMethod]
    public async Task Too_much_is_refused()
    {
        await using var served = await Served.StartAsync("words", "--MaxSteps", "10", "--MaxBody", "2000", "--MaxQueue", "0");
        var steps = await served.Http.PostAsJsonAsync("/predict", new { tokens = Enumerable.Repeat(1, 11) });
        Assert.AreEqual(HttpStatusCode.BadRequest, steps.StatusCode);
        Assert.Contains("at most 10", await steps.Content.ReadAsStringAsync());
        var body = await served.Http.PostAsJsonAsync("/predict", new { tokens = Enumerable.Repeat(1, 1500) });
        Assert.AreEqual(HttpStatusCode.RequestEntityTooLarge, body.StatusCode);
        var queue = await served.Http.PostAsJsonAsync("/predict", new { tokens = new[] { 1 } });
        Assert.AreEqual(HttpStatusCode.ServiceUnavailable, queue.StatusCode);
        var form = await served.Http.PostAsync("/predict", new StringContent("tokens=1"));
        Assert.AreEqual(HttpStatusCode.UnsupportedMediaType, form.StatusCode);
        Assert.AreEqual("application/problem+json", form.Content.Headers.ContentType?.MediaType);
    }

    private static double Counter(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith(name, StringComparison.Ordinal)).Sum(line => double.Parse(line.Split(' ')[1]));
}
