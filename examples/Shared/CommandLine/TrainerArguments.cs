using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;

namespace Examples;

/// <summary>Options of trainers from those of the command line.</summary>
internal static class TrainerArguments
{
    /// <summary>Takes what the command line says of training, and the usual values for what it doesn't.</summary>
    /// <param name="trainer">The trainer's options, which are changed.</param>
    /// <param name="options">The command line.</param>
    /// <param name="seed">The seed of this run.</param>
    /// <param name="usual">The usual values.</param>
    internal static T With<T>(this T trainer, CommonOptions options, int seed, TrainingArguments usual) where T : NetworkTrainerOptions
    {
        trainer.Epochs = options.Epochs ?? usual.Epochs;
        trainer.BatchSize = options.BatchSize ?? usual.BatchSize;
        trainer.LearningRate = options.LearningRate ?? usual.LearningRate;
        trainer.Optimizer = new AdamW { WeightDecay = options.WeightDecay ?? usual.WeightDecay };
        trainer.Schedule = LearningRateSchedule.Cosine();
        trainer.Seed = seed;
        trainer.Target = ExecutionTarget.Cpu(options.Threads);
        trainer.StopToken = options.StopToken;
        trainer.CancellationToken = options.CancellationToken;
        if (usual.LinesEvery > 0)
            trainer.OnEpoch = EpochLines.Every(usual.LinesEvery);
        return trainer;
    }
}
