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
    internal static string Network(DataSet data) => data.IsTokens ? "lstm" : "gru";

    internal static IEstimator<SequencePredictionTransformer> Make(
        MLContext ml, DataSet data, string network, int seed, Options given, Action<EpochRecord> onEpoch)
    {
        if (data.Task == TaskKind.Tagging)
        {
            var tagging = new SequenceTaggingTrainer.Options();
            Choose(tagging, data, network, seed, given, onEpoch);
            return ml.Sequences().Tagging(tagging);
        }
        var classification = new SequenceClassificationTrainer.Options { Readout = given.Readout ?? Readout.Last };
        Choose(classification, data, network, seed, given, onEpoch);
        return ml.Sequences().Classification(classification);
    }

    private static void Choose(SequenceTrainerOptions options, DataSet data, string network, int seed, Options given, Action<EpochRecord> onEpoch)
    {
        options.Network = Network(network, given.Hidden ?? 64, given.Layers ?? 1, given.Bidirectional ?? true);
        options.BatchSize = given.BatchSize ?? (data.TrainRows < 1000 ? 16 : 32);
        options.Epochs = given.Epochs ?? Math.Clamp(60_000 / data.TrainRows, 10, 100);
        options.LearningRate = given.LearningRate ?? 3e-3f;
        options.Optimizer = new AdamW { WeightDecay = given.WeightDecay ?? 0.01f };
        options.Schedule = LearningRateSchedule.Cosine();
        options.GradientClipNorm = 1;
        options.InputDropout = given.Dropout ?? (data.IsTokens ? 0.3f : 0);
        options.OutputDropout = given.Dropout ?? 0.3f;
        options.EmbeddingWidth = given.EmbeddingWidth ?? 64;
        options.Seed = seed;
        options.Target = ExecutionTarget.Cpu(given.Threads);
        options.OnEpoch = onEpoch;
    }

    private static SequenceNetwork Network(string name, int hidden, int layers, bool bidirectional) => name switch
    {
        "lstm" => SequenceNetwork.Lstm(hidden, layers, bidirectional),
        "gru" => SequenceNetwork.Gru(hidden, layers, bidirectional),
        _ => SequenceNetwork.Rnn(hidden, layers, bidirectional),
    };
}
