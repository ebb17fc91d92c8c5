using System.Diagnostics;
using System.Net.Http.Json;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Clients.Tests;

/// <summary>A page in Chromium without a window, driven by its DevTools protocol.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private readonly ClientWebSocket _socket = new();
    private readonly List<string> _errors = [];
    private int _last;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>The program's path; null where it isn't on the machine.</summary>
    internal static string? Find(out string reason)
    {
        reason = "Chromium is not on this machine.";
        string[] names = ["chromium", "chromium-browser", "google-chrome"];
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .SelectMany(folder => names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
    }

    internal static async Task<Chromium> StartAsync(string program)
    {
        var profile = Directory.CreateTempSubdirectory();
        var process = Process.Start(new ProcessStartInfo(program,
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-extensions",
            "--disable-background-networking", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}",
            "--window-size=1280,1000", "about:blank",
        ]) { RedirectStandardError = true })!;
        var browser = new Chromium(process, profile);
        // DevTools listening on ws://127.0.0.1:PORT/devtools/browser/ID
        string? line;
        do
            line = await process.StandardError.ReadLineAsync();
        while (line?.Contains("DevTools listening on", StringComparison.Ordinal) == false);
        Assert.IsNotNull(line, "Chromium ended before it listened.");
        _ = process.StandardError.ReadToEndAsync();
        var address = new Uri(line.Split(' ')[^1]);
        using var http = new HttpClient();
        var pages = await http.GetFromJsonAsync<JsonArray>($"http://{address.Authority}/json/list");
        var page = pages!.First(target => (string?)target!["type"] == "page")!;
        await browser._socket.ConnectAsync(new Uri((string)page["webSocketDebuggerUrl"]!), default);
        await browser.SendAsync("Runtime.enable");
        await browser.SendAsync("Page.enable");
        return browser;
    }

    internal Task OpenAsync(string url) => SendAsync("Page.navigate", new() { ["url"] = url });

    /// <summary>The value of an expression, once it is neither null nor false.</summary>
    internal async Task<JsonNode> WaitForAsync(string expression, int seconds = 60)
    {
        for (var end = DateTime.UtcNow.AddSeconds(seconds); DateTime.UtcNow < end; await Task.Delay(50))
        {
            var value = await EvaluateAsync(expression);
            Assert.IsEmpty(_errors, string.Join('\n', _errors));
            if (value is not null && value.GetValueKind() != JsonValueKind.False)
                return value;
        }
        throw new TimeoutException($"'{expression}' is still null or false after {seconds} s.");
    }

    internal async Task<JsonNode?> EvaluateAsync(string expression) => (await SendAsync("Runtime.evaluate", new()
    {
        ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true,
    }))["result"]!["value"];

    internal async Task<JsonObject> SendAsync(string method, JsonObject? parameters = null)
    {
        var id = ++_last;
        var request = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(request), WebSocketMessageType.Text, true, default);
        while (true)
        {
            var message = await ReceiveAsync();
            if ((string?)message["method"] == "Runtime.exceptionThrown")
                _errors.Add(message["params"]!["exceptionDetails"]!.ToJsonString());
            if ((int?)message["id"] != id)
                continue;
            return message["result"]?.AsObject() ?? throw new InvalidOperationException($"{method}: {message["error"]}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        // Its children may still write for a moment.
        for (var tries = 0; ; tries++)
            try
            {
                _profile.Delete(recursive: true);
                return;
            }
            catch (IOException) when (tries < 20)
            {
                await Task.Delay(100);
            }
    }

    private async Task<JsonObject> ReceiveAsync()
    {
        using var whole = new MemoryStream();
        var buffer = new byte[1 << 16];
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer, default);
            whole.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);
        return JsonSerializer.Deserialize<JsonObject>(whole.ToArray())!;
    }
}
