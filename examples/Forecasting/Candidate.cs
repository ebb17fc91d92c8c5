using Forecasting.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Forecasting;

/// <summary>A network with the options it is trained with.</summary>
/// <param name="Name">What results call it.</param>
/// <param name="Network">Which of the networks.</param>
/// <param name="Season">Steps of the seasonal difference; 0 for none.</param>
/// <param name="Log">Whether the logarithm is forecast.</param>
/// <param name="Normalization">How windows are normalized.</param>
internal sealed record Candidate(string Name, string Network, int Season, bool Log, WindowNormalization Normalization)
{
    internal static readonly string[] Names = ["dlinear", "nlinear", "perceptron", "nbeats", "patches", "convolutions", "lstm", "gru",
        "smoothing", "ensemble", "last_value", "last_season", "trend"];

    private bool IsNaive => Network is "last_value" or "last_season" or "trend";

    /// <summary>The candidates for a set, those asked for or the ones that suit its size.</summary>
    internal static IReadOnlyList<Candidate> For(SeriesSet set, Options options)
    {
        var isLarge = set.Steps.Count / set.SeriesCount > 8000 && set.Targets.Length > 1;
        var names = options.Networks ?? (isLarge ? ["nlinear", "dlinear"] : set.Known.Length > 0 ? ["perceptron", "nlinear"]
            : set.IsPool ? ["ensemble", "nlinear"]
            : ["nlinear", "perceptron", "smoothing", "ensemble", "last_value", "last_season", "trend"]);
        var isPositive = set.Steps.All(step => step.Numbers.Take(set.Targets.Length).All(value => value >= 0));
        var fits = set.Season > 1 && set.Shortest - set.TestSteps >= 3 * set.Season + 2 * set.Horizon;
        List<Candidate> all = [];
        foreach (var name in names)
        {
            var normalization = name switch
            {
                "nlinear" => WindowNormalization.LastValue,
                "dlinear" when isLarge => WindowNormalization.None,
                _ when set.Known.Length > 0 && !set.HasSeries => WindowNormalization.None,
                _ => WindowNormalization.MeanDeviation,
            };
            if (name != "last_season" || set.Season > 1)
                all.Add(new(name, name, 0, false, normalization));
            if (isLarge || name is "last_value" or "last_season" or "trend")
                continue;
            if (fits && name is not ("smoothing" or "ensemble"))
                all.Add(new($"{name}_seasonal", name, set.Season, isPositive, set.Known.Length > 0 && !set.HasSeries
                    ? WindowNormalization.None : WindowNormalization.MeanDeviation));
            if (isPositive && set.Known.Length == 0 && name != "perceptron" && !set.IsPool)
                all.Add(new($"{name}_log", name, 0, true, normalization));
        }
        return all;
    }

    /// <summary>Steps that are read.</summary>
    internal int Window(SeriesSet set, Options options)
    {
        if (options.Window is { } asked)
            return asked;
        // Of many series that are trained on together those that are too short are left out.
        var train = (set.IsPool ? set.LowerQuartile : set.Shortest) - set.TestSteps - set.ValidationSteps;
        var wanted = set.Targets.Length > 1 && train > 5000 ? 336
            : set.Season > 1 ? Math.Max(Season + Math.Max(set.Season, set.Horizon), 2 * set.Season) : Math.Max(2 * set.Horizon, 12);
        if (set.Known.Length > 0)
            wanted = Math.Max(wanted, 4 * set.Season);
        if (Network is "smoothing" or "ensemble")
            wanted = Math.Max(wanted, Math.Min(100, set.Season > 1 ? 4 * set.Season : 24));
        if (Network == "trend")
            wanted = 200;
        // At least a few windows to train on are left.
        return Math.Max(Math.Max(Season + 1, 2), Math.Min(wanted, train - set.Horizon - Math.Min(24, train / 4)));
    }

    internal ForecastingTrainer.Options Trainer(SeriesSet set, int seed, float validation, bool refits, Options options)
    {
        var windows = (long)(set.Steps.Count - set.SeriesCount * (Window(set, options) + set.Horizon + set.TestSteps));
        var batch = options.BatchSize ?? (windows < 500 ? 16 : windows < 20000 ? 32 : 128);
        // Some thousands of steps, whatever the number of windows.
        var epochs = options.Epochs ?? (IsNaive ? 1
            : (int)Math.Clamp((Network == "smoothing" ? 1000.0 : 3000.0) * batch / Math.Max(1, windows), 6, 60));
        return new()
        {
            Columns = set.Columns,
            Horizon = set.Horizon,
            InputWindow = Window(set, options),
            Network = Make(set, Window(set, options), options),
            Normalization = Normalization,
            Log = Log,
            SeasonalDifference = Season,
            Loss = set.Targets.Length > 1 ? ForecastLoss.MeanSquaredError : ForecastLoss.Huber,
            ValidationFraction = validation,
            Epochs = epochs,
            BatchSize = batch,
            Optimizer = new AdamW { WeightDecay = options.WeightDecay ?? 0 },
            Refit = refits,
            LearningRate = options.LearningRate ?? (Network is "nlinear" or "dlinear" or "smoothing" or "ensemble" ? 2e-3f : 1e-3f),
            Schedule = LearningRateSchedule.Cosine(),
            GradientClipNorm = 1,
            EarlyStoppingPatience = Math.Max(3, epochs / 6),
            SkipShortSeries = true,
            Seed = seed,
            Target = ExecutionTarget.Cpu(options.Threads),
            StopToken = options.StopToken,
        };
    }

    private SequenceNetwork Make(SeriesSet set, int window, Options options)
    {
        var season = window >= 2 * set.Season ? set.Season : 1;
        var (hidden, dropout) = (options.Hidden ?? 64, options.Dropout ?? 0);
        return Network switch
        {
            "dlinear" => ForecastNetwork.DLinear(dropout: dropout),
            "nlinear" => ForecastNetwork.NLinear(dropout),
            "perceptron" => ForecastNetwork.Perceptron(hidden, options.Layers ?? 2, options.Dropout ?? 0.1f),
            "nbeats" => ForecastNetwork.NBeats(options.Layers ?? 3, hidden),
            "patches" => ForecastNetwork.PatchTransformer(),
            "convolutions" => ForecastNetwork.Convolutional(Math.Min(hidden, 32), layers: options.Layers, dropout: dropout),
            "smoothing" => ForecastNetwork.Mean(ForecastNetwork.Smoothing(season, hasTrend: false), ForecastNetwork.Smoothing(season)),
            // The mean of what differs most, as in Makridakis and Hibon (2000), and a network beside it.
            "ensemble" => ForecastNetwork.Mean(ForecastNetwork.Smoothing(season, hasTrend: false), ForecastNetwork.Smoothing(season),
                ForecastNetwork.NLinear(), ForecastNetwork.SeasonalNaive(window >= set.Season ? set.Season : 1)),
            "last_value" => ForecastNetwork.Naive(),
            "last_season" => ForecastNetwork.SeasonalNaive(window >= set.Season ? set.Season : 1),
            "trend" => ForecastNetwork.Drift(),
            "lstm" => SequenceNetwork.Lstm(hidden, options.Layers ?? 1, dropout: dropout),
            _ => SequenceNetwork.Gru(hidden, options.Layers ?? 1, dropout: dropout),
        };
    }
}
