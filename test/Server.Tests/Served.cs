using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;

namespace Server.Tests;

/// <summary>A server on a port of its own, over a copy of a small model.</summary>
internal sealed class Served : IAsyncDisposable
{
    internal static readonly string Models = Path.Combine(AppContext.BaseDirectory, "models");

    private readonly WebApplication _app;
    private readonly DirectoryInfo _folder;

    private Served(WebApplication app, DirectoryInfo folder, string model)
    {
        (_app, _folder, Model) = (app, folder, model);
        Http = new() { BaseAddress = new(app.Urls.First()) };
    }

    internal HttpClient Http { get; }

    /// <summary>The file that is served.</summary>
    internal string Model { get; }

    internal static async Task<Served> StartAsync(string model, params string[] options)
    {
        var folder = Directory.CreateTempSubdirectory();
        foreach (var file in Directory.GetFiles(Models, $"{model.Split('.')[0]}.*"))
            File.Copy(file, Path.Combine(folder.FullName, Path.GetFileName(file)));
        var path = Path.Combine(folder.FullName, $"{model}.onnx");
        var app = WebServer.Build(["--Model", path, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None", .. options]);
        await app.StartAsync();
        return new(app, folder, path);
    }

    internal async Task<JsonNode> PredictAsync(JsonNode row)
    {
        using var answer = await Http.PostAsJsonAsync("/predict", row);
        var json = await answer.Content.ReadAsStringAsync();
        Assert.AreEqual(HttpStatusCode.OK, answer.StatusCode, json);
        return JsonNode.Parse(json)!;
    }

    internal Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    /// <summary>What a small model is to say.</summary>
    internal static JsonNode Expected(string model) => JsonNode.Parse(File.ReadAllText(Path.Combine(Models, $"{model}.json")))!;

    /// <summary>Rows, as a request gives them, and their scores.</summary>
    internal static (JsonNode Row, double[] Scores)[] Rows(string model) =>
    [
        .. Expected(model)["cases"]!.AsArray().Where(each => $"{each!["name"]}".StartsWith("row",
            StringComparison.Ordinal)).Select(each => (
            (JsonNode)new JsonObject(each!["inputs"]!.AsObject().Where(input => input.Key is not ("lengths" or "graph_index"))
                .Select(input => KeyValuePair.Create(input.Key, (JsonNode?)Nested(input.Key, input.Value!)))),
            each["outputs"]!["Score"]!["data"]!.AsArray().Select(value => value!.GetValue<double>()).ToArray())),
    ];

    internal static void AreScores(double[] expected, JsonNode answer)
    {
        var found = Numbers(answer["score"]!).ToArray();
        Assert.HasCount(expected.Length, found);
        for (var i = 0; i < found.Length; i++)
            Assert.AreEqual(expected[i], found[i], 1e-5);
    }

    private static IEnumerable<double> Numbers(JsonNode json) =>
        json is JsonArray array ? array.SelectMany(item => Numbers(item!)) : [json.GetValue<double>()];

    // A request's row has no axis for the batch.
    private static JsonNode Nested(string input, JsonNode tensor)
    {
        int[] dims = [.. tensor["dims"]!.AsArray().Select(size => size!.GetValue<int>())];
        var data = new Queue<JsonNode?>(tensor["data"]!.AsArray());
        return Nest(input is "tokens" or "features" or "Text" ? 1 : 0)!;

        JsonNode? Nest(int axis) => axis == dims.Length ? data.Dequeue()!.DeepClone()
            : new JsonArray([.. Enumerable.Range(0, dims[axis]).Select(_ => Nest(axis + 1))]);
    }
}
