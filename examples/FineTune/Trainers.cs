using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using MLSeqGraph.Transforms;
using Quickstart.Data;

namespace FineTune;

/// <summary>The pipelines from a sentence to a class, and options that suit them.</summary>
internal static class Trainers
{
    internal static IEstimator<TransformerChain<SequencePredictionTransformer>> Make(MLContext ml, DataSet data, PretrainedModel? start,
        string network, int seed, Options given, Action<EpochRecord> onEpoch)
    {
        var trainer = new SequenceClassificationTrainer.Options
        {
            Network = Network(start, network, given),
            Pooling = network == "scratch" ? Pooling.Last : Pooling.Mean,
            InputDropout = network == "scratch" ? given.Dropout ?? 0.3f : 0,
            OutputDropout = given.Dropout ?? (network == "scratch" ? 0.3f : 0.1f),
            BatchSize = given.BatchSize ?? 32,
            Epochs = given.Epochs ?? Epochs(network, data.TrainRows),
            LearningRate = given.LearningRate ?? network switch { "full" => 1e-4f, "lora" => 1e-3f, _ => 3e-3f },
            Optimizer = new AdamW { WeightDecay = 0.01f },
            GradientClipNorm = 1,
            RecomputeActivations = given.Recomputes,
            Seed = seed,
            Target = ExecutionTarget.Cpu(given.Threads),
            StopToken = given.StopToken,
            CancellationToken = given.CancellationToken,
            OnEpoch = onEpoch,
        };
        var steps = (long)trainer.Epochs * ((data.TrainRows + trainer.BatchSize - 1) / trainer.BatchSize);
        trainer.Schedule = LearningRateSchedule.WarmUp(Math.Max(1, steps / 10), LearningRateSchedule.Cosine());
        return Tokens(ml, data, start, given).Append(ml.Sequences().Classification(trainer));
    }

    // From scratch words are tokens; a pre-trained network has its own.
    private static IEstimator<ITransformer> Tokens(MLContext ml, DataSet data, PretrainedModel? start, Options given) => start is null
        ? data.Preparation
        : ml.Transforms.TokenizeText("Features", nameof(LabelledText.Row.Text), new()
        {
            Tokenizer = start.Tokenizer, AddBeginToken = true, AddEndToken = true, MaximumLength = given.Length,
            Truncation = TextTruncation.End, PairColumnName = given.IsPairs ? nameof(Pairs.Row.Second) : null,
        }).Append(ml.Transforms.Conversion.MapValueToKey("Label", nameof(LabelledText.Row.Class)));

    private static SequenceNetwork Network(PretrainedModel? start, string network, Options given) => start is null
        ? SequenceNetwork.Lstm(hidden: 64, layers: given.Layers ?? 1, bidirectional: true)
        : SequenceNetwork.FromOnnx(start.Onnx, new()
        {
            // A key is one more than the tokenizer's id, and the model's id, since its id 0 is padding.
            SeparatorId = given.IsPairs ? start.Tokenizer.Vocabulary.EndId + 1 : null,
            Tuning = network switch
            {
                "full" => new() { FrozenLayers = given.FrozenLayers, LayerDecay = given.LayerDecay },
                "lora" => new() { Lora = new() { Rank = given.Rank, Alpha = 2 * given.Rank }, LayerDecay = given.LayerDecay },
                _ => FineTuning.None,
            },
        });

    // Larger data needs fewer passes.
    private static int Epochs(string network, int rows) => network switch
    {
        "full" => Math.Clamp(25_000 / rows, 3, 10),
        "lora" => Math.Clamp(40_000 / rows, 3, 20),
        "frozen" => Math.Clamp(60_000 / rows, 5, 30),
        _ => Math.Clamp(60_000 / rows, 10, 50),
    };
}
