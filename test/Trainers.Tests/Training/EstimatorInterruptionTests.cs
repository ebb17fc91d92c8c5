using Microsoft.ML;
using Microsoft.ML.Data;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>What an estimator hands over when its training is interrupted, and how it goes on.</summary>
[TestClass]
public class EstimatorInterruptionTests
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "mlseqgraph-" + Guid.NewGuid().ToString("N"));
    private readonly MLContext _ml = new(1);

    [TestCleanup]
    public void Clean()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, true);
    }

    private static SequenceClassificationTrainer.Options Options(int epochs) => new()
    {
        Network = SequenceNetwork.Gru(8),
        Epochs = epochs,
        BatchSize = 16,
        FeatureCount = 2,
        ValidationFraction = 0.2f,
        RestoreBestWeights = false,
        OutputDropout = 0.2f,
        Seed = 3,
    };

    private IDataView Data(int seed) => _ml.Transforms.Conversion.MapValueToKey("Label")
        .Fit(_ml.Data.LoadFromEnumerable(Waves.Rows(100, seed: 1))).Transform(_ml.Data.LoadFromEnumerable(Waves.Rows(100, seed)));

    private float[] Scores(ITransformer model) =>
        [.. model.Transform(Data(2)).GetColumn<VBuffer<float>>("Score").SelectMany(scores => scores.DenseValues())];

    private float[] Trained(SequenceClassificationTrainer.Options options) => Scores(_ml.Sequences().Classification(options).Fit(Data(1)));

    [TestMethod]
    public void A_canceled_fit_hands_over_the_model_so_far_and_is_resumed_to_the_same_scores()
    {
        using var source = new CancellationTokenSource();
        var options = Options(4);
        (options.CheckpointFolder, options.CancellationToken) = (_folder, source.Token);
        options.OnEpoch = epoch => { if (epoch.Epoch == 2) source.Cancel(); };
        var canceled = Assert.ThrowsExactly<TrainingCanceledException>(() => Trained(options));
        Assert.HasCount(2, canceled.History.Epochs);
        CollectionAssert.AreEqual(Trained(Options(2)), Scores(canceled.Model!));
        options = Options(4);
        (options.CheckpointFolder, options.Resume) = (_folder, true);
        CollectionAssert.AreEqual(Trained(Options(4)), Trained(options));
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_full_disk_leaves_the_model_so_far()
    {
        var options = Options(4);
        options.CheckpointFolder = _folder;
        options.OnEpoch = _ => File.CreateSymbolicLink(Path.Combine(_folder, "epoch-000002.checkpoint.tmp"), "/dev/full");
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Trained(options));
        CollectionAssert.AreEqual(Trained(Options(2)), Scores(exception.Model!));
    }
}
