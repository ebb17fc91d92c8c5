namespace MLSeqGraph.Onnx.Tests.Training;

[TestClass]
public class FeedTests
{
    private static TrainingSession Session() => new(TrainingModel.Build(network =>
    {
        var x = network.Input("x", ElementType.Float, ["batch", "time", 2]);
        var lengths = network.Input("lengths", ElementType.Int64, ["batch"]);
        var scale = network.Graph.OptionalInput("scale", [], TensorData.Scalar(1f));
        var sums = Op.ReduceSum(x * network.Parameter("w", [2], Initializers.Ones), [1, 2], keepDims: false);
        return new(Op.ReduceMean(network.Dropout(sums / Op.Cast(lengths, ElementType.Float), 0.25f), keepDims: false) * scale);
    }, new Sgd()));

    private static string Error(Action<TrainingSession> feed)
    {
        using var session = Session();
        return Assert.ThrowsExactly<ArgumentException>(() => feed(session)).Message;
    }

    [TestMethod]
    public void An_unknown_input_names_those_there_are() => Assert.AreEqual(
        "The model has no input 'z'; it has 'x', 'lengths', 'scale'.", Error(session => session.Feed("z", new float[2], 2)));

    [TestMethod]
    [DataRow("w")]
    [DataRow("training/parameters")]
    [DataRow("training/step")]
    [DataRow("dropout_mask_0")]
    public void What_the_session_feeds_itself_can_not_be_fed(string name) =>
        StringAssert.Contains(Error(session => session.Feed(name, new float[2], 2)), $"no input '{name}'");

    [TestMethod]
    public void Another_type() =>
        Assert.AreEqual("Input 'lengths': found elements of type Int32; expected Int64.",
            Error(session => session.Feed("lengths", new int[2], 2)));

    [TestMethod]
    public void Another_rank() => Assert
        .AreEqual("Input 'x': found shape [2, 2]; expected [batch, time, 2].", Error(session => session.Feed("x", new float[4], 2, 2)));

    [TestMethod]
    public void Another_size() =>
        Assert.AreEqual("Input 'x': found shape [1, 2, 3]; expected [batch, time, 2].",
            Error(session => session.Feed("x", new float[6], 1, 2, 3)));

    [TestMethod]
    public void A_negative_size() =>
        StringAssert.Contains(Error(session => session.Feed("x", new float[6], -1, 2, 2)), "found shape [-1, 2, 2]");

    [TestMethod]
    public void A_name_with_two_sizes() =>
        Assert.AreEqual("Input 'lengths': found shape [3]; expected [batch], where batch = 2 in the inputs given before.", Error(session =>
    {
        session.Feed("x", new float[8], 2, 2, 2);
        session.Feed("lengths", new long[3], 3);
    }));

    [TestMethod]
    public void Too_few_elements() => Assert
        .AreEqual("Input 'x': found 7 elements; shape [2, 2, 2] needs 8.", Error(session => session.Feed("x", new float[7], 2, 2, 2)));

    [TestMethod]
    public void One_name_twice_in_a_shape()
    {
        using var session = new TrainingSession(TrainingModel.Build(network => new(
            Op.ReduceSum(network.Input("a", ElementType.Float, ["n", "n"]) * network.Parameter("w", [1], Initializers.Ones),
                keepDims: false)), new Sgd()));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => session.Feed("a", new float[6], 2, 3)).Message,
            "found shape [2, 3]; expected [n, n]");
        session.Feed("a", new float[4], 2, 2);
        session.Step(0.1f);
    }

    [TestMethod]
    public void An_input_that_was_not_fed_is_an_error_even_after_a_step_that_had_it()
    {
        using var session = Session();
        void FeedX() => session.Feed("x", new float[8], 2, 2, 2);
        FeedX();
        session.Feed("lengths", (long[])[1, 2], 2);
        session.Step(0.1f);
        FeedX();
        var exception = Assert.ThrowsExactly<InvalidOperationException>(() => session.Step(0.1f));
        Assert.AreEqual("Input 'lengths' (Int64 [batch]) was not given for this batch.", exception.Message);
        FeedX();
        Assert.ThrowsExactly<InvalidOperationException>(() => session.Score());
        FeedX();
        Assert.ThrowsExactly<InvalidOperationException>(() => session.Evaluate());
        Assert.AreEqual(1L, session.Steps);
    }

    [TestMethod]
    public void A_refused_input_leaves_no_trace_and_an_input_may_be_fed_again()
    {
        using var session = Session();
        Assert.ThrowsExactly<ArgumentException>(() => session.Feed("x", new float[20], 5, 2, 3));
        session.Feed("x", new float[8], 2, 2, 2);
        session.Feed("x", new float[12], 3, 2, 2);
        session.Feed("lengths", (long[])[1, 1, 1, 99], 3); // longer memory than needed
        Assert.AreEqual(0f, session.Step(0.1f).Loss);
    }

    [TestMethod]
    public void An_optional_input_falls_back_to_its_default()
    {
        using var session = Session();
        float Score(float? scale)
        {
            session.Feed("x", (float[])[1, 2, 3, 4], 1, 2, 2);
            session.Feed("lengths", (long[])[2], 1);
            if (scale is { } s)
                session.Feed("scale", (float[])[s]);
            return session.Score();
        }
        Assert.AreEqual(5f, Score(null));
        Assert.AreEqual(15f, Score(3));
        Assert.AreEqual(5f, Score(null));
    }

    [TestMethod]
    public void Memory_of_any_kind_and_of_no_length_is_fed()
    {
        using var session = new TrainingSession(TrainingModel.Build(network => new(
            Op.ReduceSum(network.Input("a", ElementType.Float, ["n"]) * network.Parameter("w", [1], Initializers.Ones), keepDims: false)),
                new Sgd()));
        foreach (var memory in (Memory<float>[])[default, new float[0], new float[5].AsMemory(2, 0)])
        {
            session.Feed("a", memory, 0);
            Assert.AreEqual(0f, session.Step(1).Loss);
        }
        session.Feed("a", new float[] { 9, 1, 2, 9 }.AsMemory(1, 2), 2);
        Assert.AreEqual(3f, session.Score());
    }
}
