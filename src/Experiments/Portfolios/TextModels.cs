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
        var most = preset == PortfolioPreset.Best ? 256 : 128;
        PortfolioModel Network(string name, float rate, int hidden, float dropout, Func<int, SequenceNetwork> make,
            Func<int, string> code) =>
            new(name,
                [
                    space => space.Range($"{name}.rate", rate / 5.0, rate * 3.0, logBase: true, rate),
                    space => space.Range($"{name}.hidden", 16, most, logBase: true, hidden),
                    space => space.Range($"{name}.embedding", 16, most, logBase: true, 64),
                    space => space.Range($"{name}.dropout", 0.0, 0.6, defaultValue: dropout),
                ],
                trial => Train(trial, task, label, make, epochs, Settings.Of(trial, name, rate, hidden, dropout)),
                trial => Code(task, label, Settings.Of(trial, name, rate, hidden, dropout), epochs, code), IsNetwork: true);
        List<PortfolioModel> models =
        [
            Network("lstm", 3e-3f, 64, 0.3f, hidden => SequenceNetwork.Lstm(hidden, bidirectional: true),
                hidden => $"SequenceNetwork.Lstm({hidden}, bidirectional: true)"),
            Network("convolution", 1e-3f, 100, 0.5f, Convolution, ConvolutionCode),
            Linear(task, label, text),
            Network("gru", 3e-3f, 64, 0.3f, hidden => SequenceNetwork.Gru(hidden, bidirectional: true),
                hidden => $"SequenceNetwork.Gru({hidden}, bidirectional: true)"),
            Network("transformer", 1e-3f, 64, 0.2f, hidden => Transformer(Width(hidden)), hidden => TransformerCode(Width(hidden))),
        ];
        if (preset == PortfolioPreset.Best)
            models.Add(Trees(task, label, text));
        return models;
    }

    // Widths of heads are even, for rotary positions.
    private static int Width(int hidden) => (hidden + 7) / 8 * 8;

    private static SequenceNetwork Transformer(int width) => SequenceNetwork.Transformer(new()
    {
        Hidden = width, Layers = 2, Heads = 4, FeedForwardSize = 2 * width, Dropout = 0.2f, AttentionDropout = 0.2f,
    });

    private static string TransformerCode(int width) => $"SequenceNetwork.Transformer(new() {{ Hidden = {width}, Layers = 2, Heads = 4, "
        + $"FeedForwardSize = {2 * width}, Dropout = 0.2f, AttentionDropout = 0.2f }})";

    /// <summary>Kernels over 3, 4 and 5 words, each with the maximum over the steps (Kim 2014).</summary>
    private static SequenceNetwork Convolution(int features) => SequenceNetwork.Custom("convolution", (network, x) =>
    {
        Sequence[] read = [.. ((int[])[3, 4, 5]).Select(width =>
        {
            var y = x.Convolution(features, width, name: $"convolution_{width}");
            return y.With(Op.Relu(y.Steps));
        })];
        return new(read[0], Op.Concat(1, [.. read.Select(one => one.MaxPooling())]));
    });

    private static string ConvolutionCode(int features) => $$"""
        SequenceNetwork.Custom("convolution", (network, x) =>
        {
            Sequence[] read = [.. ((int[])[3, 4, 5]).Select(width =>
            {
                var y = x.Convolution({{features}}, width, name: $"convolution_{width}");
                return y.With(Op.Relu(y.Steps));
            })];
            return new(read[0], Op.Concat(1, [.. read.Select(one => one.MaxPooling())]));
        })
        """;

    private static IEstimator<ITransformer> Train(Trial trial, PortfolioTask task, string label, Func<int, SequenceNetwork> make,
        int epochs, Settings settings)
    {
        SequenceTrainerOptions options = task == PortfolioTask.Classification ? new SequenceClassificationTrainer.Options()
            : new SequenceRegressionTrainer.Options();
        options.LabelColumnName = label;
        options.SequenceColumnName = Tokens;
        options.Network = make(settings.Hidden);
        options.EmbeddingSize = settings.Embedding;
        options.InputDropout = options.OutputDropout = settings.Dropout;
        options.LearningRate = settings.Rate;
        options.Optimizer = new AdamW { WeightDecay = 0.01f };
        options.Schedule = LearningRateSchedule.Cosine();
        options.GradientClipNorm = 1;
        options.BatchSize = 32;
        options.Epochs = epochs;
        options.Seed = trial.Seed;
        if (task == PortfolioTask.Classification)
            options.MonitoredMetric = MonitoredMetric.Highest("accuracy");
        if (!trial.IsRefit)
            options.EarlyStoppingPatience = 5;
        var ml = trial.ML;
        return options is SequenceClassificationTrainer.Options classes ? ml.Sequences().Classification(classes)
            : ml.Sequences().Regression((SequenceRegressionTrainer.Options)options);
    }

    private static string Code(PortfolioTask task, string label, Settings settings, int epochs,
        Func<int, string> network) => string.Create(
        CultureInfo.InvariantCulture, $$"""
        ml.Sequences().{{task}}(new()
        {
            LabelColumnName = "{{label}}", SequenceColumnName = "{{Tokens}}",
            Network = {{network(settings.Hidden).Replace("\n", "\n    ")}},
            EmbeddingSize = {{settings.Embedding}}, InputDropout = {{settings.Dropout:0.###}}f, OutputDropout = {{settings.Dropout:0.###}}f,
            LearningRate = {{settings.Rate:g4}}f, Optimizer = new AdamW { WeightDecay = 0.01f },
            Schedule = LearningRateSchedule.Cosine(), GradientClipNorm = 1, BatchSize = 32, Epochs = {{epochs}},
        })
        """);

    private static PortfolioModel Linear(PortfolioTask task, string label, string text) => new("bag",
        [space => space.Range("bag.l2", 1e-7, 1e-3, logBase: true, 1e-6)],
        trial =>
        {
            var l2 = PortfolioModel.Get(trial, "bag.l2", 1e-6f);
            var bag = trial.ML.Transforms.Text.FeaturizeText(Bag, text);
            return task == PortfolioTask.Classification
                ? bag.Append(trial.ML.MulticlassClassification.Trainers.SdcaMaximumEntropy(new Microsoft.ML.Trainers
                    .SdcaMaximumEntropyMulticlassTrainer.Options
                {
                    LabelColumnName = label, FeatureColumnName = Bag, L2Regularization = l2, MaximumNumberOfIterations = 30,
                    NumberOfThreads = 1,
                }))
                : bag.Append(trial.ML.Regression.Trainers.Sdca(new Microsoft.ML.Trainers.SdcaRegressionTrainer.Options
                {
                    LabelColumnName = label, FeatureColumnName = Bag, L2Regularization = l2, MaximumNumberOfIterations = 30,
                    NumberOfThreads = 1,
                }));
        },
        trial => string.Create(CultureInfo.InvariantCulture, $"""
            ml.Transforms.Text.FeaturizeText("{Bag}", "{text}")
                .Append(ml.{(task == PortfolioTask.Classification ? "MulticlassClassification.Trainers.SdcaMaximumEntropy"
                    : "Regression.Trainers.Sdca")}("{label}", "{Bag}",
                    l2Regularization: {PortfolioModel.Get(trial, "bag.l2", 1e-6f):g4}f, maximumNumberOfIterations: 30))
            """));

    private static PortfolioModel Trees(PortfolioTask task, string label, string text) => new("bag-lightgbm",
        FeatureModels.LightGbmDimensions("bag-lightgbm"),
        trial => trial.ML.Transforms.Text.FeaturizeText(Bag, text).Append(FeatureModels.LightGbm(trial, "bag-lightgbm", task, label, Bag)),
        trial => $"ml.Transforms.Text.FeaturizeText(\"{Bag}\", \"{text}\")\n    .Append("
            + FeatureModels.LightGbmCode(trial, "bag-lightgbm", task, label, Bag) + ")");

    /// <summary>The values of a network's dimensions.</summary>
    private sealed record Settings(float Rate, int Hidden, int Embedding, float Dropout)
    {
        internal static Settings Of(Trial trial, string name, float rate, int hidden, float dropout) => new(
            PortfolioModel.Get(trial, $"{name}.rate", rate), PortfolioModel.Get(trial, $"{name}.hidden", hidden),
            PortfolioModel.Get(trial, $"{name}.embedding", 64), PortfolioModel.Get(trial, $"{name}.dropout", dropout));
    }
}
