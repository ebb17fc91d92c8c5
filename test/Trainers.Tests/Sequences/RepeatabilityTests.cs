using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>A seed repeats a run to the last bit; whatever should change the weights does.</summary>
[TestClass]
public class RepeatabilityTests
{
    private static byte[]? _unchanged;
    private readonly MLContext _ml = new(1);

    // With everything that draws random numbers: initial weights, the order of rows, dropout, the split.
    private byte[] Train(string sequence, Action<SequenceTrainerOptions>? change = null)
    {
        var data = EveryForm.Mapped(_ml, 40);
        using var model = EveryForm.Trainer(_ml, "Classification", sequence, options =>
        {
            options.Network = SequenceNetwork.Lstm(4, layers: 2, dropout: 0.2f);
            options.InputDropout = 0.1f;
            options.ValidationFraction = 0.2f;
            change?.Invoke(options);
        }).Fit(data);
        var path = Path.Combine(Path.GetTempPath(), $"mlseqgraph-{Guid.NewGuid():N}.onnx");
        try
        {
            model.ExportToOnnx(path);
            return File.ReadAllBytes(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [TestMethod]
    [DataRow("Ragged")]
    [DataRow("Keys")]
    public void One_seed_gives_one_model_and_another_seed_another(string sequence)
    {
        var first = Train(sequence, options => options.Seed = 7);
        CollectionAssert.AreEqual(first, Train(sequence, options => options.Seed = 7));
        CollectionAssert.AreNotEqual(first, Train(sequence, options => options.Seed = 8));
    }

    public static IEnumerable<object[]> Changes => new (string Name, Action<SequenceTrainerOptions> Change)[]
    {
        ("InputDropout", options => options.InputDropout = 0),
        ("OutputDropout", options => options.OutputDropout = 0.3f),
        ("Standardize", options => options.Standardize = false),
        ("GradientClipNorm", options => options.GradientClipNorm = 0.01f),
        ("BatchSize", options => options.BatchSize = 5),
        ("Epochs", options => options.Epochs = 3),
        ("LearningRate", options => options.LearningRate = 0.021f),
        ("ExampleWeightColumnName", options => options.ExampleWeightColumnName = "Weight"),
        ("ValidationFraction", options => options.ValidationFraction = 0.4f),
        ("Optimizer", options => options.Optimizer = new Onnx.Sgd()),
        ("LabelSmoothing", options => ((SequenceClassificationTrainer.Options)options).LabelSmoothing = 0.1f),
        ("Pooling", options => ((SequenceClassificationTrainer.Options)options).Pooling = Pooling.Mean),
        ("Truncation", options => options.Network = SequenceNetwork.Recurrent(
            new LstmOptions { Hidden = 4, Layers = 2, Dropout = 0.2f, Truncation = 1 })),
        ("ForgetBias", options => options.Network = SequenceNetwork.Recurrent(
            new LstmOptions { Hidden = 4, Layers = 2, Dropout = 0.2f, ForgetBias = 2 })),
    }.Select(change => new object[] { change.Name, change.Change });

    [TestMethod]
    [DynamicData(nameof(Changes))]
    public void Every_option_that_should_change_the_weights_does(string option, object change) =>
        CollectionAssert.AreNotEqual(_unchanged ??= Train("Ragged"), Train("Ragged", (Action<SequenceTrainerOptions>)change), option);
}
