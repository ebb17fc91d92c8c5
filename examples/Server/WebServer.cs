using Microsoft.AspNetCore.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.RateLimiting;
using OpenTelemetry.Metrics;

namespace Server;

/// <summary>The server's parts, put together.</summary>
internal static class WebServer
{
    /// <exception cref="InvalidDataException">The model's file is damaged or no model; or none is named.</exception>
    internal static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var options = builder.Configuration.Get<ServerOptions>() ?? new();
        if (!File.Exists(options.Model))
            throw new InvalidDataException(options.Model == "" ? "Which model is to be served? Say --Model FILE."
                : $"There is no '{options.Model}'.");

        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = options.MaxBody);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30)); // for what is under way
        builder.Services.AddSingleton(options).AddSingleton<ServerMetrics>().AddSingleton<ModelHost>();
        builder.Services.AddHostedService(services => services.GetRequiredService<ModelHost>());
        builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // so that the answer says what is wrong
        builder.Services.AddHealthChecks();
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = problem =>
        {
            if (problem.Exception is { } exception && problem.HttpContext.Response.StatusCode != 500)
                problem.ProblemDetails.Detail = (exception.InnerException as JsonException ?? exception).Message;
        });
        builder.Services.AddOpenApi();
        builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics.AddPrometheusExporter()
            .AddMeter(ServerMetrics.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"));
        builder.Services.AddRateLimiter(limiter => limiter.AddConcurrencyLimiter("streams", streams =>
            (streams.PermitLimit, streams.QueueLimit) = (options.MaxStreams, options.MaxQueue)).RejectionStatusCode = 503);

        var app = builder.Build();
        app.UseExceptionHandler(new ExceptionHandlerOptions { StatusCodeSelector = Status, SuppressDiagnosticsCallback = IsTheClients });
        app.UseStatusCodePages();
        app.UseRateLimiter();
        Endpoints.Map(app);
        // Fails here rather than at the first request.
        app.Services.GetRequiredService<ModelHost>();
        return app;
    }

    private static int Status(Exception exception) => exception switch
    {
        ArgumentException => 400,
        InvalidOperationException when IsTooLong(exception) => 400,
        BadHttpRequestException bad => bad.StatusCode,
        BusyException => 503,
        OperationCanceledException => 499,
        _ => 500,
    };

    // A file that cuts texts itself says so by the name of a node.
    private static bool IsTooLong(Exception exception) => exception.Message.Contains("text_has_at_most_", StringComparison.Ordinal);

    private static bool IsTheClients(ExceptionHandlerSuppressDiagnosticsContext context) => Status(context.Exception) < 500;
}
