using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>Models of texts.</summary>
internal static class TextModels
{
    internal const string Tokens = "Tokens", Bag = "Bag";

    internal static IReadOnlyList<PortfolioModel> Of(PortfolioTask task, PortfolioPreset preset, string label, string text,
        int? mostEpochs = null)
    {
        var epochs = mostEpochs ?? preset switch { PortfolioPreset.Quick => 6, PortfolioPreset.Good => 12, _ => 24 };
        var data = new NetworkData(task, label, Tokens, epochs, Patience: 5, preset == PortfolioPreset.Best ? 256 : 128, ReadsTokens: true);
        List<PortfolioModel> models =
        [
            data.Network("lstm", 3e-3f, 64, 0.3f, hidden => SequenceNetwork.Lstm(hidden, bidirectional: true)),
            // Kernels over 3, 4 and 5 words, each with the maximum over the steps (Kim 2014).
            data.Network("convolution", 1e-3f, 100, 0.5f, features => SequenceNetwork.Custom("convolution", (network, x) =>
            {
                Sequence[] read = [.. ((int[])[3, 4, 5]).Select(width =>
                {
                    var y = x.Convolution(features, width, name: $"convolution_{width}");
                    return y.With(Op.Relu(y.Steps));
                })];
                return new(read[0], Op.Concat(1, [.. read.Select(one => one.MaxPooling())]));
            })),
            Linear(task, label, text),
            data.Network("gru", 3e-3f, 64, 0.3f, hidden => SequenceNetwork.Gru(hidden, bidirectional: true)),
            data.Network("transformer", 1e-3f, 64, 0.2f, width => SequenceNetwork.Transformer(new()
            {
                Hidden = width, Layers = 2, Heads = 4, FeedForwardSize = 2 * width, Dropout = 0.2f, AttentionDropout = 0.2f,
            }), step: 8),
        ];
        if (preset == PortfolioPreset.Best)
            models.AddRange([LightGbm(task, label, text), FastTree(task, label)]);
        return models;
    }

    private static PortfolioModel Linear(PortfolioTask task, string label, string text) => new("bag",
        [space => space.Range("bag.l2", 1e-7, 1e-3, logBase: true, 1e-6)],
        trial => trial.ML.Transforms.Text.FeaturizeText(Bag, text).Append(
            FeatureModels.Linear(trial, task, label, Bag, PortfolioModel.Get(trial, "bag.l2", 1e-6f), iterations: 30)),
        trial => string.Create(CultureInfo.InvariantCulture, $"""
            ml.Transforms.Text.FeaturizeText("{Bag}", "{text}")
                .Append(ml.{(task == PortfolioTask.Classification ? "MulticlassClassification.Trainers.SdcaMaximumEntropy"
                    : "Regression.Trainers.Sdca")}("{label}", "{Bag}",
                    l2Regularization: {PortfolioModel.Get(trial, "bag.l2", 1e-6f):g4}f, maximumNumberOfIterations: 30))
            """));

    private static PortfolioModel LightGbm(PortfolioTask task, string label, string text) => new("bag-lightgbm",
        FeatureModels.LightGbmDimensions("bag-lightgbm"),
        trial => trial.ML.Transforms.Text.FeaturizeText(Bag, text).Append(FeatureModels.LightGbm(trial, "bag-lightgbm", task, label, Bag)),
        trial => $"ml.Transforms.Text.FeaturizeText(\"{Bag}\", \"{text}\")\n    .Append("
            + FeatureModels.LightGbmCode(trial, "bag-lightgbm", task, label, Bag) + ")");

    // Counts of words.
    private static PortfolioModel FastTree(PortfolioTask task, string label) => new("words-fasttree",
        FeatureModels.FastTreeDimensions("words-fasttree"),
        trial => trial.ML.Transforms.Conversion.MapKeyToVector(Bag, Tokens, outputCountVector: true)
            .Append(FeatureModels.FastTree(trial, "words-fasttree", task, label, Bag)),
        trial => $"ml.Transforms.Conversion.MapKeyToVector(\"{Bag}\", \"{Tokens}\", outputCountVector: true)\n    .Append("
            + FeatureModels.FastTreeCode(trial, "words-fasttree", task, label, Bag) + ")");
}
