using System.Diagnostics;
using System.Text.Json;
using MLSeqGraph.Onnx;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, MLSeqGraph.Onnx.TensorData>;

namespace Server;

/// <summary>
/// Serves a model on this machine to clients in the same process: how many requests a second one at a time and in batches, and whether any
/// is lost or answered wrongly while the file is swapped for another and back. Bounded in time and requests.
/// </summary>
internal static class LoadTest
{
    private const double Tolerance = 1e-5;

    private static int _clients = 64, _requests = 100_000, _swaps = 20, _steps = 128;
    private static double _seconds = 10, _limit = 300;

    /// <param name="args">The model, perhaps a second one of the same task to swap it with, and options.</param>
    /// <returns>0 where nothing was lost or wrong.</returns>
    internal static async Task<int> RunAsync(string[] args)
    {
        var files = args.TakeWhile(arg => !arg.StartsWith("--", StringComparison.Ordinal)).ToArray();
        if (files.Length is 0 or > 2 || !Read(args[files.Length..]))
        {
            Console.Error.WriteLine("Expected: load MODEL [SECOND] [--clients 64] [--seconds 10] [--requests 100000] [--swaps 20] "
                + "[--steps 128] [--limit 300]");
            return 1;
        }
        var expected = files.Distinct().Select(Expect).ToArray();
        var rows = expected[0].Rows;
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var path = Path.Combine(folder.FullName, "model.onnx");
            File.Copy(files[0], path);
            Console.WriteLine($"{files[0]}: {rows.Length} different rows of up to {_steps} steps, {_clients} clients, "
                + $"{Environment.ProcessorCount} cores shared by server and clients");
            Console.WriteLine($"{"",-28}{"requests/s",12}{"p50 ms",9}{"p99 ms",9}{"failed",8}{"wrong",7}{"rows/run",10}");
            var constant = await ServeAsync(path, "a constant answer", expected, [], count: null, files, "/constant");
            var single = await ServeAsync(path, "one row a run", expected, ["--MaxBatch", "1"], count: null, files);
            var batched = await ServeAsync(path, "batches", expected, [], count: null, files);
            Console.WriteLine($"{"batches / one row a run",-28}{batched.Rate / single.Rate,12:0.0}");
            Console.WriteLine($"{"batches / constant",-28}{batched.Rate / constant.Rate,12:0.00}");
            var swapped = await ServeAsync(path, $"{_requests:N0} with {_swaps} swaps", expected, [], _requests, files);
            return single.Bad + batched.Bad + swapped.Bad == 0 && swapped.Done == _requests ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<Outcome> ServeAsync(string path, string name, Expectation[] expected, string[] options, int? count,
        string[] files, string endpoint = "/predict")
    {
        await using var app = WebServer.Build(["--Model", path, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "Error",
            .. options]);
        MapConstant(app);
        await app.StartAsync();
        var address = new Uri(app.Urls.First());
        using var http = new HttpClient { BaseAddress = address };
        var outcome = new Outcome();
        await LoadAsync(address, endpoint, expected, outcome, until: Stopwatch.StartNew(), 2, int.MaxValue); // warms up
        outcome = new();
        var clock = Stopwatch.StartNew();
        var load = LoadAsync(address, endpoint, expected, outcome, clock, count is null ? _seconds : _limit, count ?? int.MaxValue);
        if (count is not null)
            await SwapAsync(http, path, files, outcome, load, count.Value);
        await load;
        outcome.Seconds = clock.Elapsed.TotalSeconds;
        var rows = await http.GetStringAsync("/metrics");
        await app.StopAsync();
        Console.WriteLine($"{name,-28}{outcome.Rate,12:N0}{outcome.Percentile(0.5),9:0.0}{outcome.Percentile(0.99),9:0.0}"
            + $"{outcome.Failed,8}{outcome.Wrong,7}{Counter(rows, "rows_sum") / Math.Max(1, Counter(rows, "rows_count")),10:0.0}");
        return outcome;
    }

    // What the connection costs alone, with an answer as long as the model's.
    private static void MapConstant(WebApplication app)
    {
        var answer = """{"model":"000000000000","score":[0.12345678,0.12345678,0.12345678],"predictedLabel":"label"}"""u8.ToArray();
        app.MapPost("/constant", async context =>
        {
            while (await context.Request.BodyReader.ReadAsync() is var read)
            {
                context.Request.BodyReader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted)
                    break;
            }
            (context.Response.ContentType, context.Response.ContentLength) = ("application/json", answer.Length);
            await context.Response.BodyWriter.WriteAsync(answer);
        });
    }

    private static double Counter(string metrics, string name) => metrics.Split('\n')
        .Where(line => line.StartsWith($"mlseqgraph_batch_{name}", StringComparison.Ordinal))
        .Sum(line => double.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture));

    // Swaps are spread over the requests.
    private static async Task SwapAsync(HttpClient http, string path, string[] files, Outcome outcome, Task load, int count)
    {
        for (var swap = 1; swap <= _swaps; swap++)
        {
            while (outcome.Done < (long)count * swap / (_swaps + 1) && !load.IsCompleted)
                await Task.Delay(5);
            File.Copy(files[swap % files.Length], path + ".new");
            File.Move(path + ".new", path, overwrite: true);
            using var answer = await http.PostAsync("/admin/reload", null);
            if (!answer.IsSuccessStatusCode)
                outcome.Fail();
        }
    }

    private static Task LoadAsync(Uri address, string endpoint, Expectation[] expected, Outcome outcome, Stopwatch until, double seconds,
        int count)
    {
        var next = -1;
        byte[][] requests = [.. expected[0].Bodies.Select(body => LoadClient.Request(address, endpoint, body))];
        return Task.WhenAll(Enumerable.Range(0, _clients).Select(_ => Task.Run(async () =>
        {
            using var client = new LoadClient(address);
            while (until.Elapsed.TotalSeconds < seconds && Interlocked.Increment(ref next) is var request && request < count)
            {
                var row = request % requests.Length;
                var clock = Stopwatch.GetTimestamp();
                try
                {
                    var (status, body) = await client.SendAsync(requests[row]);
                    var took = Stopwatch.GetElapsedTime(clock);
                    if (status == 200)
                        outcome.Add(took, endpoint == "/constant" || IsRight(body, row, expected));
                    else
                        outcome.Fail();
                }
                catch (IOException)
                {
                    outcome.Fail();
                }
            }
        })));
    }

    // The answer is that of the version that it names.
    private static bool IsRight(ReadOnlyMemory<byte> answer, int row, Expectation[] expected)
    {
        using var json = JsonDocument.Parse(answer);
        var version = json.RootElement.GetProperty("model"u8);
        if (expected.FirstOrDefault(model => version.ValueEquals(model.Version)) is not { } model)
            return false;
        var next = 0;
        return AreRight(json.RootElement.GetProperty("score"u8)) && next == model.Scores[row].Length;

        bool AreRight(JsonElement scores)
        {
            if (scores.ValueKind != JsonValueKind.Array)
                return next < model.Scores[row].Length && Math.Abs(scores.GetDouble() - model.Scores[row][next++]) <= Tolerance;
            foreach (var score in scores.EnumerateArray())
                if (!AreRight(score))
                    return false;
            return true;
        }
    }

    // What the model says of rows one by one, without a server.
    private static Expectation Expect(string file)
    {
        using var session = OnnxSession.Load(file, ExecutionTarget.Cpu(1));
        var scorer = new RowScorer(session);
        var info = MLSeqGraph.Transforms.ModelInfo.Read(session.Metadata, file);
        var random = new Random(1);
        Row[] rows = [.. Enumerable.Range(0, 200).Select(_ => RandomRows.Make(scorer.Inputs, info, _steps, random))];
        var scores = rows.Select(row => scorer.Run([row], ["Score"])[0]["Score"].As<float>()).ToArray();
        return new(ServedModel.VersionOf(session.Metadata), rows, [.. rows.Select(RandomRows.ToJson)], scores);
    }

    private static bool Read(string[] args)
    {
        for (var i = 0; i + 1 < args.Length; i += 2)
            if (!double.TryParse(args[i + 1], out var number) || number <= 0)
                return false;
            else if (args[i] is "--clients")
                _clients = (int)number;
            else if (args[i] is "--requests")
                _requests = (int)number;
            else if (args[i] is "--swaps")
                _swaps = (int)number;
            else if (args[i] is "--steps")
                _steps = (int)number;
            else if (args[i] is "--seconds")
                _seconds = number;
            else if (args[i] is "--limit")
                _limit = number;
            else
                return false;
        return args.Length % 2 == 0;
    }

    private sealed record Expectation(string Version, Row[] Rows, byte[][] Bodies, float[][] Scores);

    private sealed class Outcome
    {
        private readonly List<double> _milliseconds = [];
        private int _failed, _wrong;

        internal double Seconds { get; set; }
        internal int Failed => _failed;
        internal int Wrong => _wrong;
        internal int Bad => _failed + _wrong;
        internal int Done { get { lock (_milliseconds) return _milliseconds.Count; } }
        internal double Rate => Done / Seconds;

        internal void Add(TimeSpan took, bool isRight)
        {
            lock (_milliseconds)
                _milliseconds.Add(took.TotalMilliseconds);
            if (!isRight)
                Interlocked.Increment(ref _wrong);
        }

        internal void Fail() => Interlocked.Increment(ref _failed);

        internal double Percentile(double part)
        {
            double[] sorted = [.. _milliseconds.Order()];
            return sorted.Length == 0 ? 0 : sorted[(int)(part * (sorted.Length - 1))];
        }
    }
}
