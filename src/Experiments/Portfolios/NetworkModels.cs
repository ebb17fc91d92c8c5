using System.Globalization;
using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace MLSeqGraph.Experiments;

/// <summary>How networks of portfolios are trained.</summary>
internal static class NetworkModels
{
    /// <summary>A trainer of classes or numbers.</summary>
    /// <param name="trial">The trial.</param>
    /// <param name="task">Which.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="epochs">The most epochs.</param>
    /// <param name="patience">Epochs without a better metric that end it early; not where it is trained on all rows.</param>
    /// <param name="set">Sets columns, network and dropout.</param>
    /// <param name="weightDecay">Decay of weights.</param>
    /// <param name="labelSmoothing">Share of each class that is spread over all.</param>
    internal static IEstimator<ITransformer> Train(Trial trial, PortfolioTask task, float rate, int epochs, int patience,
        Action<SequenceTrainerOptions> set, float weightDecay = 0.01f, float labelSmoothing = 0)
    {
        SequenceTrainerOptions options = task == PortfolioTask.Classification
            ? new SequenceClassificationTrainer.Options { LabelSmoothing = labelSmoothing } : new SequenceRegressionTrainer.Options();
        set(options);
        (options.LearningRate, options.Epochs, options.Seed) = (rate, epochs, trial.Seed);
        (options.Optimizer, options.Schedule) = (new AdamW { WeightDecay = weightDecay }, LearningRateSchedule.Cosine());
        (options.GradientClipNorm, options.BatchSize) = (1, 32);
        if (!trial.IsRefit)
            options.EarlyStoppingPatience = patience;
        return options is SequenceClassificationTrainer.Options classes ? trial.ML.Sequences().Classification(classes)
            : trial.ML.Sequences().Regression((SequenceRegressionTrainer.Options)options);
    }

    /// <summary>The same as C#, behind what is set of columns, network and dropout.</summary>
    internal static string Code(PortfolioTask task, float rate, int epochs, string set, float weightDecay = 0.01f,
        float labelSmoothing = 0)
    {
        var smoothed = labelSmoothing > 0 && task == PortfolioTask.Classification
            ? FormattableString.Invariant($" LabelSmoothing = {labelSmoothing}f,") : "";
        return string.Create(CultureInfo.InvariantCulture, $$"""
            ml.Sequences().{{task}}(new()
            {
                {{set.Replace("\n", "\n    ")}}
                LearningRate = {{rate:g4}}f, Optimizer = new AdamW { WeightDecay = {{weightDecay}}f },{{smoothed}}
                Schedule = LearningRateSchedule.Cosine(), GradientClipNorm = 1, BatchSize = 32, Epochs = {{epochs}},
            })
            """);
    }
}
