using Examples;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Translation;

/// <summary>How networks are trained, by the amount of data.</summary>
internal static class Networks
{
    internal static TranslationTrainer.Options Options(string network, bool isLarge, Options asked, int seed)
    {
        var isTransformer = network == "transformer";
        var options = Translators.Options(network, asked.Width ?? (isLarge ? 256 : 64),
            asked.Layers ?? (isTransformer ? isLarge ? 3 : 2 : 1),
            asked.Dropout ?? (isLarge ? isTransformer ? 0.2f : 0.3f : asked.Task is null ? 0.05f : 0),
            warmUp: isTransformer && isLarge ? 400 : 100);
        (options.SourceColumnName, options.TargetColumnName) = ("Source", "Target");
        options.Epochs = asked.Epochs ?? (isLarge ? isTransformer ? 16 : 10 : asked.Task is null ? 12 : 20);
        options.BatchSize = asked.BatchSize ?? (isLarge ? isTransformer ? 128 : 96 : 64);
        options.LearningRate = asked.LearningRate ?? (isLarge ? 1e-3f : isTransformer ? 2e-3f : 3e-3f);
        options.LabelSmoothing = asked.Smoothing ?? (isLarge ? 0.1f : 0);
        options.ScheduledSampling = asked.Sampling;
        options.BeamWidth = asked.Beam;
        options.LengthPenalty = 1;
        options.MaximumLength = 80;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(asked.Threads);
        return options;
    }
}
