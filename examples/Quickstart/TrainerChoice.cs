using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Trainers;
using Quickstart.Data;

namespace Quickstart;

/// <summary>
/// Options of the trainer that suit most data of a kind, chosen by whether steps are tokens or numbers and by the number of rows. What
/// the command line says comes first.
/// </summary>
internal static class TrainerChoice
{
    internal const string Transformer = "transformer", MiniRocket = "minirocket";

    // Those that read a series value by value, and whose kernels find its shapes.
    private static readonly string[] Convolutional = ["fcn", "resnet", "inception", MiniRocket];

    internal static string[] Networks { get; } = ["lstm", "gru", "rnn", Transformer, .. Convolutional];

    private const int Patience = 10;

    // As the library chooses for whole series.
    internal static string Network(DataSet data) => data.IsTokens ? "lstm"
        : data.Task == TaskKind.Classification && data.TrainRows <= 2000 ? MiniRocket : "gru";

    internal static IEstimator<SequencePredictionTransformer> Make(
        MLContext ml, DataSet data, string network, int seed, Options given, PretrainedNetwork? pretrained, Action<EpochRecord> onEpoch)
    {
        if (data.Task == TaskKind.Tagging)
        {
            var tagging = new SequenceTaggingTrainer.Options { Pretrained = pretrained };
            Choose(tagging, data, network, seed, given, onEpoch);
            return ml.Sequences().Tagging(tagging);
        }
        var classification = new SequenceClassificationTrainer.Options { Pooling = given.Pooling
            ?? (network == Transformer ? Pooling.Mean : Pooling.Last), Pretrained = pretrained };
        Choose(classification, data, network, seed, given, onEpoch);
        return ml.Sequences().Classification(classification);
    }

    /// <summary>Trains the network on the training rows' own tokens, some of them masked, to start the trainer from.</summary>
    internal static PretrainedNetwork Pretrain(MLContext ml, DataSet data, string network, int seed, Options given,
        Action<EpochRecord> onEpoch)
    {
        var options = new MaskedPretrainingTrainer.Options
        {
            Network = Network(network, given),
            EmbeddingSize = EmbeddingSize(network, given),
            InputDropout = 0.1f,
        };
        ChooseTraining(options, data, network, seed, given, onEpoch, given.PretrainEpochs!.Value);
        return ml.Sequences().MaskedPretraining(options).Fit(data.Preparation.Fit(data.Train).Transform(data.Train));
    }

    private static void Choose(SequenceTrainerOptions options, DataSet data, string network, int seed, Options given,
        Action<EpochRecord> onEpoch)
    {
        options.Network = Network(network, given);
        if (data.ValuesPerStep is { } values && !Convolutional.Contains(network))
            options.FeatureCount = values;
        options.InputDropout = given.Dropout ?? (data.IsTokens ? 0.3f : 0);
        options.OutputDropout = given.Dropout ?? 0.3f;
        options.EmbeddingSize = EmbeddingSize(network, given);
        ChooseTraining(options, data, network, seed, given, onEpoch, given.Epochs ?? Math.Clamp(60_000 / data.TrainRows, 10, 100));
    }

    private static void ChooseTraining(TrainingOptions options, DataSet data, string network, int seed, Options given,
        Action<EpochRecord> onEpoch, int epochs)
    {
        options.BatchSize = given.BatchSize ?? (data.TrainRows < 1000 ? 16 : 32);
        options.Epochs = epochs;
        // A training loss that doesn't fall any more, mostly near 0, has nothing left to teach.
        if (given.Epochs is null)
            (options.EarlyStoppingPatience, options.MinimumDelta) = (Patience, 1e-3f);
        options.LearningRate = given.LearningRate ?? (network == Transformer || Convolutional.Contains(network) ? 1e-3f : 3e-3f);
        options.Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.01f };
        options.Schedule = Schedule(network, (long)epochs * ((data.TrainRows + options.BatchSize - 1) / options.BatchSize));
        options.GradientClipNorm = 1;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(given.Threads);
        (options.StopToken, options.CancellationToken) = (given.StopToken, given.CancellationToken);
        options.OnEpoch = onEpoch;
    }

    // A tied output layer and rows of a Transformer are as wide as the network.
    private static int EmbeddingSize(string network, Options given) =>
        given.EmbeddingSize ?? (network == Transformer ? given.Hidden ?? 64 : 64);

    private static LearningRateSchedule Schedule(string network, long steps) => network == Transformer
        ? LearningRateSchedule.WarmUp(Math.Max(1, steps / 10), LearningRateSchedule.Cosine())
        : LearningRateSchedule.Cosine();

    private static SequenceNetwork Network(string name, Options given)
    {
        var hidden = given.Hidden ?? 64;
        return name switch
        {
            "lstm" => SequenceNetwork.Lstm(hidden, given.Layers ?? 1, given.Bidirectional ?? true),
            "gru" => SequenceNetwork.Gru(hidden, given.Layers ?? 1, given.Bidirectional ?? true),
            "rnn" => SequenceNetwork.Rnn(hidden, given.Layers ?? 1, given.Bidirectional ?? true),
            "fcn" => SequenceNetwork.Fcn(hidden),
            "resnet" => SequenceNetwork.ResNet(hidden),
            "inception" => SequenceNetwork.InceptionTime(given.Hidden ?? 32, given.Layers ?? 6),
            MiniRocket => SequenceNetwork.MiniRocket(),
            _ => SequenceNetwork.Transformer(new()
            {
                Hidden = hidden, Layers = given.Layers ?? 2, Heads = given.Heads ?? 4, FeedForwardSize = 2 * hidden,
                    Positions = given.Positions ?? PositionEncoding.Rotary,
                Dropout = given.Dropout ?? 0.2f, AttentionDropout = given.Dropout ?? 0.2f,
            }),
        };
    }
}
