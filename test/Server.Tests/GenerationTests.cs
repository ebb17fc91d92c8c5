using System.Net;
using System.Net.Http.Json;
using System.Net.ServerSentEvents;
using System.Text.Json.Nodes;

namespace Server.Tests;

/// <summary>Sequences that are written, and streamed.</summary>
[TestClass]
public class GenerationTests
{
    [TestMethod]
    [DataRow("sentences")]
    [DataRow("backwards")]
    public async Task Tokens_are_streamed_as_the_generator_writes_them(string model)
    {
        await using var served = await Served.StartAsync($"{model}.decoder");
        var expected = Served.Expected(model);
        var options = expected["options"]!;
        var isPrompt = model == "sentences";
        foreach (var each in expected["generation"]!.AsArray())
        {
            // The server puts the start token in front of a prompt by itself.
            var input = each!["input"]!.AsArray().Select(token => token!.GetValue<long>()).ToArray();
            var greedy = await WriteAsync(served, new { tokens = input, maximumLength = 8 });
            AreSame(each["greedy"]!, greedy);
            AreSame(each["beams"]![0]!, await WriteAsync(served, new { tokens = input, maximumLength = 8, beams = 4 }));
            AreSame(each["sampled"]!, await WriteAsync(served, new
            {
                tokens = input, maximumLength = 8, seed = options["seed"]!.GetValue<int>(), topK = options["topK"]!.GetValue<int>(),
                topP = options["topP"]!.GetValue<double>(), temperature = options["temperature"]!.GetValue<double>(),
            }));
            Assert.AreEqual(greedy[^1]["tokens"]!.ToJsonString(), new JsonArray([.. greedy[..^1].Select(token =>
                token["token"]!.DeepClone())])
                .ToJsonString());
        }
        Assert.Contains("mlseqgraph_tokens", await served.Http.GetStringAsync("/metrics"));
    }

    [TestMethod]
    [DataRow("""{"tokens":[]}""", "empty")]
    [DataRow("""{"tokens":[9999]}""", "9999")]
    [DataRow("""{"tokens":[1],"maximumLength":100000}""", "at most 512")]
    [DataRow("""{"tokens":[1],"temperature":0}""", "Temperature is 0")]
    [DataRow("""{"tokens":[1],"topP":2,"temperature":1}""", "TopP is 2")]
    [DataRow("""{"tokens":[1],"beams":1000}""", "beams is 1000")]
    [DataRow("""{"text":"abc"}""", "no tokenizer")]
    [DataRow("""{}""", "Expected either text or tokens")]
    [DataRow("""{"tokens":"abc"}""", "")]
    [DataRow("no json", "")]
    public async Task What_can_not_be_written_is_a_problem_of_the_client(string body, string says)
    {
        await using var served = await Served.StartAsync("backwards.decoder");
        using var answer = await served.Http.PostAsync("/generate", new StringContent(body, null, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode, text);
        Assert.Contains(says, $"{JsonNode.Parse(text)!["detail"]}");
    }

    [TestMethod]
    public async Task A_model_of_another_task_says_where_to_go()
    {
        await using var writer = await Served.StartAsync("backwards.decoder");
        var predict = await writer.Http.PostAsJsonAsync("/predict", new { tokens = new[] { 1 } });
        Assert.AreEqual(HttpStatusCode.BadRequest, predict.StatusCode);
        Assert.Contains("Use /generate", await predict.Content.ReadAsStringAsync());
        await using var classifier = await Served.StartAsync("words");
        var generate = await classifier.Http.PostAsJsonAsync("/generate", new { tokens = new[] { 1 } });
        Assert.AreEqual(HttpStatusCode.BadRequest, generate.StatusCode);
        Assert.Contains("Use /predict", await generate.Content.ReadAsStringAsync());
    }

    private static void AreSame(JsonNode expected, JsonNode[] events)
    {
        Assert.AreEqual(expected["tokens"]!.ToJsonString(), events[^1]["tokens"]!.ToJsonString());
        Assert.AreEqual(expected["logProbability"]!.GetValue<double>(), events[^1]["logProbability"]!.GetValue<double>(), 1e-5);
        Assert.AreEqual(expected["ended"]!.GetValue<bool>(), events[^1]["ended"]!.GetValue<bool>());
    }

    private static async Task<JsonNode[]> WriteAsync(Served served, object request)
    {
        using var answer = await served.Http.PostAsJsonAsync("/generate", request);
        var stream = await answer.Content.ReadAsStreamAsync();
        Assert.AreEqual("text/event-stream", answer.Content.Headers.ContentType?.MediaType);
        var events = new List<JsonNode>();
        await foreach (var item in SseParser.Create(stream).EnumerateAsync())
            events.Add(JsonNode.Parse(item.Data)!);
        return [.. events];
    }
}
