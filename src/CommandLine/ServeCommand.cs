using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.ML;

namespace MLSeqGraph.CommandLine;

/// <summary><c>mlsg serve</c>: a model over HTTP. Rows of requests that arrive together are scored in one batch.</summary>
internal static class ServeCommand
{
    internal static Command Of(Tool tool)
    {
        var model = new Option<string>("--model") { Description = "the model", DefaultValueFactory = _ => "model.zip" };
        var host = new Option<string>("--host")
        {
            Description = "the address to listen on; 0.0.0.0 for all", DefaultValueFactory = _ => "127.0.0.1",
        };
        var port = new Option<int>("--port") { Description = "the port; 0 for a free one", DefaultValueFactory = _ => 8080 };
        var batch = new Option<int>("--batch") { Description = "the most rows of a batch", DefaultValueFactory = _ => 256 };
        var queue = new Option<int>("--queue")
        {
            Description = "the most rows that wait; more are refused with status 503", DefaultValueFactory = _ => 10_000,
        };
        var command = new Command("serve", "Serves a model over HTTP: POST /score takes a row, or a list of rows, as JSON.")
        {
            model, host, port, batch, queue,
        };
        command.SetAction(given =>
        {
            given.Check(port, number => number is >= 0 and <= 65535, "0 to 65535");
            given.Check(batch, rows => rows >= 1, "at least 1");
            given.Check(queue, rows => rows >= given.GetValue(batch), "at least a batch");
            given.Check(host, text => System.Net.IPAddress.TryParse(text, out _), "an address such as 0.0.0.0");
            var address = System.Net.IPAddress.Parse(given.GetRequiredValue(host));
            var file = ModelFile.Load(new MLContext(), given.GetRequiredValue(model));
            using var rows = new RowQueue(file, given.GetValue(batch), given.GetValue(queue));
            using var app = Build(file, rows, new System.Net.IPEndPoint(address, given.GetValue(port)));
            try
            {
                app.StartAsync(tool.Cancel).GetAwaiter().GetResult();
            }
            catch (IOException error)
            {
                throw new IOException($"{given.GetValue(host)}:{given.GetValue(port)} can't be listened on: {error.Message}", error);
            }
            tool.Say($"{given.GetValue(model)} at {app.Urls.First()}/score; Ctrl+C ends it.");
            tool.Say($"curl -d '{ServedRows.Example(file.Roles)}' {app.Urls.First()}/score");
            tool.Cancel.WaitHandle.WaitOne();
            app.StopAsync().GetAwaiter().GetResult();
            tool.Fact("rows", rows.Scored);
            tool.Fact("batches", rows.Batches);
        });
        return command;
    }

    private static WebApplication Build(ModelFile file, RowQueue rows, System.Net.IPEndPoint at)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(server => server.Listen(at));
        var app = builder.Build();
        // With the request alone it would be a RequestDelegate, whose result is discarded.
        app.MapPost("/score", (HttpContext context, CancellationToken cancel) => Score(context, file, rows, cancel));
        app.MapGet("/model", () => Results.Json(new
        {
            task = file.Roles.Task.ToString(), label = file.Roles.NameOf(file.Roles.Label), reads = ServedRows.Names(file.Roles),
            example = JsonNode.Parse(ServedRows.Example(file.Roles)), facts = file.Facts,
        }));
        app.MapGet("/health", () => Results.Text("ok"));
        return app;
    }

    private static async Task<IResult> Score(HttpContext context, ModelFile file, RowQueue queue, CancellationToken cancel)
    {
        try
        {
            using var body = await JsonDocument.ParseAsync(context.Request.Body, cancellationToken: cancel);
            var isList = body.RootElement.ValueKind == JsonValueKind.Array;
            TableRow[] rows = isList ? [.. body.RootElement.EnumerateArray().Select((row, i) => ServedRows.Read(row, file.Roles, i))]
                : [ServedRows.Read(body.RootElement, file.Roles, 0)];
            var scored = await Task.WhenAll(rows.Select(row => queue.Score(row, cancel)));
            JsonNode[] answers = [.. scored.Select(one => ServedRows.Write(one, file.Roles))];
            return Results.Json(isList ? new JsonArray(answers) : answers[0]);
        }
        catch (JsonException error)
        {
            return Problem(400, $"The body is no JSON: {error.Message}");
        }
        catch (InvalidDataException error)
        {
            return Problem(400, error.Message);
        }
        catch (QueueFullException error)
        {
            return Problem(503, error.Message);
        }
    }

    private static IResult Problem(int status, string error) => Results.Json(new { error }, statusCode: status);
}
