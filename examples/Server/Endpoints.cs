using System.Buffers;
using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Row = System.Collections.Generic.IReadOnlyDictionary<string, MLSeqGraph.Onnx.TensorData>;

namespace Server;

/// <summary>What the server answers.</summary>
internal static class Endpoints
{
    internal static void Map(WebApplication app)
    {
        var admin = app.Services.GetRequiredService<ServerOptions>().AdminKey;
        app.MapPost("/predict", PredictAsync).WithSummary("What the model says of a row: a sequence, a graph or the nodes of one.")
            .WithDescription("The body has a property for each input that GET /model lists: a string where the file itself reads text, "
                + "otherwise nested arrays; or text, where the server has the model's tokenizer. The answer has the model's outputs, and "
                + "labels by name. An array of rows gets an array of answers.")
            .Accepts<JsonElement>("application/json").AddOpenApiOperationTransformer(ModelSchema.DescribeAsync)
            .Produces<Dictionary<string, object>>().ProducesProblem(400).ProducesProblem(503);
        app.MapPost("/generate", GenerateAsync).WithSummary("Writes a sequence token by token, as server-sent events.")
            .WithDescription("Events 'token' bring a token each, 'done' brings all that was written.")
            .Produces<WrittenSequence>(200, "text/event-stream").ProducesProblem(400).ProducesProblem(503).RequireRateLimiting("streams");
        app.MapGet("/model", Describe).WithSummary("What is served, and what it reads.");
        app.MapPost("/admin/reload", ReloadAsync).WithSummary("Loads the model's file again, while requests go on.")
            .ProducesProblem(409).AddEndpointFilter(async (call, next) =>
                IsAdmin(call.HttpContext, admin) ? await next(call) : TypedResults.Problem("This is for the server's keeper.",
                    statusCode: 403));
        app.MapHealthChecks("/health");
        app.MapPrometheusScrapingEndpoint("/metrics");
        app.MapOpenApi();
    }

    private static async Task<IResult> PredictAsync(HttpContext context, ModelHost host, ServerOptions options)
    {
        using var json = await BodyAsync(context);
        var (body, cancellation) = (json.RootElement, context.RequestAborted);
        var model = host.Enter();
        try
        {
            if (model.Batcher is null)
                return OfAnotherTask("/predict", model, "/generate");
            if (body.ValueKind != JsonValueKind.Array)
                return new Prediction([await model.Batcher.Score(RowJson.Read(body, model, options), cancellation)], false, model);
            var rows = RowJson.ReadAll(body, model, options);
            return new Prediction(await Task.WhenAll(rows.Select(row => model.Batcher.Score(row, cancellation))), true, model);
        }
        finally
        {
            model.Leave();
        }
    }

    // In pooled memory, which a parameter of the handler wouldn't be.
    private static async Task<JsonDocument> BodyAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(context.RequestAborted);
            if (!read.IsCompleted)
            {
                reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                continue;
            }
            try
            {
                return JsonDocument.Parse(read.Buffer.ToArray());
            }
            catch (JsonException exception)
            {
                throw new BadHttpRequestException("The body is no JSON.", StatusCodes.Status400BadRequest, exception);
            }
            finally
            {
                reader.AdvanceTo(read.Buffer.End);
            }
        }
    }

    private static async Task<IResult> GenerateAsync(GenerateRequest request, ModelHost host, ServerOptions options, ServerMetrics metrics,
        HttpContext context)
    {
        var model = host.Enter();
        context.Response.OnCompleted(() =>
        {
            model.Leave();
            return Task.CompletedTask;
        });
        if (model.Generator is null)
            return OfAnotherTask("/generate", model, "/predict");
        var events = Generation.WriteAsync(model, request, options, metrics, context.RequestAborted).GetAsyncEnumerator();
        // What is wrong with the request shows before the first token, while there can still be a status.
        var any = await events.MoveNextAsync();
        return TypedResults.ServerSentEvents(All());

        async IAsyncEnumerable<SseItem<object>> All()
        {
            await using var _ = events;
            for (; any; any = await events.MoveNextAsync())
                yield return events.Current;
        }
    }

    private static Ok<ModelDescription> Describe(ModelHost host, ServerOptions options)
    {
        var model = host.Current;
        return TypedResults.Ok(new ModelDescription(
            model.Version, model.Info is { } info ? $"{info.Task}" : model.Generator!.ReadsSource ? "Translation" : "LanguageModel",
            [.. model.Scorer?.Inputs.Select(input => $"{input.Name}: {input.Type} {input.Shape}") ?? []], model.Info?.Labels?.Values,
            model.Tokenizer is not null, options.MaxSteps, options.MaxTokens));
    }

    private static async Task<IResult> ReloadAsync(ModelHost host, CancellationToken cancellation)
    {
        try
        {
            return TypedResults.Ok(new { model = (await host.ReloadAsync(cancellation)).Version });
        }
        catch (InvalidDataException exception)
        {
            return TypedResults.Problem($"Still served is version {host.Current.Version}. {exception.Message}", statusCode: 409,
                title: "The file was refused");
        }
    }

    private static ProblemHttpResult OfAnotherTask(string path, ServedModel model, string other) => TypedResults.Problem(
        $"{path} doesn't fit the model that is served: it is {model.Contract}. Use {other}.", statusCode: 400,
            title: "A model of another task");

    private static bool IsAdmin(HttpContext context, string? key) => key is null
        ? context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
        : context.Request.Headers["X-Admin-Key"] == key;

    /// <summary>What is served.</summary>
    /// <param name="Version">The beginning of the file's digest; answers bear it, too.</param>
    /// <param name="Task">What it predicts.</param>
    /// <param name="Inputs">What a row gives, with shapes; empty for those that write sequences.</param>
    /// <param name="Labels">The classes, in the order of scores.</param>
    /// <param name="ReadsText">Whether text can be given in place of tokens.</param>
    /// <param name="MaxSteps">Most steps, nodes or edges of a row.</param>
    /// <param name="MaxTokens">Most tokens that are written.</param>
    internal sealed record ModelDescription(string Version, string Task, IReadOnlyList<string> Inputs, IReadOnlyList<string>? Labels,
        bool ReadsText, int MaxSteps, int MaxTokens);

    private sealed class Prediction(Row[] rows, bool isArray, ServedModel model) : IResult
    {
        // A thread's answers are written into the same memory.
        [ThreadStatic]
        private static ArrayBufferWriter<byte>? _buffer;

        [ThreadStatic]
        private static Utf8JsonWriter? _json;

        public Task ExecuteAsync(HttpContext context)
        {
            var buffer = _buffer ??= new();
            buffer.ResetWrittenCount();
            var json = _json ??= new(buffer);
            json.Reset(buffer);
            if (isArray)
                json.WriteStartArray();
            foreach (var row in rows)
                RowJson.Write(json, row, model);
            if (isArray)
                json.WriteEndArray();
            json.Flush();
            (context.Response.ContentType, context.Response.ContentLength) = ("application/json", buffer.WrittenCount);
            context.Response.BodyWriter.Write(buffer.WrittenSpan); // copied
            return context.Response.BodyWriter.FlushAsync().AsTask();
        }
    }
}
