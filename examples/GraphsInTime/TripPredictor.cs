using Examples;
using GraphsInTime.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphsInTime;

/// <summary>Trains a network that corrects the sum of the mean times of a trip's segments.</summary>
internal static class TripPredictor
{
    internal const string None = Forecaster.None;

    private static readonly Dictionary<string, Func<int, int, float, GraphNetwork>> Networks = new()
    {
        ["sage"] = (hidden, layers, dropout) => GraphNetwork.Sage(hidden, layers, dropout),
        ["pna"] = (hidden, layers, dropout) => GraphNetwork.Pna(hidden, layers, dropout),
        ["gatedgcn"] = (hidden, layers, dropout) => GraphNetwork.GatedGcn(hidden, layers, dropout),
        [None] = (hidden, layers, dropout) => GraphNetwork.Sage(hidden, layers, dropout),
    };

    internal static string[] Names => [.. Networks.Keys];

    /// <summary>What a network predicted, in seconds.</summary>
    internal sealed record Result(float[] Times, double Seconds, double Difference);

    internal static Result Run(MLContext ml, RoadData data, string network, int seed, Options options)
    {
        IDataView Rows(Trip[] trips) => ml.Data.LoadFromEnumerable(trips.Select(trip => TripRow.Of(data, trip, network != None)));
        var inner = Networks[network](options.Hidden ?? 32, options.Layers ?? 3, options.Dropout ?? 0);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var model = ml.Graphs().GraphRegression(new GraphRegressionTrainer.Options
        {
            Columns = new() { NodeFeatureCount = TripRow.Width(data) },
            // Segments count by their share of the sum, which is the first feature; those beside the route count through their edges alone.
            Network = GraphNetwork.Custom($"{inner.Name} by shares of the trip", (x, channels) =>
                inner.Write(x, channels) * Op.Slice(x.Features, 1, 0, 1)),
            Standardize = false,
            Loss = RegressionLoss.MeanAbsoluteError,
            Hidden = options.Hidden ?? 32,
            EarlyStoppingPatience = 8,
            ValidationData = Rows(data.Validation),
        }.With(options, seed, new(20, 32, 0.003f))).Fit(Rows(data.Training));
        var scored = model.Transform(Rows(data.Test)).GetColumn<float>("Score");
        float[] times = [.. scored.Zip(data.Test, (ratio, trip) => MathF.Exp(ratio) * data.Sum(trip))];
        model.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
        LossCurves.Write(Path.Combine(options.Folder, $"{network}-loss"), $"{data.Name}, {network}: loss",
            "absolute error of the logarithm", model.History.Epochs);
        return new(times, clock.Elapsed.TotalSeconds, model.Info.Verification!.LargestDifference);
    }
}
