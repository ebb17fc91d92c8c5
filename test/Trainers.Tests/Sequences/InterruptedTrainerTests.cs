using Microsoft.ML;
using MLSeqGraph.Onnx;
using MLSeqGraph.Transforms;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>
/// Training that diverges, is canceled or breaks off, seen from a trainer: what is left is whole, and training goes on from
/// it.
/// </summary>
[TestClass]
public class InterruptedTrainerTests
{
    private const int StepsPerEpoch = 4; // of 30 rows in batches of 8

    private readonly MLContext _ml = new(1);
    private readonly TemporaryFolder _folder = new();

    [TestCleanup]
    public void Clean() => _folder.Dispose();

    private SequencePredictionTransformer Train(string sequence = "Ragged", Action<SequenceTrainerOptions>? change = null,
        string task = "Classification") =>
        EveryForm.Trainer(_ml, task, sequence, options =>
        {
            options.Network = SequenceNetwork.Lstm(4, layers: 2, dropout: 0.2f);
            options.Epochs = 6;
            change?.Invoke(options);
        }).Fit(EveryForm.Mapped(_ml, 30));

    private byte[] Exported(SequencePredictionTransformer model)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.onnx");
        model.ExportToOnnx(path);
        return File.ReadAllBytes(path);
    }

    [TestMethod]
    public void A_loss_that_diverges_stops_training_and_leaves_the_last_checkpoint()
    {
        var checkpoints = _folder.File("checkpoints");
        Dictionary<string, byte[]> Files() => Directory.GetFiles(checkpoints).ToDictionary(file => file, File.ReadAllBytes);
        Dictionary<string, byte[]>? before = null;
        var error = Assert.ThrowsExactly<TrainingDivergedException>(() => Train(change: options =>
        {
            options.CheckpointFolder = checkpoints;
            options.Optimizer = new Sgd();
            options.Schedule = new AtStep(3 * StepsPerEpoch, () => before = Files(), 1e38f);
        }, task: "Number"));
        Assert.AreEqual(4, error.Epoch);
        Assert.HasCount(3, error.History.Epochs);
        Assert.AreEqual(TrainingEnd.Diverged, error.History.StoppedBecause);
        StringAssert.StartsWith(error.Message, "Training diverged: the ");
        StringAssert.Contains(error.Message, "in epoch 4, step ");
        StringAssert.Contains(error.Message, "Try a lower LearningRate or a GradientClipNorm such as 1");
        CollectionAssert.AreEquivalent(before!.Keys, Files().Keys);
        foreach (var (file, bytes) in before)
            CollectionAssert.AreEqual(bytes, File.ReadAllBytes(file));

        using var resumed = Train(change: options => (options.CheckpointFolder, options.Resume, options.Optimizer, options.Schedule) =
            (checkpoints, true, new Sgd(), AtStep.Never), task: "Number");
        using var straight = Train(change: options => options.Optimizer = new Sgd(), task: "Number");
        CollectionAssert.AreEqual(Exported(straight), Exported(resumed));
    }

    [TestMethod]
    [DataRow("Ragged")]
    [DataRow("Keys")]
    public void Canceled_in_the_middle_of_an_epoch_the_model_so_far_scores_exports_and_is_saved(string sequence)
    {
        using var source = new CancellationTokenSource();
        var error = Assert.ThrowsExactly<TrainingCanceledException>(() => Train(sequence, options =>
        {
            options.CancellationToken = source.Token;
            options.Schedule = new AtStep(StepsPerEpoch + 1, source.Cancel);
        }));
        Assert.AreEqual("Training was canceled after 1 finished epochs.", error.Message);
        Assert.AreEqual(TrainingEnd.Canceled, error.History.StoppedBecause);
        Assert.AreEqual(source.Token, error.CancellationToken);
        using var model = (SequencePredictionTransformer)error.Model!;
        Assert.AreSame(error.History, model.History);

        var data = EveryForm.Mapped(_ml, 30);
        var scored = Scored.All(model.Transform(data));
        Assert.HasCount(30, scored);
        using var loaded = _ml.Transforms.ApplySequenceModel(Exported(model)).Fit(data);
        Scored.AssertEqual(scored, Scored.All(loaded.Transform(data)));
        using var file = new MemoryStream();
        _ml.Model.Save(model, data.Schema, file);
        var stock = _ml.Model.Load(file, out _);
        Scored.AssertEqual(scored, Scored.All(stock.Transform(data)));
        ((IDisposable)stock).Dispose();

        // Two steps further than the first epoch.
        using var one = Train(sequence, options => options.Epochs = 1);
        CollectionAssert.AreNotEqual(scored[0].Score, Scored.All(one.Transform(data))[0].Score);
    }

    [TestMethod]
    public void Canceled_before_the_first_step_there_is_no_model()
    {
        var error = Assert.Throws<OperationCanceledException>(() => Train(change: options => options.CancellationToken = new(true)));
        Assert.IsNotInstanceOfType<TrainingCanceledException>(error);
    }

    [TestMethod]
    [DataRow("Ragged", 0f)]
    [DataRow("Keys", 0.3f)]
    [DataRow("Fixed", 0.3f)]
    public void Resumed_the_model_is_that_of_a_run_without_interruption(string sequence, float validation)
    {
        void Same(SequenceTrainerOptions options)
        {
            options.ValidationFraction = validation;
            options.OutputDropout = 0.2f;
        }
        void Checkpointed(SequenceTrainerOptions options)
        {
            Same(options);
            (options.CheckpointFolder, options.Resume, options.Schedule) = (_folder.File("checkpoints"), true, AtStep.Never);
        }
        using var source = new CancellationTokenSource();
        var canceled = Assert.ThrowsExactly<TrainingCanceledException>(() => Train(sequence, options =>
        {
            Checkpointed(options);
            options.CancellationToken = source.Token;
            options.Schedule = new AtStep(2 * StepsPerEpoch, source.Cancel);
        }));
        ((IDisposable)canceled.Model!).Dispose();
        // It breaks off again, without a chance to write anything more, as a process that is killed does.
        Assert.ThrowsExactly<InvalidTimeZoneException>(() => Train(sequence, options =>
        {
            Checkpointed(options);
            options.Schedule = new AtStep(4 * StepsPerEpoch - 1, () => throw new InvalidTimeZoneException());
        }));
        using var resumed = Train(sequence, Checkpointed);
        using var straight = Train(sequence, Same);
        Assert.HasCount(6, resumed.History.Epochs);
        CollectionAssert.AreEqual(straight.History.Epochs.Select(epoch => epoch.Loss).ToArray(),
            resumed.History.Epochs.Select(epoch => epoch.Loss).ToArray());
        CollectionAssert.AreEqual(Exported(straight), Exported(resumed));
        Assert.IsEmpty(Directory.GetFiles(_folder.File("checkpoints"), "*.tmp"));
    }

    [TestMethod]
    public void A_checkpoint_of_another_network_is_an_error()
    {
        var checkpoints = _folder.File("checkpoints");
        Train(change: options => options.CheckpointFolder = checkpoints).Dispose();
        var error = Assert.ThrowsExactly<CheckpointException>(() => Train(change: options =>
            (options.CheckpointFolder, options.Resume, options.Network) = (checkpoints, true, SequenceNetwork.Gru(4))));
        StringAssert.Contains(error.Message, checkpoints);
        StringAssert.Contains(error.Message, "gru/");
        error = Assert.ThrowsExactly<CheckpointException>(() => Train(change: options => options.CheckpointFolder = checkpoints));
        StringAssert.Contains(error.Message, checkpoints);
    }
}
