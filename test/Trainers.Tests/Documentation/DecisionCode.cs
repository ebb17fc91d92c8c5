using Microsoft.ML;
using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class DecisionCode
{
    [TestMethod]
    public void A_return_is_asked_for()
    {
        var ml = new MLContext(1);
        var trajectories = Trajectory.View(ml, Trajectory.Make(24));
        using var folder = new TemporaryFolder();
        var path = folder.File("steps.onnx");
        int left = Trajectory.Most;
        float[] Look() => [left, 0.5f];
        float Do(int action)
        {
            left--;
            return action == 0 ? 1 : 0;
        }
        // docs
        var model = ml.Sequences().Decisions("States", "Actions", "Returns", epochs: 20, featureCount: 2).Fit(trajectories);
        model.ExportStepsToOnnx(path);

        using var policy = DecisionPolicy.Load(path);
        using var run = policy.Start(returns: [4], maximumSteps: 4);
        while (run.Steps < 4)
        {
            float[] probabilities = run.Act(TensorData.Create(Look(), 1, 2));
            int action = Array.IndexOf(probabilities, probabilities.Max());
            run.Record([(long)action], [Do(action)]);
        }
        // docs
        Assert.AreEqual(0, left);
    }
}
