using System.Globalization;
using System.Runtime.CompilerServices;
using MLSeqGraph.Experiments;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.CommandLine;

/// <summary>How series are forecast: what the command line says, and what suits them.</summary>
/// <param name="Network">The network's name.</param>
/// <param name="Horizon">Steps to forecast.</param>
/// <param name="Window">Steps that are read.</param>
/// <param name="Season">Steps of a season; 1 for none.</param>
/// <param name="Epochs">Passes over the windows.</param>
/// <param name="BatchSize">Windows a step.</param>
/// <param name="Quantiles">The quantiles to give.</param>
/// <param name="Seed">Decides initial weights.</param>
/// <param name="Threads">Threads; 0 for all cores.</param>
internal sealed record ForecastChoice(string Network, int Horizon, int Window, int Season, int Epochs, int BatchSize, float[] Quantiles,
    int Seed, int Threads)
{
    // What makes a network of the steps of its season, and the same as C#.
    private static readonly Dictionary<string, (Func<int, SequenceNetwork> Make, string Code)> Made = new()
    {
        ["smoothing"] = Of(season => ForecastNetwork.Mean(ForecastNetwork.Smoothing(season, hasTrend: false),
            ForecastNetwork.Smoothing(season))),
        ["ensemble"] = Of(season => ForecastNetwork.Mean(ForecastNetwork.Smoothing(season, hasTrend: false),
            ForecastNetwork.Smoothing(season), ForecastNetwork.NLinear(), ForecastNetwork.SeasonalNaive(season))),
        ["nlinear"] = Of(_ => ForecastNetwork.NLinear()),
        ["dlinear"] = Of(_ => ForecastNetwork.DLinear()),
        ["perceptron"] = Of(_ => ForecastNetwork.Perceptron(64, 2, 0.1f)),
        ["nbeats"] = Of(_ => ForecastNetwork.NBeats(3, 64)),
        ["convolutions"] = Of(_ => ForecastNetwork.Convolutional(32)),
        ["patches"] = Of(_ => ForecastNetwork.PatchTransformer()),
        ["gru"] = Of(_ => SequenceNetwork.Gru(64)),
        ["lstm"] = Of(_ => SequenceNetwork.Lstm(64)),
        ["last_value"] = Of(_ => ForecastNetwork.Naive()),
        ["last_season"] = Of(season => ForecastNetwork.SeasonalNaive(season)),
    };

    internal static readonly string[] Networks = [.. Made.Keys];

    // Seasons are subtracted where a window holds two of them, and smoothing has its own.
    private int Difference => Season > 1 && Window >= 2 * Season && Network is not ("smoothing" or "ensemble" or "last_value"
        or "last_season") ? Season : 0;

    private int Inner => Window >= 2 * Season ? Season : 1;

    /// <summary>What suits some series.</summary>
    internal static ForecastChoice Of(IReadOnlyList<float[]> series, bool hasKnown, string? network, int? horizon, int? window, int? season,
        int? epochs, TimeSpan? step)
    {
        var shortest = series.Min(of => of.Length);
        var cycle = season ?? Seasonality.Of(series, step);
        var ahead = horizon ?? Math.Max(1, Math.Min(cycle > 1 ? cycle : 10, shortest / 5));
        var longest = Math.Max(2, (shortest - ahead) * 2 / 3 - ahead);
        var read = window ?? Math.Max(2, Math.Min(longest, Math.Max(2 * cycle + (cycle > 1 ? ahead : 0), 3 * ahead)));
        var windows = Math.Max(1, series.Sum(of => (long)Math.Max(0, of.Length - read - ahead)));
        var batch = windows < 500 ? 16 : windows < 20000 ? 32 : 128;
        var name = network ?? (hasKnown ? "perceptron" : shortest < 300 ? "ensemble" : "nlinear");
        // Some thousands of steps, whatever the number of windows.
        return new(name, ahead, read, cycle, epochs ?? (name is "last_value" or "last_season" ? 1
            : (int)Math.Clamp((name is "smoothing" or "ensemble" ? 1000.0 : 3000.0) * batch / windows, 6, 60)), batch, [], 0, 0);
    }

    internal ForecastingTrainer.Options ToOptions(ForecastColumns columns, float validation) => new()
    {
        Columns = columns, Horizon = Horizon, InputWindow = Window, SeasonalDifference = Difference, Network = Made[Network].Make(Inner),
        Normalization = WindowNormalization.MeanDeviation, Loss = ForecastLoss.Huber, Quantiles = Quantiles,
        ValidationFraction = validation, Refit = validation > 0, Epochs = Epochs, BatchSize = BatchSize,
        LearningRate = 2e-3f, Schedule = LearningRateSchedule.Cosine(), GradientClipNorm = 1, EarlyStoppingPatience = 10, Seed = Seed,
        Target = ExecutionTarget.Cpu(Threads),
    };

    /// <summary>The C# of the options.</summary>
    internal string Code(ForecastColumns columns, float validation)
    {
        static string Names(IEnumerable<string> names) => $"[{string.Join(", ", names.Select(GeneratedCode.Text))}]";
        string[] parts = [.. columns.SeriesColumnName is { } series ? [$"SeriesColumnName = {GeneratedCode.Text(series)}"] : (string[])[],
            .. columns.TimeColumnName is { } time ? [$"TimeColumnName = {GeneratedCode.Text(time)}", "SortRows = true"] : (string[])[],
            .. columns.TimeFormat is { } format ? [$"TimeFormat = \"{format}\""] : (string[])[],
            $"TargetColumnNames = {Names(columns.TargetColumnNames)}",
            .. columns.KnownColumnNames.Length > 0 ? [$"KnownColumnNames = {Names(columns.KnownColumnNames)}"] : (string[])[],
            .. columns.Missing != MissingSteps.Error ? [$"Missing = MissingSteps.{columns.Missing}"] : (string[])[]];
        return string.Create(CultureInfo.InvariantCulture, $$"""
            ml.Sequences().Forecasting(new()
            {
                Columns = new() { {{string.Join(", ", parts)}} },
                Horizon = {{Horizon}}, InputWindow = {{Window}}, SeasonalDifference = {{Difference}},
                Network = {{SourceCode.Body(Made[Network].Code, Inner)}},
                Normalization = WindowNormalization.MeanDeviation, Loss = ForecastLoss.Huber,
                Quantiles = [{{string.Join(", ", Quantiles.Select(q => FormattableString.Invariant($"{q}f")))}}],
                ValidationFraction = {{validation}}f, Refit = {{(validation > 0 ? "true" : "false")}}, Epochs = {{Epochs}},
                BatchSize = {{BatchSize}}, LearningRate = 2e-3f, Schedule = LearningRateSchedule.Cosine(), GradientClipNorm = 1,
                EarlyStoppingPatience = 10, Seed = {{Seed}},
            })
            """);
    }

    private static (Func<int, SequenceNetwork>, string) Of(Func<int, SequenceNetwork> make,
        [CallerArgumentExpression(nameof(make))] string code = "") => (make, code);
}
