using GraphsInTime.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphsInTime;

/// <summary>Trains a network of places and forecasts the last times with it.</summary>
internal static class Forecaster
{
    internal const string None = "none";

    private static readonly Dictionary<string, Func<int, int, float, GraphNetwork>> Networks = new()
    {
        ["transformer"] = (hidden, layers, dropout) => GraphNetwork.Transformer(hidden, 4, layers, dropout),
        ["gatedgcn"] = (hidden, layers, dropout) => GraphNetwork.GatedGcn(hidden, layers, dropout),
        ["pna"] = (hidden, layers, dropout) => GraphNetwork.Pna(hidden, layers, dropout),
        ["sage"] = (hidden, layers, dropout) => GraphNetwork.Sage(hidden, layers, dropout),
        ["gat"] = (hidden, layers, dropout) => GraphNetwork.Gat(hidden / 4, 4, layers, dropout, dynamic: true),
        [None] = (hidden, layers, dropout) => GraphNetwork.Transformer(hidden, 4, layers, dropout),
    };

    internal static string[] Names => [.. Networks.Keys];

    /// <summary>What a network reached.</summary>
    internal sealed record Result(double Rmse, double Mae, double Seconds, double Difference, float[][] Forecasts);

    internal static Result Run(MLContext ml, PlaceData data, Split split, string network, int seed, Options options)
    {
        var hasEdges = network != None && data.Links.Length > 0;
        var ofEdges = hasEdges ? data.LinkFeatures : null;
        IDataView Rows(int from, int to) => ml.Data.LoadFromEnumerable(Window.Of(data, split.Means, options.Window, split.Period, from, to,
            hasEdges));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeRegression(new()
        {
            Columns = new()
            {
                NodeFeatureCount = Window.Width(data, options.Window),
                EdgeFeaturesColumnName = ofEdges is null ? null : nameof(Window.EdgeFeatures), EdgeFeatureCount = ofEdges?[0].Length,
            },
            Network = Networks[network](options.Hidden ?? 32, options.Layers ?? 2, options.Dropout ?? 0.1f),
            Hidden = options.Hidden ?? 32,
            Epochs = options.Epochs ?? 30,
            BatchSize = options.BatchSize ?? 16,
            LearningRate = options.LearningRate ?? 0.002f,
            Optimizer = new AdamW { WeightDecay = options.WeightDecay ?? 0.01f },
            Schedule = LearningRateSchedule.Cosine(),
            EarlyStoppingPatience = 8,
            ValidationData = Rows(split.Validation, split.Test),
            Seed = seed,
            Target = ExecutionTarget.Cpu(options.Threads),
            StopToken = options.StopToken,
            CancellationToken = options.CancellationToken,
        }).Fit(Rows(0, split.Validation));
        var scored = model.Transform(Rows(split.Test, data.Values.Length));
        float[][] forecasts = [.. scored.GetColumn<float[]>("Score").Select(row => row.Select((value, place) => value + split.Means[place])
            .ToArray())];
        var metrics = ml.Graphs().EvaluateNodeRegression(scored);
        model.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
        return new(metrics.RootMeanSquaredError, metrics.MeanAbsoluteError, clock.Elapsed.TotalSeconds,
            model.Info.Verification!.LargestDifference, forecasts);
    }
}
