using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Transforms;

namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Pipelines whose training ends early and that are whole nevertheless.</summary>
[TestClass]
public class EarlyEndTests
{
    private readonly MLContext _ml = new(1);

    private IDataView Data => _ml.Data.LoadFromEnumerable(Waves.Rows(60, seed: 1));

    private IEstimator<TransformerChain<KeyToValueMappingTransformer>> Pipeline(Action<SequenceClassificationTrainer.Options> change)
    {
        var options = new SequenceClassificationTrainer.Options
        {
            Network = SequenceNetwork.Gru(4), Epochs = 5, BatchSize = 16, FeatureCount = 2,
        };
        change(options);
        return _ml.Transforms.Conversion.MapValueToKey("Label").Append(_ml.Sequences().Classification(options))
            .Append(_ml.Transforms.Conversion.MapKeyToValue("Answer", "PredictedLabel"));
    }

    private void AssertWhole(TransformerChain<KeyToValueMappingTransformer> model, TrainingEnd end, int epochs)
    {
        Assert.HasCount(60, model.Transform(Data).GetColumn<string>("Answer").Where(answer => answer.Length > 0).ToArray());
        var history = model.OfType<SequencePredictionTransformer>().Single().History;
        Assert.AreEqual(end, history.StoppedBecause);
        Assert.HasCount(epochs, history.Epochs);
    }

    [TestMethod]
    public void A_stopped_training_gives_the_model_so_far()
    {
        using var source = new CancellationTokenSource();
        AssertWhole(Pipeline(options =>
        {
            options.StopToken = source.Token;
            options.OnEpoch = epoch => { if (epoch.Epoch == 2) source.Cancel(); };
        }).Fit(Data), TrainingEnd.Stopped, 2);
        // within the first epoch
        AssertWhole(Pipeline(options => options.StopToken = source.Token).Fit(Data), TrainingEnd.Stopped, 0);
    }

    [TestMethod]
    public void A_canceled_training_gives_the_whole_pipeline_where_asked()
    {
        using var source = new CancellationTokenSource();
        void Change(SequenceClassificationTrainer.Options options)
        {
            options.CancellationToken = source.Token;
            options.OnEpoch = epoch => { if (epoch.Epoch == 2) source.Cancel(); };
        }
        AssertWhole(Pipeline(Change).FitAsFarAsItGoes(Data), TrainingEnd.Canceled, 2);
        using var second = new CancellationTokenSource();
        Assert.ThrowsExactly<TrainingCanceledException>(() => Pipeline(options =>
        {
            options.CancellationToken = second.Token;
            options.OnEpoch = _ => second.Cancel();
        }).Fit(Data));
        Assert.Throws<OperationCanceledException>(() => Pipeline(Change).FitAsFarAsItGoes(Data), "before the first step");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_lost_checkpoint_gives_the_whole_pipeline_where_asked()
    {
        using var folder = new TemporaryFolder();
        AssertWhole(Pipeline(options =>
        {
            options.CheckpointFolder = folder.Path;
            options.OnEpoch = _ => File.CreateSymbolicLink(folder.File("epoch-000002.checkpoint.tmp"), "/dev/full");
        }).FitAsFarAsItGoes(Data), TrainingEnd.Failed, 2);
    }
}
