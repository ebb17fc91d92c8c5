using GraphQuickstart.Data;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace GraphQuickstart;

/// <summary>The trainer for a network's name, with settings that suit graphs of few labels and of many.</summary>
internal static class TrainerChoice
{
    private static readonly Dictionary<string, Func<Options, bool, Settings>> Networks = new()
    {
        ["gcn"] = (options, _) => new(GraphNetwork.Gcn(options.Hidden ?? 16, options.Layers ?? 2, options.Dropout ?? 0.5f), 0.01f, 5e-4f),
        ["gat"] = (options, _) => new(GraphNetwork.Gat(options.Hidden ?? 8, 8, options.Layers ?? 2, options.Dropout ?? 0.6f), 0.005f,
            5e-4f),
        ["gatv2"] = (options, _) => new(GraphNetwork.Gat(options.Hidden ?? 8, 8, options.Layers ?? 2, options.Dropout ?? 0.6f,
            dynamic: true), 0.005f, 5e-4f),
        ["sage"] = (options, hasManyLabels) => hasManyLabels
            ? new(GraphNetwork.Sage(options.Hidden ?? 128, options.Layers ?? 2, options.Dropout ?? 0.4f), 0.01f, 1e-5f, 150)
            : new(GraphNetwork.Sage(options.Hidden ?? 32, options.Layers ?? 2, options.Dropout ?? 0.6f), 0.01f, 5e-4f),
        ["gin"] = (options, _) => new(GraphNetwork.Gin(options.Hidden ?? 64, options.Layers ?? 2, options.Dropout ?? 0.5f), 0.01f, 5e-4f),
        ["appnp"] = (options, _) => new(GraphNetwork.Appnp(options.Hidden ?? 64, dropout: options.Dropout ?? 0.5f), 0.01f, 5e-4f),
        ["rgcn"] = (options, hasManyLabels) => hasManyLabels
            ? new(GraphNetwork.Rgcn(options.Hidden ?? 64, options.Layers ?? 2, bases: 10, dropout: options.Dropout ?? 0.6f), 0.01f, 5e-4f,
                100)
            : new(GraphNetwork.Rgcn(options.Hidden ?? 16, options.Layers ?? 2, bases: 10, dropout: options.Dropout ?? 0), 0.01f, 5e-4f,
                50),
        ["pna"] = (options, _) => new(GraphNetwork.Pna(options.Hidden ?? 32, options.Layers ?? 2, options.Dropout ?? 0.5f), 0.005f, 5e-4f),
        ["gatedgcn"] = (options, _) => new(GraphNetwork.GatedGcn(options.Hidden ?? 32, options.Layers ?? 2, options.Dropout ?? 0.5f),
            0.005f, 5e-4f),
        ["gps"] = (options, _) => new(GraphNetwork.Gps(options.Hidden ?? 32, 4, options.Layers ?? 2, options.Dropout ?? 0.5f), 0.005f,
            5e-4f),
        ["transformer"] = (options, _) => new(GraphNetwork.Transformer(options.Hidden ?? 32, 4, options.Layers ?? 2,
            options.Dropout ?? 0.3f), 0.005f, 5e-4f),
        ["sgc"] = (_, _) => new(GraphNetwork.Sgc(), 0.2f, 5e-5f),
    };

    internal static string[] Names => [.. Networks.Keys];

    /// <summary>The network where none is asked for.</summary>
    internal static string Default(NodeData data) => data.Edges.RelationColumnName is not null && !data.HasFeatures ? "rgcn"
        : HasManyLabels(data) ? "sage" : "gcn";

    // Edges below which a second thread costs more than it does.
    private const int SmallGraph = 20_000;

    // Enough to learn more than a few hundred numbers from.
    private static bool HasManyLabels(NodeData data) => data.Rows.Count(row => row.Split == "train") > 1000;

    internal static NodeClassificationTrainer Make(MLContext ml, NodeData data, string network, int seed, Options options,
        Action<EpochRecord> onEpoch)
    {
        var (graphNetwork, rate, decay, epochs) = Networks[network](options, HasManyLabels(data));
        return ml.Graphs().NodeClassification(new()
        {
            Edges = data.Edges,
            NodeIdColumnName = nameof(NodeRow.Id),
            SplitColumnName = nameof(NodeRow.Split),
            NormalizeFeatureRows = true,
            Network = graphNetwork,
            FanOuts = options.FanOuts,
            BatchSize = options.BatchSize ?? 512,
            // With sampled neighbors an epoch is many steps.
            Epochs = options.Epochs ?? (options.FanOuts is null ? epochs : 15),
            LearningRate = options.LearningRate ?? rate,
            Optimizer = new Adam { WeightDecay = options.WeightDecay ?? decay },
            MonitoredMetric = new("accuracy", HigherIsBetter: true),
            Seed = seed,
            Target = ExecutionTarget.Cpu(options.Threads > 0 ? options.Threads : data.Ends.Count < SmallGraph ? 1 : 0),
            StopToken = options.StopToken,
            CancellationToken = options.CancellationToken,
            OnEpoch = onEpoch,
        });
    }

    private sealed record Settings(GraphNetwork Network, float LearningRate, float WeightDecay, int Epochs = 200);
}
