namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Trainings that somebody watches, interrupted and begun again.</summary>
[TestClass]
public class ResumeFolderTests : CheckpointFixture
{
    private TrainingOptions Plain
    {
        get
        {
            var options = Options;
            options.CheckpointFolder = null;
            return options;
        }
    }

    [TestMethod]
    public void Interrupted_trainings_go_on_each_in_a_folder_of_its_own()
    {
        var whole = Train(Plain).Weights;
        var other = Plain;
        other.Seed = 9;
        var wholeOther = Train(other).Weights;
        // The first ends, the second is interrupted in its fourth epoch.
        var reports = 0;
        using (new TrainingWatch
        {
            ResumeFolder = Folder,
            OnEpoch = _ => { if (++reports == 6 + 4) throw new IOException("killed"); },
        }.Begin())
        {
            Train(Plain);
            Assert.ThrowsExactly<IOException>(() => Train(other));
        }
        var (resumed, epochs) = (new List<int>(), new List<int>());
        using (new TrainingWatch
        {
            ResumeFolder = Folder, OnResumed = known => resumed.Add(known.Count), OnEpoch = epoch => epochs.Add(epoch.Epoch),
        }.Begin())
        {
            CollectionAssert.AreEqual(whole, Train(Plain).Weights);
            CollectionAssert.AreEqual(wholeOther, Train(other).Weights);
        }
        CollectionAssert.AreEqual(new[] { 6, 4 }, resumed);
        CollectionAssert.AreEqual(new[] { 5, 6 }, epochs);
    }

    [TestMethod]
    public void What_another_training_left_is_deleted_and_it_begins_anew()
    {
        using (new TrainingWatch { ResumeFolder = Folder }.Begin())
            Train(Plain);
        var other = Plain;
        other.LearningRate = 0.02f;
        var whole = Train(other).Weights;
        var resumed = 0;
        using (new TrainingWatch { ResumeFolder = Folder, OnResumed = _ => resumed++ }.Begin())
        {
            var (weights, _, log) = Train(other);
            CollectionAssert.AreEqual(whole, weights);
            Assert.IsTrue(log.Any(line => line.Contains("its LearningRate is 0.01, not 0.02", StringComparison.Ordinal)
                && line.EndsWith("The training begins anew.", StringComparison.Ordinal)), string.Join('\n', log));
        }
        Assert.AreEqual(0, resumed);
        // Options that name a folder go before it.
        Assert.IsFalse(Directory.Exists(Path.Combine(Folder, "training-2")));
    }
}
