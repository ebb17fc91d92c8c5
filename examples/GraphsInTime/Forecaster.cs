using Examples;
using GraphsInTime.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace GraphsInTime;

/// <summary>Trains networks of places and forecasts the last times with their mean.</summary>
internal static class Forecaster
{
    internal const string None = "none", Learned = "learned", Both = "both";

    // Which places are connected takes longer to find than what passes between them.
    private const int Epochs = 30, EpochsToConnect = 60, Patience = 8;

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
    /// <param name="Rmse">Root mean square error of the mean of all members.</param>
    /// <param name="Mae">Its mean absolute error.</param>
    /// <param name="Seconds">For all members.</param>
    /// <param name="Difference">The largest one of an exported file to its training graph.</param>
    /// <param name="Forecasts">The mean forecasts, [times][places].</param>
    internal sealed record Result(double Rmse, double Mae, double Seconds, double Difference, float[][] Forecasts)
    {
        /// <summary>Root mean square error of one member by itself, the mean.</summary>
        internal double Single { get; init; }

        /// <summary>Root mean square error of each member on the times that chose its epoch, the mean.</summary>
        internal double Validation { get; init; }

        /// <summary>How much each place (row) reads of each other one, where that is learned; null otherwise.</summary>
        internal float[][]? Connections { get; init; }
    }

    internal static Result Run(MLContext ml, PlaceData data, Split split, string network, int seed, Options options)
    {
        var isLearned = network is Learned or Both;
        var hasEdges = network is not None and not Learned && data.Links.Length > 0;
        var ofEdges = hasEdges ? data.LinkFeatures : null;
        Window[] Windows(int from, int to) => Window.Of(data, split.Means, options.Window, split.Period, from, to, hasEdges);
        var test = Windows(split.Test, data.Values.Length);
        double[][] sums = [.. test.Select(_ => new double[data.Places.Length])];
        double single = 0, validation = 0, difference = 0;
        float[][]? connections = null;
        var (clock, members) = (System.Diagnostics.Stopwatch.StartNew(), 0);
        bool? isBeside = null;
        do
        {
            var (from, to) = split.HeldBy(members);
            var held = Windows(from, to);
            GraphPredictionTransformer Train(bool isBeside) => ml.Graphs().GraphNodeRegression(new GraphNodeRegressionTrainer.Options
            {
                Columns = new()
                {
                    NodeFeatureCount = Window.Width(data, options.Window),
                    EdgeFeaturesColumnName = ofEdges is null ? null : nameof(Window.EdgeFeatures), EdgeFeatureCount = ofEdges?[0].Length,
                },
                Network = NetworkOf(data, network, hasEdges, split.Test - split.Held, isBeside, options),
                OutputAttention = isLearned,
                Hidden = options.Hidden ?? 32,
                EarlyStoppingPatience = Patience,
                ValidationData = ml.Data.LoadFromEnumerable(held),
            }.With(options, 1000 * (seed - 1) + seed + members, new(isLearned ? EpochsToConnect : Epochs, 16, isLearned ? 0.005f : 0.002f)))
                .Fit(ml.Data.LoadFromEnumerable<Window>([.. Windows(0, from), .. Windows(to, split.Test)]));
            double Rmse(GraphPredictionTransformer model, Window[] windows) => ml.Graphs()
                .EvaluateNodeRegression(model.Transform(ml.Data.LoadFromEnumerable(windows))).RootMeanSquaredError;
            var first = Train(isBeside ?? true);
            // The first member finds out whether the autoregression helps, on the times it doesn't see.
            if (isBeside is null)
            {
                var other = Train(false);
                var (beside, alone) = (Rmse(first, held), Rmse(other, held));
                isBeside = beside <= alone;
                if (!isBeside.Value)
                    (first, other) = (other, first);
                other.Dispose();
                Console.WriteLine($"  {network}: RMSE on the times held out {beside:0.0000} beside an autoregression, "
                    + $"{alone:0.0000} alone");
            }
            using var model = first;
            float[][] own = [.. model.Transform(ml.Data.LoadFromEnumerable(test)).GetColumn<float[]>("Score")];
            foreach (var (time, scores) in own.Index())
                for (var place = 0; place < scores.Length; place++)
                    sums[time][place] += scores[place];
            (single, validation) = (single + Root(Errors(own)), validation + Rmse(model, held));
            difference = Math.Max(difference, model.Info.Verification!.LargestDifference);
            connections ??= !isLearned ? null : ConnectionsOf(ml, model, data, Windows(split.Test, split.Test + 1)[0]);
            members++;
            model.ExportToOnnx(Path.Combine(options.Folder, $"{network}-{members}.onnx"));
            LossCurves.Write(Path.Combine(options.Folder, $"{network}-{members}-loss"), $"{data.Name}, {network} {members}: loss",
                "squared error", model.History.Epochs);
        }
        while (members < options.Members && !options.StopToken.IsCancellationRequested);
        float[][] mean = Array.ConvertAll(sums, time => Array.ConvertAll(time, sum => (float)(sum / members)));
        var errors = Errors(mean);
        return new(Root(errors), errors.Average(Math.Abs), clock.Elapsed.TotalSeconds, difference, Array.ConvertAll(mean, Forecast))
        {
            Single = single / members, Validation = validation / members, Connections = connections,
        };

        // Scores are values less the places' means.
        float[] Forecast(float[] scores) => [.. scores.Select((score, place) => score + split.Means[place])];

        // Of what isn't missing.
        double[] Errors(float[][] scores) => [.. scores.SelectMany((time, row) => Forecast(time).Select((value, place) =>
            (double)data.Values[split.Test + row][place] - value)).Where(error => !double.IsNaN(error))];

        static double Root(double[] errors) => Math.Sqrt(errors.Average(error => error * error));
    }

    private static GraphNetwork NetworkOf(PlaceData data, string network, bool hasEdges, int times, bool isBeside, Options options)
    {
        var (hidden, dropout, nodes) = (options.Hidden ?? 32, options.Dropout ?? 0.2f, data.Places.Length);
        // Places that are near needn't be those that act on each other.
        var readsAll = hasEdges && !data.HasGivenLinks;
        // Shrinks weights as ridge regression does with a penalty, dropout / (1 - dropout) · times, of 3 for each input.
        var penalty = 3 * options.Window * (readsAll ? nodes : 1 + (hasEdges ? data.Links.Length / (float)nodes : 0));
        var alone = network is not (Learned or Both) ? Networks[network](hidden, options.Layers ?? 2, dropout)
            : GraphNetwork.LearnedGraph(new()
            {
                Nodes = nodes, Hidden = hidden, Layers = options.Layers ?? 1, UsesEdges = network == Both,
                Dropout = options.Dropout ?? 0,
            });
        return !isBeside ? alone : GraphNetwork.Autoregressive(alone, new()
        {
            Nodes = nodes, Steps = options.Window, Hidden = hidden, Dropout = penalty / (penalty + times), ReadsAllNodes = readsAll,
        });
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
