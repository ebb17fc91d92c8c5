using Microsoft.ML;
using Microsoft.ML.Data;
using MLSeqGraph.Onnx;
using Shape = MLSeqGraph.Trainers.Tests.Graphs.Shape;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Trainings that ranks share: batches that don't divide by the number of ranks, rows with weights, tables read by rows.</summary>
internal static class ParallelCases
{
    internal static readonly string[] Names = ["lstm", "transformer", "graph", "weights", "language", "one batch"];

    /// <summary>The losses of the epochs, of training and validation in turn, and the scores of some rows.</summary>
    /// <param name="name">The case.</param>
    /// <param name="communicator">Connects the ranks; null for one alone.</param>
    /// <param name="set">Changes options.</param>
    /// <param name="rows">Number of rows; those of the case by default.</param>
    internal static (double[] Losses, float[] Scores) Train(string name, ICommunicator? communicator, Action<TrainingOptions>? set = null,
        int? rows = null)
    {
        var ml = new MLContext(1);
        T With<T>(T options) where T : TrainingOptions
        {
            (options.Communicator, options.Target, options.Epochs) = (communicator, ExecutionTarget.Cpu(1), 4);
            set?.Invoke(options);
            return options;
        }
        switch (name)
        {
            case "lstm" or "one batch":
                var words = Words(ml, rows ?? (name == "lstm" ? 90 : 24), 1);
                using (var model = ml.Sequences().Classification(With(new SequenceClassificationTrainer.Options
                {
                    Network = SequenceNetwork.Lstm(16), BatchSize = name == "lstm" ? 16 : 32, LearningRate = 0.01f, EmbeddingSize = 8,
                    GradientClipNorm = 1,
                })).Fit(words, Words(ml, 21, 2)))
                    return (Losses(model.History), Scores(model.Transform(words)));
            case "transformer" or "weights":
                var waves = Waves(ml, rows ?? 50, 1);
                using (var model = ml.Sequences().Classification(With(new SequenceClassificationTrainer.Options
                {
                    Network = name == "weights" ? SequenceNetwork.Gru(8)
                        : SequenceNetwork.Transformer(new() { Hidden = 16, Heads = 2, Layers = 1, Dropout = 0 }),
                    BatchSize = 16, LearningRate = 0.003f, FeatureCount = 2, Optimizer = new AdamW(),
                    ExampleWeightColumnName = name == "weights" ? "Weight" : null,
                })).Fit(waves, Waves(ml, 20, 2)))
                    return (Losses(model.History), Scores(model.Transform(waves)));
            case "graph":
                var shapes = Shape.View(ml, Shape.Make(rows ?? 45));
                using (var model = ml.Graphs().GraphClassification(With(new GraphClassificationTrainer.Options
                {
                    Columns = new() { NodeFeatureCount = 2 }, Network = GraphNetwork.Gin(16, 2, batchNorm: false), BatchSize = 16,
                    LearningRate = 0.01f,
                })).Fit(shapes, Shape.View(ml, Shape.Make(20, 2))))
                    return (Losses(model.History), Scores(model.Transform(shapes)));
            case "language":
                var random = new Random(1);
                var counting = ml.Data.LoadFromEnumerable(Enumerable.Range(0, rows ?? 37).Select(row =>
                    new Counting { Features = [.. Enumerable.Range(row, random.Next(3, 12)).Select(i => i % 5)] }).ToArray());
                using (var model = ml.Sequences().LanguageModel(With(new LanguageModelTrainer.Options
                {
                    Decoder = SequenceDecoder.Gru(16), TokenColumnName = "Features", VocabularySize = 5, BatchSize = 16, EmbeddingSize = 8,
                    LearningRate = 0.01f,
                })).Fit(counting))
                    return (Losses(model.History), Scores(model.Transform(counting)));
            default:
                throw new ArgumentException(name);
        }
    }

    private static double[] Losses(TrainingHistory history) =>
        [.. history.Epochs.SelectMany(epoch => (double[])[epoch.Loss, epoch.ValidationLoss ?? 0])];

    private static float[] Scores(IDataView scored) => [.. scored.GetColumn<float[]>("Score").SelectMany(row => row)];

    private static IDataView Words(MLContext ml, int rows, int seed)
    {
        IDataView Fitted(int count, int from) => ml.Data.LoadFromEnumerable(Tests.Waves.Words(count, from));
        return ml.Transforms.Conversion.MapValueToKey("Label").Append(ml.Transforms.Text.TokenizeIntoWords("Words", "Text"))
            .Append(ml.Transforms.Conversion.MapValueToKey("Features", "Words")).Fit(Fitted(90, 1)).Transform(Fitted(rows, seed));
    }

    private static IDataView Waves(MLContext ml, int rows, int seed)
    {
        var random = new Random(seed);
        var data = ml.Data.LoadFromEnumerable(Tests.Waves.Rows(rows, seed).Select(row =>
            new Weighted { Label = row.Label, Features = row.Features, Weight = random.Next(4) }).ToArray());
        return ml.Transforms.Conversion.MapValueToKey("Label", keyOrdinality: Microsoft.ML.Transforms.ValueToKeyMappingEstimator
            .KeyOrdinality.ByValue).Fit(data).Transform(data);
    }

    private sealed class Weighted
    {
        public string Label { get; set; } = "";

        public float[] Features { get; set; } = [];

        public float Weight { get; set; }
    }

    private sealed class Counting
    {
        public int[] Features { get; set; } = [];
    }
}
