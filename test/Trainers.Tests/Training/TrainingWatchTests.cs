using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class TrainingWatchTests
{
    private static TrainingHistory Train(Action<TrainingOptions>? change = null)
    {
        var options = new TrainingOptions { Epochs = 5, BatchSize = 16 };
        change?.Invoke(options);
        return TrainingLoop.Run(TrainingLoop.Build(Regression.Linear, options), new Regression(16, 16, 16), options);
    }

    [TestMethod]
    public void Epochs_of_trainings_inside_are_seen_behind_the_options_own()
    {
        var seen = new List<string>();
        using (new TrainingWatch { OnEpoch = epoch => seen.Add($"watch {epoch.Epoch}") }.Begin())
            Train(options => options.OnEpoch = epoch => seen.Add($"own {epoch.Epoch}"));
        Train();
        CollectionAssert.AreEqual(Enumerable.Range(1, 5).SelectMany(epoch => (string[])[$"own {epoch}", $"watch {epoch}"]).ToArray(), seen);
    }

    [TestMethod]
    public void Trainings_are_stopped_canceled_and_ended_by_what_it_throws()
    {
        using CancellationTokenSource stop = new(), cancel = new();
        using (new TrainingWatch { StopToken = stop.Token, OnEpoch = epoch => stop.CancelAt(epoch, 2) }.Begin())
            Assert.AreEqual((TrainingEnd.Stopped, 2), Of(Train()));
        using (new TrainingWatch { CancellationToken = cancel.Token, OnEpoch = epoch => cancel.CancelAt(epoch, 3) }.Begin())
            Assert.HasCount(3, Assert.Throws<TrainingCanceledException>(() => Train()).History.Epochs);
        using (new TrainingWatch { OnEpoch = _ => throw new InvalidDataException("enough") }.Begin())
            Assert.AreEqual("enough", Assert.Throws<InvalidDataException>(() => Train()).Message);
        Assert.AreEqual((TrainingEnd.Completed, 5), Of(Train()));
    }

    [TestMethod]
    public void Options_made_meanwhile_train_where_it_says()
    {
        using (new TrainingWatch { Target = ExecutionTarget.Cpu(3) }.Begin())
        {
            Assert.AreEqual(3, new TrainingOptions().Target.Threads);
            using (new TrainingWatch { Target = ExecutionTarget.Cpu(1) }.Begin())
                Assert.AreEqual(1, new TrainingOptions().Target.Threads);
            Assert.AreEqual(3, Task.Run(() => new TrainingOptions().Target.Threads).Result);
        }
        Assert.AreEqual(0, new TrainingOptions().Target.Threads);
    }

    private static (TrainingEnd, int) Of(TrainingHistory history) => (history.StoppedBecause, history.Epochs.Count);
}

file static class Tokens
{
    internal static void CancelAt(this CancellationTokenSource source, EpochRecord epoch, int at)
    {
        if (epoch.Epoch == at)
            source.Cancel();
    }
}
