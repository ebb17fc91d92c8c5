using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Trainers;
using Microsoft.ML.Trainers.FastTree;
using Microsoft.ML.Trainers.LightGbm;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>Models of numbers.</summary>
internal static class FeatureModels
{
    internal static IReadOnlyList<PortfolioModel> Of(PortfolioTask task, PortfolioPreset preset, string label, string features,
        int count, int? mostEpochs = null)
    {
        var epochs = mostEpochs ?? preset switch { PortfolioPreset.Quick => 20, PortfolioPreset.Good => 50, _ => 100 };
        return
        [
            LightGbm(task, label, features),
            Linear(task, label, features),
            new("perceptron",
                [
                    space => space.Range("perceptron.rate", 3e-4, 1e-2, logBase: true, 3e-3),
                    space => space.Range("perceptron.hidden", 16, 256, logBase: true, 64),
                    space => space.Range("perceptron.dropout", 0.0, 0.5, defaultValue: 0.1),
                ],
                trial => Perceptron(trial, task, label, features, count, epochs),
                trial => PerceptronCode(trial, task, label, features, count, epochs), IsNetwork: true),
            FastTree(task, label, features),
        ];
    }

    internal static PortfolioModel LightGbm(PortfolioTask task, string label, string features) => new("lightgbm",
        LightGbmDimensions("lightgbm"), trial => LightGbm(trial, "lightgbm", task, label, features),
        trial => LightGbmCode(trial, "lightgbm", task, label, features));

    internal static PortfolioModel FastTree(PortfolioTask task, string label, string features) => new("fasttree",
        FastTreeDimensions("fasttree"), trial => FastTree(trial, "fasttree", task, label, features),
        trial => FastTreeCode(trial, "fasttree", task, label, features));

    internal static PortfolioModel Linear(PortfolioTask task, string label, string features) => new("linear",
        [space => space.Range("linear.l2", 1e-7, 1e-2, logBase: true, 1e-5)], trial => Linear(trial, task, label, features),
        trial => string.Create(CultureInfo.InvariantCulture, $"""
            ml.Transforms.NormalizeMeanVariance("Normalized", "{features}")
                .Append(ml.{(task == PortfolioTask.Classification ? "MulticlassClassification.Trainers.SdcaMaximumEntropy"
                    : "Regression.Trainers.Sdca")}("{label}", "Normalized", l2Regularization: {
                        PortfolioModel.Get(trial, "linear.l2", 1e-5f):g4}f))
            """));

    internal static IReadOnlyList<Func<SearchSpace, SearchSpace>> LightGbmDimensions(string name) =>
    [
        space => space.Range($"{name}.leaves", 4, 128, logBase: true, 31),
        space => space.Range($"{name}.rows", 2, 50, logBase: true, 10),
        space => space.Range($"{name}.rate", 0.02, 0.4, logBase: true, 0.1),
        space => space.Range($"{name}.trees", 20, 400, logBase: true, 100),
    ];

    internal static IReadOnlyList<Func<SearchSpace, SearchSpace>> FastTreeDimensions(string name) =>
    [
        space => space.Range($"{name}.leaves", 4, 128, logBase: true, 20),
        space => space.Range($"{name}.trees", 20, 300, logBase: true, 100),
        space => space.Range($"{name}.rate", 0.02, 0.4, logBase: true, 0.2),
    ];

    internal static IEstimator<ITransformer> LightGbm(Trial trial, string name, PortfolioTask task, string label, string features)
    {
        var (leaves, rows) = (PortfolioModel.Get(trial, $"{name}.leaves", 31), PortfolioModel.Get(trial, $"{name}.rows", 10));
        var (rate, trees) = (PortfolioModel.Get(trial, $"{name}.rate", 0.1), PortfolioModel.Get(trial, $"{name}.trees", 100));
        int? threads = trial.Threads > 0 ? trial.Threads : null;
        return task == PortfolioTask.Classification
            ? trial.ML.MulticlassClassification.Trainers.LightGbm(new LightGbmMulticlassTrainer.Options
            {
                LabelColumnName = label, FeatureColumnName = features, NumberOfLeaves = leaves, MinimumExampleCountPerLeaf = rows,
                LearningRate = rate, NumberOfIterations = trees, NumberOfThreads = threads, Seed = trial.Seed, Deterministic = true,
            })
            : trial.ML.Regression.Trainers.LightGbm(new LightGbmRegressionTrainer.Options
            {
                LabelColumnName = label, FeatureColumnName = features, NumberOfLeaves = leaves, MinimumExampleCountPerLeaf = rows,
                LearningRate = rate, NumberOfIterations = trees, NumberOfThreads = threads, Seed = trial.Seed, Deterministic = true,
            });
    }

    internal static string LightGbmCode(Trial trial, string name, PortfolioTask task, string label, string features) => string.Create(
        CultureInfo.InvariantCulture, $"ml.{(task == PortfolioTask.Classification ? "MulticlassClassification" : "Regression")}.Trainers."
            + $"LightGbm(\"{label}\", \"{features}\", numberOfLeaves: {PortfolioModel.Get(trial, $"{name}.leaves", 31)}, "
            + $"minimumExampleCountPerLeaf: {PortfolioModel.Get(trial, $"{name}.rows", 10)}, learningRate: "
            + $"{PortfolioModel.Get(trial, $"{name}.rate", 0.1):g4}, "
                + $"numberOfIterations: {PortfolioModel.Get(trial, $"{name}.trees", 100)})");

    private static IEstimator<ITransformer> Linear(Trial trial, PortfolioTask task, string label, string features)
    {
        return trial.ML.Transforms.NormalizeMeanVariance("Normalized", features).Append(
            Linear(trial, task, label, "Normalized", PortfolioModel.Get(trial, "linear.l2", 1e-5f)));
    }

    /// <summary>A linear model of features.</summary>
    internal static IEstimator<ITransformer> Linear(Trial trial, PortfolioTask task, string label, string features, float l2,
        int? iterations = null) => task == PortfolioTask.Classification
        ? trial.ML.MulticlassClassification.Trainers.SdcaMaximumEntropy(new SdcaMaximumEntropyMulticlassTrainer.Options
        {
            LabelColumnName = label, FeatureColumnName = features, L2Regularization = l2, MaximumNumberOfIterations = iterations,
            NumberOfThreads = 1,
        })
        : trial.ML.Regression.Trainers.Sdca(new SdcaRegressionTrainer.Options
        {
            LabelColumnName = label, FeatureColumnName = features, L2Regularization = l2, MaximumNumberOfIterations = iterations,
            NumberOfThreads = 1,
        });

    internal static IEstimator<ITransformer> FastTree(Trial trial, string name, PortfolioTask task, string label, string features)
    {
        var (leaves, trees) = (PortfolioModel.Get(trial, $"{name}.leaves", 20), PortfolioModel.Get(trial, $"{name}.trees", 100));
        var rate = PortfolioModel.Get(trial, $"{name}.rate", 0.2);
        int? threads = trial.Threads > 0 ? trial.Threads : null;
        return task == PortfolioTask.Classification
            ? trial.ML.MulticlassClassification.Trainers.OneVersusAll(trial.ML.BinaryClassification.Trainers.FastTree(
                new FastTreeBinaryTrainer.Options
                {
                    LabelColumnName = label, FeatureColumnName = features, NumberOfLeaves = leaves, NumberOfTrees = trees,
                    LearningRate = rate, NumberOfThreads = threads, Seed = trial.Seed,
                }), label)
            : trial.ML.Regression.Trainers.FastTree(new FastTreeRegressionTrainer.Options
            {
                LabelColumnName = label, FeatureColumnName = features, NumberOfLeaves = leaves, NumberOfTrees = trees,
                LearningRate = rate, NumberOfThreads = threads, Seed = trial.Seed,
            });
    }

    internal static string FastTreeCode(Trial trial, string name, PortfolioTask task, string label, string features)
    {
        var tree = string.Create(CultureInfo.InvariantCulture, $"Trainers.FastTree(\"{label}\", \"{features}\", numberOfLeaves: "
            + $"{PortfolioModel.Get(trial, $"{name}.leaves", 20)}, numberOfTrees: {PortfolioModel.Get(trial, $"{name}.trees", 100)}, "
            + $"learningRate: {PortfolioModel.Get(trial, $"{name}.rate", 0.2):g4})");
        return task == PortfolioTask.Regression ? "ml.Regression." + tree
            : $"ml.MulticlassClassification.Trainers.OneVersusAll(ml.BinaryClassification.{tree}, \"{label}\")";
    }

    private static string PerceptronCode(Trial trial, PortfolioTask task, string label, string features, int count, int epochs)
    {
        var (hidden, dropout, rate) = PerceptronValues(trial);
        return NetworkModels.Code(task, rate, epochs, string.Create(CultureInfo.InvariantCulture, $$"""
            LabelColumnName = "{{label}}", SequenceColumnName = "{{features}}", FeatureCount = {{count}},
            Network = SequenceNetwork.Custom("perceptron", (network, x) =>
            {
                var h = Op.Relu(network.Linear(x.Steps, {{hidden}}, name: "first"));
                h = network.Dropout(h, {{dropout:0.###}}f);
                return new(x.With(Op.Relu(network.Linear(h, {{hidden}}, name: "second"))));
            }),
            OutputDropout = {{dropout:0.###}}f,
            """));
    }

    /// <summary>Two layers of rectified units: the numbers are a sequence of one step.</summary>
    private static IEstimator<ITransformer> Perceptron(Trial trial, PortfolioTask task, string label, string features, int count,
        int epochs)
    {
        var (hidden, dropout, rate) = PerceptronValues(trial);
        return NetworkModels.Train(trial, task, rate, epochs, patience: 10, options =>
        {
            (options.LabelColumnName, options.SequenceColumnName, options.FeatureCount) = (label, features, count);
            options.Network = SequenceNetwork.Custom("perceptron", (network, x) =>
            {
                var h = Op.Relu(network.Linear(x.Steps, hidden, name: "first"));
                return new(x.With(Op.Relu(network.Linear(network.Dropout(h, dropout), hidden, name: "second"))));
            });
            options.OutputDropout = dropout;
        });
    }

    private static (int Hidden, float Dropout, float Rate) PerceptronValues(Trial trial) => (
        PortfolioModel.Get(trial, "perceptron.hidden", 64), PortfolioModel.Get(trial, "perceptron.dropout", 0.1f),
        PortfolioModel.Get(trial, "perceptron.rate", 3e-3f));
}
