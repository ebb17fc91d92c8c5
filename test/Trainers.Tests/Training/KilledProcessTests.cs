namespace MLSeqGraph.Trainers.Tests.Training;

/// <summary>Training that is killed while it writes a checkpoint.</summary>
[TestClass]
public class KilledProcessTests
{
    [TestMethod]
    public void Training_goes_on_to_the_same_weights()
    {
        using var folder = new TemporaryFolder();
        var isCut = false;
        for (var attempt = 0; attempt < 5 && !isCut; attempt++)
        {
            Assert.IsTrue(KilledTraining.Kill(folder.Path, _ => KilledTraining.Epochs(folder.Path) >= 3
                && KilledTraining.IsWriting(folder.Path)), "the process ended before it was killed");
            isCut = KilledTraining.IsWriting(folder.Path);
        }
        Assert.IsTrue(isCut, "no attempt hit a write");
        Assert.IsGreaterThan(0, KilledTraining.Epochs(folder.Path));
        CollectionAssert.AreEqual(KilledTraining.Train(null), KilledTraining.Train(folder.Path));
        Assert.IsEmpty(Directory.GetFiles(folder.Path, "*.tmp"));
    }
}
