using System.Globalization;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>Models of series of one length.</summary>
internal static class SeriesModels
{
    internal static IReadOnlyList<PortfolioModel> Of(PortfolioTask task, PortfolioPreset preset, string label, string series, int steps,
        int channels, int? mostEpochs = null)
    {
        var isBest = preset == PortfolioPreset.Best;
        var data = new NetworkData(task, label, series, mostEpochs ?? preset switch
        {
            PortfolioPreset.Quick => 15, PortfolioPreset.Good => 40, _ => 80,
        }, Patience: 10, isBest ? 128 : 64, Channels: channels);
        List<PortfolioModel> models = steps < 9 ? [] : [MiniRocket(data)];         // its kernels are of 9 steps
        models.AddRange(
        [
            data.Network("resnet", 1e-3f, 32, 0.1f, filters => SequenceNetwork.ResNet(filters)),
            data.Network("lstm", 3e-3f, 64, 0.2f, hidden => SequenceNetwork.Lstm(hidden, bidirectional: true)),
            FeatureModels.LightGbm(task, label, series),
            data.Network("transformer", 1e-3f, 64, 0.2f, width => SequenceNetwork.Transformer(new()
            {
                Hidden = width, Layers = 2, Heads = 4, FeedForwardSize = 2 * width, Dropout = 0.1f,
            }), step: 8),
        ]);
        if (isBest)
            models.AddRange(
            [
                data.Network("inception", 1e-3f, 32, 0.1f, filters => SequenceNetwork.InceptionTime(filters)),
                FeatureModels.FastTree(task, label, series),
            ]);
        return models;
    }

    private static PortfolioModel MiniRocket(NetworkData data) => new("minirocket",
        [space => space.Range("minirocket.features", 1_000, 20_000, logBase: true, 9_996)],
        trial => NetworkModels.Train(trial, data.Task, rate: 1e-3f, data.Epochs, data.Patience, options =>
        {
            (options.LabelColumnName, options.SequenceColumnName, options.FeatureCount) = (data.Label, data.Column, data.Channels);
            options.Network = SequenceNetwork.MiniRocket(new() { Features = Features(trial) });
        }),
        trial => string.Create(CultureInfo.InvariantCulture, $$"""
            ml.Sequences().{{data.Task}}(new()
            {
                LabelColumnName = "{{data.Label}}", SequenceColumnName = "{{data.Column}}",
                Network = SequenceNetwork.MiniRocket(new() { Features = {{Features(trial)}} }),
                FeatureCount = {{data.Channels}},
            })
            """), IsNetwork: true);

    private static int Features(Trial trial) => PortfolioModel.Get(trial, "minirocket.features", 9_996);
}
