namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class DamagedCheckpointTests : CheckpointFixture
{
    [TestMethod]
    public void A_write_that_was_cut_off_anywhere_does_no_harm()
    {
        var weights = Uninterrupted().Weights;
        CancelAt(4, 1);
        var newest = Path.Combine(Folder, "epoch-000003.checkpoint");
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
        var newest = Path.Combine(Folder, "epoch-000003.checkpoint");
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
    [DataRow("\"hidden\"", "\"hiddex\"", "has no parameter 'hidden'")]
    [DataRow("\"Parameters\":", "\"Parametera\":", "which run it belongs to")]
    [DataRow("\"BestEpoch\":", "\"BestEpoca\":", "how far it came")]
    [DataRow("mean_square", "mean_squarf", "found no elements")]
    public void What_has_a_right_checksum_and_a_wrong_content_is_passed_over_or_named(string from, string to, string message)
    {
        CancelAt(4, 1);
        var newest = Path.Combine(Folder, "epoch-000003.checkpoint");
        File.Delete(Path.Combine(Folder, "epoch-000002.checkpoint"));
        var bytes = File.ReadAllBytes(newest);
        var (found, other) = (System.Text.Encoding.ASCII.GetBytes(from), System.Text.Encoding.ASCII.GetBytes(to));
        // The last place: names of tensors stand behind the header.
        var at = bytes.AsSpan().LastIndexOf(found);
        Assert.IsGreaterThan(0, at);
        other.CopyTo(bytes, at);
        System.Security.Cryptography.SHA256.HashData(bytes.AsSpan(..^32), bytes.AsSpan(^32..));
        File.WriteAllBytes(newest, bytes);
        StringAssert.Contains(Assert.ThrowsExactly<CheckpointException>(() => Resume()).Message, message);
    }

    [TestMethod]
    public void Checkpoints_of_which_none_can_be_read_are_an_error()
    {
        CancelAt(4, 1);
        foreach (var file in Directory.EnumerateFiles(Folder))
            File.WriteAllText(file, "nothing");
        var exception = Assert.ThrowsExactly<CheckpointException>(() => Resume());
        StringAssert.Contains(exception.Message, Folder);
        StringAssert.Contains(exception.Message, "cut short at 7 bytes");
    }

    [TestMethod]
    [OSCondition(OperatingSystems.Linux)]
    public void A_full_disk_stops_training_with_the_model_so_far()
    {
        var options = Options;
        // writes to /dev/full fail as on a full disk
        options.OnEpoch = epoch => { if (epoch.Epoch == 2) File.CreateSymbolicLink(
            Path.Combine(Folder, "epoch-000003.checkpoint.tmp"), "/dev/full"); };
        var model = TrainingLoop.Build(Regression.Hidden, options);
        var exception = Assert.ThrowsExactly<CheckpointException>(() => TrainingLoop.Run(model, Data(), options));
        StringAssert.Contains(exception.Message, $"epoch 3 can't be written to folder '{Folder}'");
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
