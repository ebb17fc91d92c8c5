using System.Diagnostics;
using Examples;
using GraphQuickstart.Data;
using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace GraphQuickstart;

/// <summary>
/// Link prediction: a share of the edges is hidden, with as many pairs of nodes that have none, and the rest is trained on.
/// </summary>
internal static class LinkExperiment
{
    internal static readonly string[] Networks = ["vgae", "gae", "distmult", "perceptron"];

    private sealed record Result(string Network, double Auc, double AveragePrecision, double Seconds, CalibrationMetrics Calibration,
        double Difference);

    internal static void Run(MLContext ml, Func<int, NodeData> load, Options options)
    {
        var results = new List<Result>();
        var name = "";
        for (var seed = options.Seed; seed < options.Seed + options.Seeds && !options.StopToken.IsCancellationRequested; seed++)
        {
            var data = load(seed);
            name = data.Name;
            // 85 % to train on, 5 % to choose the best epoch, 10 % to test on
            var split = ml.Data.RandomLinkSplit(data.Nodes, data.Edges, nameof(NodeRow.Id), validationFraction: 0.05, testFraction: 0.1,
                seed: seed);
            foreach (var network in options.Networks ?? ["vgae"])
                results.Add(Run(ml, data, split, network, seed, options));
        }
        foreach (var network in results.GroupBy(result => result.Network))
            Console.WriteLine($"{network.Key}: AUC {network.Average(result => result.Auc):0.0000} "
                + $"(lowest {network.Min(result => result.Auc):0.0000}), "
                + $"average precision {network.Average(result => result.AveragePrecision):0.0000}, "
                + $"{network.Count()} {(network.Count() == 1 ? "seed" : "seeds")}");
        if (options.Json is not { } json)
            return;
        var figures = new Figures(name, results[0].Network, options.Seed);
        foreach (var network in results.GroupBy(result => result.Network))
        {
            figures.Add(network.Key, "task", "link-prediction");
            figures.Add(network.Key, "test_auc", network.Average(result => result.Auc));
            figures.Add(network.Key, "test_auc_lowest", network.Min(result => result.Auc));
            figures.Add(network.Key, "test_average_precision", network.Average(result => result.AveragePrecision));
            figures.Add(network.Key, "brier_score", network.Average(result => result.Calibration.BrierScore));
            figures.Add(network.Key, "calibration_error", network.Average(result => result.Calibration.ExpectedCalibrationError));
            figures.Add(network.Key, "train_seconds", network.Average(result => result.Seconds));
            figures.Add(network.Key, "onnx_max_difference", network.Max(result => result.Difference));
            figures.Add(network.Key, "seeds", network.Count());
        }
        figures.Write(json);
    }

    private static Result Run(MLContext ml, NodeData data, LinkSplit split, string network, int seed, Options options)
    {
        var trainer = ml.Graphs().LinkPrediction(new()
        {
            Edges = split.Training,
            NodeIdColumnName = nameof(NodeRow.Id),
            Network = GraphNetwork.Gcn(options.Hidden ?? 32, options.Layers ?? 2, options.Dropout ?? 0.3f),
            EmbeddingSize = 16,
            IsVariational = network == "vgae",
            Decoder = network switch { "distmult" => LinkDecoder.DistMult, "perceptron" => LinkDecoder.Perceptron, _ =>
                LinkDecoder.DotProduct },
            // Of a few pairs the best epoch would be chance.
            ValidationData = data.Ends.Count < 1000 && options.Calibration == LinkCalibration.None ? null : split.Validation,
            Calibration = options.Calibration,
            EdgeShare = Share(data),
            Epochs = options.Epochs ?? 200,
            LearningRate = options.LearningRate ?? 0.01f,
            Optimizer = new Adam { WeightDecay = options.WeightDecay ?? 0 },
            Seed = seed,
            Target = ExecutionTarget.Cpu(options.Threads),
            StopToken = options.StopToken,
            CancellationToken = options.CancellationToken,
        });
        var clock = Stopwatch.StartNew();
        using var model = trainer.Fit(data.Nodes);
        var seconds = clock.Elapsed.TotalSeconds;
        var scored = model.Transform(split.Test);
        var auc = ml.BinaryClassification.Evaluate(scored).AreaUnderRocCurve;
        var precision = AveragePrecision([.. scored.GetColumn<float>("Score").Zip(scored.GetColumn<bool>("Label"))]);
        model.ExportToOnnx(Path.Combine(options.Folder, "links.onnx"));
        Console.WriteLine($"{data.Name}, {network}, seed {seed}: AUC {auc:0.0000}, average precision {precision:0.0000}; "
            + $"{seconds:0.0} s, {model.History.Epochs.Count} epochs; links.onnx is in {options.Folder}");
        var calibration = ml.Graphs().EvaluateCalibration(scored, positiveShare: Share(data));
        Console.WriteLine($"probabilities as of all pairs, "
            + $"of which {Share(data):0.00000} are edges ({options.Calibration}):\n{calibration}");
        return new(network, auc, precision, seconds, calibration, model.Info.Verification!.LargestDifference);
    }

    // Of all pairs of nodes.
    private static double Share(NodeData data) => data.Ends.Count / (data.Rows.Count * (data.Rows.Count - 1) / 2.0);

    // The precision at each edge found, from the highest score down, on average.
    private static double AveragePrecision((float Score, bool IsEdge)[] pairs)
    {
        double sum = 0, found = 0;
        foreach (var ((_, isEdge), rank) in pairs.OrderByDescending(pair => pair.Score).Select((pair, rank) => (pair, rank + 1)))
            if (isEdge)
                sum += ++found / rank;
        return sum / found;
    }
}
