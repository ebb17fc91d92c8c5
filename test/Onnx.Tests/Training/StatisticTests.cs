namespace MLSeqGraph.Onnx.Tests.Training;

[TestClass]
public class StatisticTests
{
    // y = w · x with the running mean of x taken off, which training moves half-way to each batch's mean.
    private static NetworkOutputs Network(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["rows", 1]);
        var mean = network.Statistic("mean", [1], Initializers.Zeros);
        network.Update(mean, mean * 0.5 + Op.ReduceMean(x, [0], keepDims: false) * 0.5);
        var y = (x - mean) * network.Parameter("w", [1], Initializers.Ones);
        return new(Op.ReduceMean(y * y, keepDims: false), [("y", y)]);
    }

    [TestMethod]
    public void A_step_replaces_it_and_no_gradient_reaches_it()
    {
        var model = TrainingModel.Build(Network, new Sgd());
        using var session = new TrainingSession(model);
        float[] x = [1, 3];
        foreach (var expected in (float[])[1, 1.5f, 1.75f])
        {
            session.Feed("x", x, 2, 1);
            session.Step(0);
            session.SaveParameters();
            Assert.AreEqual(expected, model.Parameters["mean"].Value.As<float>()[0]);
        }
        Assert.AreEqual(1, model.Parameters.Count);
        session.Feed("x", x, 2, 1);
        CollectionAssert.AreEqual((float[])[-0.75f, 1.25f], session.Evaluate()["y"].As<float>());
    }

    [TestMethod]
    public void It_is_part_of_the_saved_state()
    {
        var model = TrainingModel.Build(Network, new Sgd());
        using var session = new TrainingSession(model);
        session.Feed("x", (float[])[2], 1, 1);
        session.Step(0);
        var state = session.SaveState();
        session.Feed("x", (float[])[2], 1, 1);
        session.Step(0);
        session.LoadState(state);
        session.SaveParameters();
        Assert.AreEqual(1, model.Parameters["mean"].Value.As<float>()[0]);
    }
}
