using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Server.Tests;

/// <summary>A model that is replaced, a server that is watched and stopped.</summary>
[TestClass]
public class OperationTests
{
    private static readonly JsonNode Sentence = new JsonObject { ["text"] = "who wrote the book" };

    [TestMethod]
    public async Task No_request_is_lost_while_the_model_is_replaced()
    {
        await using var served = await Served.StartAsync("words");
        using var stop = new CancellationTokenSource();
        var versions = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var seen = new HashSet<string>();
            while (!stop.IsCancellationRequested)
            {
                var answer = await served.PredictAsync(Sentence.DeepClone());
                Assert.AreEqual("person", $"{answer["predictedLabel"]}");
                seen.Add($"{answer["model"]}");
            }
            return seen;
        })).ToArray();
        for (var swap = 0; swap < 6; swap++)
        {
            Put(served, swap % 2 == 0 ? "words.second.onnx" : "words.onnx");
            var answer = await served.Http.PostAsync("/admin/reload", null);
            Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, await answer.Content.ReadAsStringAsync());
            var version = $"{JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["model"]}";
            // What comes after the reload is the new model's.
            Assert.AreEqual(version, $"{(await served.PredictAsync(Sentence.DeepClone()))["model"]}");
        }
        stop.Cancel();
        Assert.HasCount(2, (await Task.WhenAll(versions)).SelectMany(seen => seen).ToHashSet());
    }

    [TestMethod]
    public async Task A_file_that_can_not_take_the_place_changes_nothing()
    {
        await using var served = await Served.StartAsync("words");
        var before = (await served.PredictAsync(Sentence.DeepClone())).ToJsonString();
        var whole = await File.ReadAllBytesAsync(served.Model);
        var flipped = (byte[])whole.Clone();
        flipped[whole.Length / 2] ^= 1;
        foreach (var (file, says) in new[]
        {
            (whole[..(whole.Length / 2)], "model"), (flipped, ""), ([], ""), ("no model"u8.ToArray(), ""),
            (File.ReadAllBytes(Path.Combine(Served.Models, "series.onnx")), "served is a model of Sequences for Classification"),
            (File.ReadAllBytes(Path.Combine(Served.Models, "backwards.encoder.onnx")), ""),
        })
        {
            await File.WriteAllBytesAsync(served.Model, file);
            using var answer = await served.Http.PostAsync("/admin/reload", null);
            var text = await answer.Content.ReadAsStringAsync();
            Assert.AreEqual(HttpStatusCode.Conflict, answer.StatusCode, text);
            Assert.Contains(says, text);
            Assert.AreEqual(before, (await served.PredictAsync(Sentence.DeepClone())).ToJsonString());
        }
        File.Delete(served.Model);
        Assert.AreEqual(HttpStatusCode.Conflict, (await served.Http.PostAsync("/admin/reload", null)).StatusCode);
        var metrics = await served.Http.GetStringAsync("/metrics");
        StringAssert.Matches(metrics, new("mlseqgraph_reloads_total.*accepted=\"false\".* 7( |$)", RegexOptions.Multiline));
    }

    [TestMethod]
    public async Task A_file_that_is_watched_is_loaded_when_it_changes()
    {
        await using var served = await Served.StartAsync("words", "--Watch", "0.05");
        var before = $"{(await served.PredictAsync(Sentence.DeepClone()))["model"]}";
        Put(served, "words.second.onnx");
        var clock = Stopwatch.StartNew();
        while ($"{(await served.PredictAsync(Sentence.DeepClone()))["model"]}" == before)
        {
            Assert.IsLessThan(10, clock.Elapsed.TotalSeconds, "The new file was not loaded within 10 seconds.");
            await Task.Delay(20);
        }
    }

    [TestMethod]
    public async Task Reloading_takes_the_key()
    {
        await using var served = await Served.StartAsync("words", "--AdminKey", "open sesame");
        Assert.AreEqual(HttpStatusCode.Forbidden, (await served.Http.PostAsync("/admin/reload", null)).StatusCode);
        served.Http.DefaultRequestHeaders.Add("X-Admin-Key", "open sesame");
        Assert.AreEqual(HttpStatusCode.OK, (await served.Http.PostAsync("/admin/reload", null)).StatusCode);
    }

    [TestMethod]
    public async Task What_is_under_way_is_answered_when_the_server_stops()
    {
        await using var served = await Served.StartAsync("words", "--MaxDelay", "400");
        var answer = served.PredictAsync(Sentence.DeepClone());
        await Task.Delay(100);
        Assert.IsFalse(answer.IsCompleted);
        await served.StopAsync();
        Assert.AreEqual("person", $"{(await answer)["predictedLabel"]}");
        await Assert.ThrowsAsync<HttpRequestException>(() => served.Http.GetAsync("/health"));
    }

    [TestMethod]
    public async Task It_says_how_it_is_and_what_it_can()
    {
        await using var served = await Served.StartAsync("words");
        Assert.AreEqual("Healthy", await served.Http.GetStringAsync("/health"));
        await served.PredictAsync(Sentence.DeepClone());
        var metrics = await served.Http.GetStringAsync("/metrics");
        foreach (var name in (string[])["mlseqgraph_batch_rows", "mlseqgraph_batch_duration_seconds",
            "http_server_request_duration_seconds"])
            Assert.Contains(name, metrics);
        var document = JsonNode.Parse(await served.Http.GetStringAsync("/openapi/v1.json"))!;
        CollectionAssert.IsSubsetOf((string[])["/predict", "/generate", "/model", "/admin/reload"],
            document["paths"]!.AsObject().Select(path => path.Key).ToArray());
    }

    [TestMethod]
    [DataRow("", "Say --Model FILE")]
    [DataRow("nowhere.onnx", "There is no")]
    [DataRow("words.json", "words.json")]
    [DataRow("backwards.encoder.onnx", "is the encoder part of a model that writes sequences")]
    [DataRow("backwards.greedy.onnx", "is the greedy part of a model that writes sequences")]
    public void A_server_without_a_model_does_not_start(string file, string says)
    {
        var path = file is not ("" or "nowhere.onnx") ? Path.Combine(Served.Models, file) : file;
        var error = Assert.Throws<InvalidDataException>(() => WebServer.Build(["--Model", path]));
        Assert.Contains(says, error.Message);
    }

    private static void Put(Served served, string file)
    {
        File.Copy(Path.Combine(Served.Models, file), served.Model + ".new");
        File.Move(served.Model + ".new", served.Model, overwrite: true);
    }
}
