using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Experiments;

/// <summary>Models of images of one size.</summary>
internal static class ImageModels
{
    internal static IReadOnlyList<PortfolioModel> Of(PortfolioTask task, PortfolioPreset preset, string label, string image,
        ImageShape shape, int? mostEpochs = null)
    {
        var shifted = new ImageAugmentation { Shift = Math.Min(shape.Height, shape.Width) / 8 };
        var isBest = preset == PortfolioPreset.Best;
        var data = new NetworkData(task, label, image, mostEpochs ?? preset switch
        {
            PortfolioPreset.Quick => 12, PortfolioPreset.Good => 40, _ => 100,
        }, Patience: 12, isBest ? 128 : 64)
        {
            WeightDecay = 0.05f, LabelSmoothing = 0.1f,
            Captured =
            [
                (nameof(shape), $"new({shape.Height}, {shape.Width}, {shape.Channels})"),
                (nameof(shifted), $"new() {{ Shift = {shifted.Shift} }}"),
            ],
        };
        List<PortfolioModel> models =
        [
            data.Network("convnet", 2e-3f, 24, 0.3f, channels => ImageNetwork.ConvNet(shape, channels, augmentation: shifted)),
            FeatureModels.LightGbm(task, label, image),
            data.Network("resnet", 2e-3f, 24, 0.1f, channels => ImageNetwork.ResNet(shape, channels, augmentation: shifted)),
            FeatureModels.Linear(task, label, image),
            data.Network("vit", 3e-3f, 64, 0.1f, width => ImageNetwork.VisionTransformer(shape, options: new()
            {
                Hidden = width, Layers = 3, Heads = 4, FeedForwardSize = 2 * width, Dropout = 0.1f,
                Activation = FeedForwardActivation.Gelu, Positions = PositionEncoding.Learned,
            }, augmentation: shifted), step: 8),
        ];
        if (isBest)
            models.AddRange(
            [
                data.Network("mixer", 1e-3f, 64, 0.1f, width => ImageNetwork.Mixer(shape, hidden: width, augmentation: shifted)),
                FeatureModels.FastTree(task, label, image),
            ]);
        return models;
    }
}
