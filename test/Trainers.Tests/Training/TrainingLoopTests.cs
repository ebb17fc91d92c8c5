using Microsoft.ML;

namespace MLSeqGraph.Trainers.Tests.Training;

[TestClass]
public class TrainingLoopTests
{
    [TestMethod]
    public void A_linear_problem_is_learned_and_each_epoch_logged()
    {
        var options = new TrainingOptions { Epochs = 30, BatchSize = 16, LearningRate = 0.05f };
        var model = TrainingLoop.Build(Regression.Linear, options);
        var lines = new List<string>();
        var ml = new MLContext(1);
        ml.Log += (_, message) => { if (message.Kind == Microsoft.ML.Runtime.ChannelMessageKind.Info) lines.Add(message.Message); };
        var history = TrainingLoop.Run(model, new Regression(200, 16, 40), options, ml);
        Assert.HasCount(30, history.Epochs);
        Assert.AreEqual(TrainingEnd.Completed, history.StoppedBecause);
        Assert.IsLessThan(0.001, history.Epochs[^1].Loss);
        Assert.IsGreaterThan(0.95, history.Epochs[^1].ValidationMetrics["close"]);
        var weights = Regression.Weights(model);
        foreach (var (expected, found) in ((float[])[0.5f, -0.8f, 0.3f, 0.105f]).Zip(weights))
            Assert.AreEqual(expected, found, 0.02f);
        Assert.HasCount(30, lines);
        Assert.AreEqual(history.Epochs[4].ToString(), lines[4].Split("] ")[^1]);
    }
}
