using Microsoft.ML;
using Microsoft.ML.Runtime;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class CheckpointTests
{
    private readonly string _folder = Path.Combine(Path.GetTempPath(), "mlseqgraph-" + Guid.NewGuid().ToString("N"));

    [TestCleanup]
    public void Clean()
    {
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, true);
    }

    private TrainingOptions Options => new()
    {
        Epochs = 6,
        BatchSize = 16,
        LearningRate = 0.01f,
        Schedule = LearningRateSchedule.Cosine(),
        CheckpointFolder = _folder,
        EarlyStoppingPatience = 20,
        Seed = 4,
    };

    // The validation gets worse after epoch 4.
    private static Regression Data(Action<int, int>? onBatch = null) =>
        new(64, 16, 24) { OnBatch = onBatch, TellsCount = false, Label = (epoch, _, y) => epoch > 4 ? -5 * y : y };

    private static (float[] Weights, TrainingHistory History, List<string> Log) Train(TrainingOptions options, Regression? data = null, Func<NetworkBuilder, NetworkOutputs>? network = null)
    {
        var (ml, log) = Context();
        var model = TrainingLoop.Build(network ?? Regression.Hidden, options);
        var history = TrainingLoop.Run(model, data ?? Data(), options, ml);
        return (Regression.Weights(model), history, log);
    }

    private static (MLContext Context, List<string> Log) Context()
    {
        var log = new List<string>();
        var ml = new MLContext();
        ml.Log += (_, message) => { if (message.Kind is ChannelMessageKind.Info or ChannelMessageKind.Warning) log.Add($"{message.Kind} {message.RawMessage}"); };
        return (ml, log);
    }

    private (Checkpoint Checkpoint, List<string> Log) ReadNewest()
    {
        var (ml, lines) = Context();
        using var log = new TrainingLog(ml, 6);
        return (new CheckpointFolder(_folder, log).ReadNewest(RunIdentity.Of(TrainingLoop.Build(Regression.Hidden, Options), Options))!, lines);
    }

    private (float[] Weights, TrainingHistory History) Uninterrupted(bool best = true)
    {
        var options = Options;
        (options.CheckpointFolder, options.RestoreBestWeights) = (null, best);
        var (weights, history, _) = Train(options);
        return (weights, history);
    }

    private void CancelAt(int epoch, int batch, bool best = true)
    {
        using var source = new CancellationTokenSource();
        var options = Options;
        (options.CancellationToken, options.RestoreBestWeights, options.Resume) = (source.Token, best, true);
        Assert.ThrowsExactly<TrainingCanceledException>(() => Train(options, Data((e, b) => { if (e == epoch && b == batch) source.Cancel(); })));
    }

    private (float[] Weights, TrainingHistory History, List<string> Log) Resume(bool best = true)
    {
        var options = Options;
        (options.Resume, options.RestoreBestWeights) = (true, best);
        return Train(options);
    }

    private string[] Files() => [.. Directory.EnumerateFiles(_folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [TestMethod]
    [DataRow(true, 2)]
    [DataRow(true, 6)]
    [DataRow(false, 4)]
    public void A_resumed_run_ends_with_the_bits_of_one_without_interruption(bool best, int epoch)
    {
        var (weights, history) = Uninterrupted(best);
        CancelAt(epoch, 2, best);
        var resumed = Resume(best);
        CollectionAssert.AreEqual(weights, resumed.Weights);
        Assert.AreEqual(history.BestEpoch, resumed.History.BestEpoch);
        Assert.HasCount(6, resumed.History.Epochs);
        foreach (var (expected, found) in history.Epochs.Zip(resumed.History.Epochs))
        {
            Assert.AreEqual((expected.Epoch, expected.Loss, expected.ValidationLoss, expected.GradientNorm, expected.LearningRate, expected.Steps, expected.Rows),
                (found.Epoch, found.Loss, found.ValidationLoss, found.GradientNorm, found.LearningRate, found.Steps, found.Rows));
            CollectionAssert.AreEqual(expected.Metrics.ToArray(), found.Metrics.ToArray());
            CollectionAssert.AreEqual(expected.ValidationMetrics.ToArray(), found.ValidationMetrics.ToArray());
        }
        StringAssert.Contains(resumed.Log[0], $"Resuming after epoch {epoch - 1} from '{_folder}");
    }

    [TestMethod]
    public void Several_interruptions_change_nothing_and_two_files_are_kept()
    {
        CancelAt(2, 0);
        CancelAt(3, 3);
        CancelAt(5, 1);
        CollectionAssert.AreEqual(new[] { "epoch-000003.checkpoint", "epoch-000004.checkpoint" }, Files());
        CollectionAssert.AreEqual(Uninterrupted().Weights, Resume().Weights);
        CollectionAssert.AreEqual(new[] { "epoch-000005.checkpoint", "epoch-000006.checkpoint" }, Files());
    }

    [TestMethod]
    public void A_finished_run_resumed_is_finished_and_may_be_prolonged()
    {
        var options = Options;
        (options.Epochs, options.Schedule) = (3, LearningRateSchedule.Constant);
        var (weights, _, _) = Train(options);
        options.Resume = true;
        var again = Train(options, Data((_, _) => Assert.Fail("no step is left")));
        CollectionAssert.AreEqual(weights, again.Weights);
        Assert.AreEqual(TrainingEnd.Completed, again.History.StoppedBecause);
        options.Epochs = 6;
        var longer = Train(options);
        Assert.HasCount(6, longer.History.Epochs);
        (options.Resume, options.CheckpointFolder) = (false, null);
        CollectionAssert.AreEqual(Train(options).Weights, longer.Weights);
    }

    [TestMethod]
    public void Every_few_epochs_and_at_the_end()
    {
        var options = Options;
        (options.CheckpointEvery, options.Epochs) = (3, 5);
        var written = new List<string>();
        options.OnEpoch = epoch => written.Add($"{epoch.Epoch}:{string.Join(' ', Files())}");
        Train(options);
        string[] expected = ["1:", "2:", "3:epoch-000003.checkpoint", "4:epoch-000003.checkpoint", "5:epoch-000003.checkpoint epoch-000005.checkpoint"];
        CollectionAssert.AreEqual(expected, written);
    }

    [TestMethod]
    public void A_write_that_was_cut_off_anywhere_does_no_harm()
    {
        var weights = Uninterrupted().Weights;
        CancelAt(4, 1);
        var newest = Path.Combine(_folder, "epoch-000003.checkpoint");
        var whole = File.ReadAllBytes(newest);
        // the process ended before the file was renamed: it has a temporary name, and the checkpoint before is the newest
        File.Delete(newest);
        foreach (var length in CutPoints(whole.Length))
        {
            File.WriteAllBytes(newest + ".tmp", whole[..length]);
            var (checkpoint, log) = ReadNewest();
            Assert.HasCount(2, checkpoint.Epochs);
            Assert.HasCount(1, log);
            CollectionAssert.AreEqual(new[] { "epoch-000002.checkpoint" }, Files());
        }
        File.WriteAllBytes(newest + ".tmp", whole[..(whole.Length / 2)]);
        CollectionAssert.AreEqual(weights, Resume().Weights);
    }

    [TestMethod]
    public void A_file_cut_short_anywhere_or_changed_is_passed_over_with_a_warning()
    {
        CancelAt(4, 1);
        var newest = Path.Combine(_folder, "epoch-000003.checkpoint");
        var whole = File.ReadAllBytes(newest);
        var spoilt = CutPoints(whole.Length).Select(length => whole[..length]).ToList();
        foreach (var position in CutPoints(whole.Length))
        {
            spoilt.Add((byte[])whole.Clone());
            spoilt[^1][position] ^= 1;
        }
        foreach (var bytes in spoilt)
        {
            File.WriteAllBytes(newest, bytes);
            var (checkpoint, log) = ReadNewest();
            Assert.HasCount(2, checkpoint.Epochs);
            StringAssert.StartsWith(log[0], $"Warning Checkpoint '{newest}' can't be used: ");
            StringAssert.EndsWith(log[0], "Going back to 'epoch-000002.checkpoint'.");
        }
        CollectionAssert.AreEqual(Uninterrupted().Weights, Resume().Weights);
    }

    [TestMethod]
    public void Checkpoints_of_which_none_can_be_read_are_an_error()
    {
        CancelAt(4, 1);
        foreach (var file in Directory.EnumerateFiles(_folder))
            File.WriteAllText(file, "nothing");
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Resume());
        StringAssert.Contains(exception.Message, _folder);
        StringAssert.Contains(exception.Message, "cut short at 7 bytes");
    }

    [TestMethod]
    public void A_checkpoint_of_another_run_is_an_error_that_says_what_differs()
    {
        CancelAt(3, 1);
        var options = Options;
        (options.Resume, options.Seed, options.BatchSize, options.Optimizer) = (true, 9, 8, new Sgd());
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Train(options, network: Regression.Linear));
        foreach (var part in (string[])["epoch-000002.checkpoint", "parameter 'weight' has shape [8, 1], this network's [3, 1]", "no parameter 'bias' [1]", "a parameter 'hidden' [3, 8], which this network lacks", "Seed is 4, not 9", "BatchSize is 16, not 8", "Optimizer is Adam, not Sgd"])
            StringAssert.Contains(exception.Message, part);
    }

    [TestMethod]
    public void A_new_run_does_not_mix_its_checkpoints_with_older_ones()
    {
        CancelAt(3, 1);
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Train(Options));
        StringAssert.Contains(exception.Message, _folder);
        StringAssert.Contains(exception.Message, "epoch 2");
        StringAssert.Contains(exception.Message, "Resume");
    }

    [TestMethod]
    public void A_folder_that_can_not_be_made_is_an_error_before_training()
    {
        Directory.CreateDirectory(_folder);
        File.WriteAllText(Path.Combine(_folder, "file"), "");
        var options = Options;
        options.CheckpointFolder = Path.Combine(_folder, "file", "inside");
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Train(options, Data((_, _) => Assert.Fail("no step is taken"))));
        StringAssert.Contains(exception.Message, options.CheckpointFolder);
        Assert.IsNull(exception.History);
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_full_disk_stops_training_with_the_model_so_far()
    {
        var options = Options;
        // writes to /dev/full fail as on a full disk
        options.OnEpoch = epoch => { if (epoch.Epoch == 2) File.CreateSymbolicLink(Path.Combine(_folder, "epoch-000003.checkpoint.tmp"), "/dev/full"); };
        var model = TrainingLoop.Build(Regression.Hidden, options);
        var exception = Assert.ThrowsExactly<CheckpointException>(() => TrainingLoop.Run(model, Data(), options));
        StringAssert.Contains(exception.Message, $"epoch 3 can't be written to folder '{_folder}'");
        Assert.HasCount(3, exception.History!.Epochs);
        CollectionAssert.AreEqual(new[] { "epoch-000001.checkpoint", "epoch-000002.checkpoint" }, Files());
        var three = Options;
        (three.Epochs, three.CheckpointFolder, three.Schedule) = (6, null, options.Schedule);
        using var source = new CancellationTokenSource();
        three.OnEpoch = epoch => { if (epoch.Epoch == 3) source.Cancel(); };
        three.CancellationToken = source.Token;
        var reference = TrainingLoop.Build(Regression.Hidden, three);
        Assert.ThrowsExactly<TrainingCanceledException>(() => TrainingLoop.Run(reference, Data(), three));
        CollectionAssert.AreEqual(Regression.Weights(reference), Regression.Weights(model));
        CollectionAssert.AreEqual(Uninterrupted().Weights, Resume().Weights);
    }

    // The start, the end, and some places between, byte by byte around the parts' borders.
    private static IEnumerable<int> CutPoints(int length) =>
        Enumerable.Range(0, 30).Concat(Enumerable.Range(1, 40).Select(i => i * length / 41)).Concat(Enumerable.Range(length - 34, 34));
}
