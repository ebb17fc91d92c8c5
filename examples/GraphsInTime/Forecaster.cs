using Examples;
using GraphsInTime.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace GraphsInTime;

/// <summary>Trains a network of places and forecasts the last times with it.</summary>
internal static class Forecaster
{
    internal const string None = "none", Learned = "learned", Both = "both";

    private static readonly Dictionary<string, Func<int, int, float, GraphNetwork>> Networks = new()
    {
        ["transformer"] = (hidden, layers, dropout) => GraphNetwork.Transformer(hidden, 4, layers, dropout),
        ["gatedgcn"] = (hidden, layers, dropout) => GraphNetwork.GatedGcn(hidden, layers, dropout),
        ["pna"] = (hidden, layers, dropout) => GraphNetwork.Pna(hidden, layers, dropout),
        ["sage"] = (hidden, layers, dropout) => GraphNetwork.Sage(hidden, layers, dropout),
        ["gat"] = (hidden, layers, dropout) => GraphNetwork.Gat(hidden / 4, 4, layers, dropout, dynamic: true),
        ["diffusion"] = (hidden, layers, dropout) => GraphNetwork.Diffusion(hidden, layers, 2, dropout),
        [None] = (hidden, layers, dropout) => GraphNetwork.Transformer(hidden, 4, layers, dropout),
    };

    internal static string[] Names => [.. Networks.Keys, Learned, Both];

    /// <summary>What a network reached.</summary>
    internal sealed record Result(double Rmse, double Mae, double Seconds, double Difference, float[][] Forecasts)
    {
        /// <summary>How much each place (row) reads of each other one, where that is learned; null otherwise.</summary>
        internal float[][]? Connections { get; init; }
    }

    internal static Result Run(MLContext ml, PlaceData data, Split split, string network, int seed, Options options)
    {
        var isLearned = network is Learned or Both;
        var hasEdges = network is not None and not Learned && data.Links.Length > 0;
        var ofEdges = hasEdges ? data.LinkFeatures : null;
        IDataView Rows(int from, int to) => ml.Data.LoadFromEnumerable(Window.Of(data, split.Means, options.Window, split.Period, from, to,
            hasEdges));
        var clock = System.Diagnostics.Stopwatch.StartNew();
        using var model = ml.Graphs().GraphNodeRegression(new GraphNodeRegressionTrainer.Options
        {
            Columns = new()
            {
                NodeFeatureCount = Window.Width(data, options.Window),
                EdgeFeaturesColumnName = ofEdges is null ? null : nameof(Window.EdgeFeatures), EdgeFeatureCount = ofEdges?[0].Length,
            },
            Network = !isLearned ? Networks[network](options.Hidden ?? 32, options.Layers ?? 2, options.Dropout ?? 0.1f)
                : GraphNetwork.LearnedGraph(new()
                {
                    Nodes = data.Places.Length, Hidden = options.Hidden ?? 32, Layers = options.Layers ?? 1, UsesEdges = network == Both,
                    Dropout = options.Dropout ?? 0,
                }),
            OutputAttention = isLearned,
            Hidden = options.Hidden ?? 32,
            // Which places are connected takes longer to find than what passes between them.
            EarlyStoppingPatience = 8,
            ValidationData = Rows(split.Validation, split.Test),
        }.With(options, seed, new(isLearned ? 60 : 30, 16, isLearned ? 0.005f : 0.002f))).Fit(Rows(0, split.Validation));
        var scored = model.Transform(Rows(split.Test, data.Values.Length));
        float[][] forecasts = [.. scored.GetColumn<float[]>("Score").Select(row => row.Select((value, place) => value + split.Means[place])
            .ToArray())];
        var metrics = ml.Graphs().EvaluateNodeRegression(scored);
        model.ExportToOnnx(Path.Combine(options.Folder, $"{network}.onnx"));
        return new(metrics.RootMeanSquaredError, metrics.MeanAbsoluteError, clock.Elapsed.TotalSeconds,
            model.Info.Verification!.LargestDifference, forecasts)
            { Connections = isLearned ? ConnectionsOf(ml, model, data, Window.Of(data, split.Means, options.Window, split.Period,
                split.Test, split.Test + 1, hasEdges: false)[0]) : null };
    }

    // The model says how much each edge counts: here of all pairs of places.
    private static float[][] ConnectionsOf(MLContext ml, GraphPredictionTransformer model, PlaceData data, Window window)
    {
        window.Edges = NeighborGraph.AllPairs(data.Places.Length);
        if (data.LinkFeatures is { } features)
            window.EdgeFeatures = new float[window.Edges.Length / 2 * features[0].Length];
        var weights = model.Transform(ml.Data.LoadFromEnumerable((Window[])[window])).GetColumn<float[]>("Attention").Single();
        float[][] all = [.. data.Places.Select(_ => new float[data.Places.Length])];
        for (var edge = 0; edge < weights.Length; edge++)
            all[window.Edges[weights.Length + edge]][window.Edges[edge]] = weights[edge];
        for (var place = 0; place < all.Length; place++)
            all[place][place] = Math.Max(0, 1 - all[place].Sum());
        return all;
    }
}
