using System.Runtime.CompilerServices;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments;

/// <summary>Models of images of one size.</summary>
internal static class ImageModels
{
    internal static IReadOnlyList<PortfolioModel> Of(PortfolioTask task, PortfolioPreset preset, string label, string image,
        ImageShape shape, int? mostEpochs = null)
    {
        var isBest = preset == PortfolioPreset.Best;
        var data = new NetworkData(task, label, image, mostEpochs ?? preset switch
        {
            PortfolioPreset.Quick => 12, PortfolioPreset.Good => 40, _ => 100,
        }, Patience: 12, isBest ? 128 : 64);
        var (size, shift) = ($"new({shape.Height}, {shape.Width}, {shape.Channels})", Math.Min(shape.Height, shape.Width) / 8);
        PortfolioModel Network(string name, float rate, int hidden, float dropout, Func<int, SequenceNetwork> make,
            [CallerArgumentExpression(nameof(make))] string code = "", int step = 1) =>
            new SearchedNetwork(name, data, rate, hidden, dropout, make, code.Replace("shape", size, StringComparison.Ordinal)
                .Replace("= shift", $"= {shift}", StringComparison.Ordinal), step).Model;
        List<PortfolioModel> models =
        [
            Network("convnet", 2e-3f, 24, 0.3f, channels =>
                ImageNetwork.ConvNet(shape, channels, augmentation: new() { Shift = shift })),
            FeatureModels.LightGbm(task, label, image),
            Network("resnet", 2e-3f, 24, 0.1f, channels => ImageNetwork.ResNet(shape, channels, augmentation: new() { Shift = shift })),
            FeatureModels.Linear(task, label, image),
            Network("vit", 3e-3f, 64, 0.1f, width => ImageNetwork.VisionTransformer(shape, augmentation: new() { Shift = shift },
                options: new()
                {
                    Hidden = width, Layers = 3, Heads = 4, FeedForwardSize = 2 * width, Dropout = 0.1f,
                    Activation = FeedForwardActivation.Gelu, Positions = PositionEncoding.Learned,
                }), step: 8),
        ];
        if (isBest)
            models.AddRange(
            [
                Network("mixer", 1e-3f, 64, 0.1f, width =>
                    ImageNetwork.Mixer(shape, hidden: width, augmentation: new() { Shift = shift })),
                FeatureModels.FastTree(task, label, image),
            ]);
        return models;
    }
}
