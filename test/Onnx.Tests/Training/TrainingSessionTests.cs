namespace MLSeqGraph.Onnx.Tests.Training;

[TestClass]
public class TrainingSessionTests
{
    private const int Inputs = 3, Hidden = 16, Batch = 4;

    // Parameters whose sizes are and are not multiples of 16, one without decay, one used twice.
    private static NetworkOutputs Network(NetworkBuilder network)
    {
        var x = network.Input("x", ElementType.Float, ["batch", Inputs]);
        var y = network.Input("y", ElementType.Float, ["batch", 1]);
        var hidden = Op.Tanh(Op.MatMul(x, network.Parameter("hidden", [Inputs, Hidden], Initializers.GlorotUniform))
            + network.Parameter("bias", [Hidden], Initializers.Zeros, decays: false));
        var shift = network.Parameter("shift", [1], Initializers.Constant(0.1f));
        var prediction = Op.MatMul(hidden, network.Parameter("out", [Hidden, 1], Initializers.GlorotUniform))
            + shift * network.Parameter("shift", [1], Initializers.Zeros);
        var error = prediction - y;
        return new(Op.ReduceMean(error * error, keepDims: false), ("largest", Op.ReduceMax(Op.Abs(error), keepDims: false)),
            ("prediction", prediction));
    }

    private static TrainingModel Model(float clip = 0.5f) => TrainingModel.Build(Network, new Adam { WeightDecay = 0.1f }, clip, seed: 3);

    private static (float[] X, float[] Y) Data(int step)
    {
        var random = new Random(100 + step);
        return ([.. Enumerable.Range(0, Batch * Inputs).Select(_ => random.NextSingle() * 2 - 1)],
            [.. Enumerable.Range(0, Batch).Select(_ => random.NextSingle())]);
    }

    private static StepResult Step(TrainingSession session, int step)
    {
        var (x, y) = Data(step);
        session.Feed("x", x, Batch, Inputs);
        session.Feed("y", y, Batch, 1);
        return session.Step(0.05f);
    }

    [TestMethod]
    public void A_session_does_what_running_the_steps_graph_does()
    {
        var model = Model();
        using var session = new TrainingSession(model, ExecutionTarget.Cpu(1));
        using var plain = new OnnxSession(model.Step, ExecutionTarget.Cpu(1));
        var state = session.SaveState();
        for (var step = 0; step < 20; step++)
        {
            var (x, y) = Data(step);
            var feed = new Dictionary<string, TensorData>
            {
                ["x"] = TensorData.Create(x, Batch, Inputs),
                ["y"] = TensorData.Create(y, Batch, 1),
                [TrainingModel.LearningRate] = TensorData.Scalar(0.05f),
                [TrainingModel.StepNumber] = TensorData.Scalar(step + 1f),
            };
            foreach (var (name, elements) in state.Tensors)
                feed[name] = TensorData.Vector(elements);
            foreach (var (parameter, _, offset) in model.Dense)
                feed[parameter.Name] =
                    TensorData.Create(state.Tensors[TrainingModel.Flat][(int)offset..(int)(offset + parameter.Value.Count)],
                        [.. parameter.Value.Sizes]);
            var expected = plain.Run(feed);
            var found = Step(session, step);
            Assert.AreEqual(expected["loss"].As<float>()[0], found.Loss);
            Assert.AreEqual(expected["gradient_norm"].As<float>()[0], found.GradientNorm);
            Assert.AreEqual(expected["largest"].As<float>()[0], session.Metric("largest"));
            state = session.SaveState();
            Assert.AreEqual(step + 1L, state.Steps);
            foreach (var (name, elements) in state.Tensors)
                CollectionAssert.AreEqual(expected[name + "/new"].As<float>(), elements, $"{name} after step {step}");
        }
        CollectionAssert.AreEquivalent(new[] { "training/parameters", "training/parameters/mean", "training/parameters/mean_square" },
            state.Tensors.Keys.ToArray());
    }

    [TestMethod]
    public void A_parameter_is_one_piece_of_the_flat_vector()
    {
        var model = Model();
        CollectionAssert.AreEqual(new[] { "hidden", "bias", "out", "shift" }, model.Dense.Select(entry => entry.Parameter.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 0L, 48, 64, 80 }, model.Dense.Select(entry => entry.Offset).ToArray());
        Assert.AreEqual(81, model.FlatLength);
        CollectionAssert.AreEqual(new[] { "largest" }, model.ScalarMetrics.ToArray());
    }

    [TestMethod]
    public void Training_lowers_the_loss()
    {
        using var session = new TrainingSession(Model(0));
        var first = Step(session, 0).Loss;
        for (var i = 0; i < 100; i++)
            Step(session, 0);
        Assert.IsLessThan(0.1f * first, Step(session, 0).Loss);
    }

    [TestMethod]
    public void A_saved_state_repeats_the_steps_bit_for_bit()
    {
        using var session = new TrainingSession(Model());
        for (var step = 0; step < 5; step++) // an odd number: the other of the two buffers is current
            Step(session, step);
        var state = session.SaveState();
        var losses = Enumerable.Range(5, 6).Select(step => Step(session, step)).ToArray();
        session.LoadState(state);
        Assert.AreEqual(5L, session.Steps);
        CollectionAssert.AreEqual(losses, Enumerable.Range(5, 6).Select(step => Step(session, step)).ToArray());
        using var other = new TrainingSession(Model());
        other.LoadState(state);
        CollectionAssert.AreEqual(losses, Enumerable.Range(5, 6).Select(step => Step(other, step)).ToArray());
        foreach (var (name, elements) in session.SaveState().Tensors)
            CollectionAssert.AreEqual(elements, other.SaveState().Tensors[name], name);
    }

    [TestMethod]
    public void A_state_of_another_model_is_an_error()
    {
        using var session = new TrainingSession(Model());
        var state = session.SaveState();
        using var sgd = new TrainingSession(TrainingModel.Build(Network, new Sgd()));
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => sgd.LoadState(state)).Message,
            "it has 'training/parameters/mean'");
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => session.LoadState(sgd.SaveState())).Message,
            "no elements of 'training/parameters/mean'; expected 81");
        var small = new Dictionary<string, float[]>(state.Tensors) { ["training/parameters"] = new float[3] };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => session.LoadState(new(0, small))).Message,
            "found 3 elements of 'training/parameters'; expected 81");
    }

    [TestMethod]
    public void Parameters_go_in_and_out()
    {
        var model = Model();
        using var session = new TrainingSession(model);
        var initial = (float[])model.Parameters["out"].Value.As<float>().Clone();
        Step(session, 0);
        CollectionAssert.AreEqual(initial, model.Parameters["out"].Value.As<float>(), "not written back unasked");
        session.SaveParameters();
        CollectionAssert.AreNotEqual(initial, model.Parameters["out"].Value.As<float>());
        initial.CopyTo(model.Parameters["out"].Value.As<float>(), 0);
        session.LoadParameters();
        model.Parameters["out"].Value.As<float>().AsSpan().Clear();
        session.SaveParameters();
        CollectionAssert.AreEqual(initial, model.Parameters["out"].Value.As<float>());
    }

    [TestMethod]
    public void Evaluation_reports_scalars_and_tensors_and_changes_nothing()
    {
        using var session = new TrainingSession(Model());
        Step(session, 0);
        var before = session.SaveState();
        var (x, y) = Data(9);
        foreach (var rows in (int[])[Batch, 2, 3]) // other shapes than the run before
        {
            session.Feed("x", x, rows, Inputs);
            session.Feed("y", y, rows, 1);
            var outputs = session.Evaluate();
            var prediction = outputs["prediction"].As<float>();
            CollectionAssert.AreEqual(new long[] { rows, 1 }, outputs["prediction"].Sizes.ToArray());
            var loss = prediction.Zip(y, (p, t) => (p - t) * (p - t)).Average();
            Assert.AreEqual(loss, outputs["loss"].As<float>()[0], 1e-6f);
            session.Feed("x", x, rows, Inputs);
            session.Feed("y", y, rows, 1);
            Assert.AreEqual(outputs["loss"].As<float>()[0], session.Score());
            Assert.AreEqual(outputs["largest"].As<float>()[0], session.Metric("largest"));
        }
        foreach (var (name, elements) in session.SaveState().Tensors)
            CollectionAssert.AreEqual(before.Tensors[name], elements, name);
        // what is scored is what the next step would report
        session.Feed("x", x, Batch, Inputs);
        session.Feed("y", y, Batch, 1);
        var scored = session.Score();
        Assert.AreEqual(scored, Step(session, 9).Loss, 1e-6f);
        StringAssert.Contains(Assert.ThrowsExactly<KeyNotFoundException>(() => session.Metric("prediction")).Message, "'loss', 'largest'");
    }

    [TestMethod]
    public void A_loss_that_is_no_scalar_or_leaves_a_parameter_out_is_an_error()
    {
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() =>
            TrainingModel.Build(network => new(network.Parameter("w", [2], Initializers.Ones)), new Sgd())).Message, "w [2]");
        var exception = Assert.ThrowsExactly<GraphException>(() => TrainingModel.Build(network =>
        {
            network.Parameter("unused", [2], Initializers.Ones);
            return new(Op.ReduceSum(network.Parameter("w", [2], Initializers.Ones), keepDims: false));
        }, new Sgd()));
        StringAssert.Contains(exception.Message, "unused");
    }
}
