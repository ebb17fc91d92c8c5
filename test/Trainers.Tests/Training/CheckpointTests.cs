using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class CheckpointTests : CheckpointFixture
{
    [TestMethod]
    public void A_folder_is_for_one_run_at_a_time()
    {
        var options = Options;
        CheckpointException? refused = null;
        options.OnEpoch = epoch => refused ??= epoch.Epoch < 2 ? null : Assert.ThrowsExactly<CheckpointException>(() =>
        {
            var other = Options;
            other.Resume = true;
            Train(other);
        });
        Train(options);
        StringAssert.Contains(refused!.Message, $"Folder '{Folder}' is in use by another run");
        options = Options;
        (options.Resume, options.Epochs) = (true, 7);
        Assert.HasCount(7, Train(options).History.Epochs);
        Assert.IsTrue(Files().All(file => file.EndsWith(".checkpoint", StringComparison.Ordinal)));
    }

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
            Assert.AreEqual((expected.Epoch, expected.Loss, expected.ValidationLoss, expected.GradientNorm, expected.LearningRate,
                expected.Steps, expected.Rows),
                (found.Epoch, found.Loss, found.ValidationLoss, found.GradientNorm, found.LearningRate, found.Steps, found.Rows));
            CollectionAssert.AreEqual(expected.Metrics.ToArray(), found.Metrics.ToArray());
            CollectionAssert.AreEqual(expected.ValidationMetrics.ToArray(), found.ValidationMetrics.ToArray());
        }
        StringAssert.Contains(resumed.Log[0], $"Resuming after epoch {epoch - 1} from '{Folder}");
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
        var again = Train(options, Data((epoch, _) => Assert.AreEqual(1, epoch, "no step is left")));
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
        string[] expected = ["1:", "2:", "3:epoch-000003.checkpoint", "4:epoch-000003.checkpoint",
            "5:epoch-000003.checkpoint epoch-000005.checkpoint"];
        CollectionAssert.AreEqual(expected, written);
    }

    [TestMethod]
    public void A_checkpoint_of_another_run_is_an_error_that_says_what_differs()
    {
        CancelAt(3, 1);
        var options = Options;
        (options.Resume, options.Seed, options.BatchSize, options.Optimizer) = (true, 9, 8, new Sgd());
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Train(options, network: Regression.Linear));
        foreach (var part in (string[])["epoch-000002.checkpoint", "parameter 'weight' has shape [8, 1], this network's [3, 1]",
            "no parameter 'bias' [1]", "a parameter 'hidden' [3, 8], which this network lacks", "Seed is 4, not 9",
            "BatchSize is 16, not 8", "Optimizer is Adam, not Sgd"])
            StringAssert.Contains(exception.Message, part);
    }

    [TestMethod]
    public void A_new_run_does_not_mix_its_checkpoints_with_older_ones()
    {
        CancelAt(3, 1);
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Train(Options));
        StringAssert.Contains(exception.Message, Folder);
        StringAssert.Contains(exception.Message, "epoch 2");
        StringAssert.Contains(exception.Message, "Resume");
    }

    [TestMethod]
    public void A_folder_that_can_not_be_made_is_an_error_before_training()
    {
        Directory.CreateDirectory(Folder);
        File.WriteAllText(Path.Combine(Folder, "file"), "");
        var options = Options;
        options.CheckpointFolder = Path.Combine(Folder, "file", "inside");
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Train(options, Data((_, _) => Assert.Fail("no step is taken"))));
        StringAssert.Contains(exception.Message, options.CheckpointFolder);
        Assert.IsNull(exception.History);
    }
}
