using static MLSeqGraph.Onnx.Tests.Files;

namespace MLSeqGraph.Onnx.Tests;

/// <summary>Normalization of channels in the form for training, as operator sets before and from 14 on write it.</summary>
[TestClass]
public class BatchNormalizationTests
{
    // 4 numbers of two channels, of means 10 and -20 and variances 1 and 4.
    private static readonly float[] X = [9f, -22f, 11f, -18f, 9f, -18f, 11f, -22f];

    private static byte[] File(long opset) => Model(opset, [opset >= 14
        ? Node("BatchNormalization", "x scale bias mean variance", "y new_mean new_variance", ("training_mode", 1), ("momentum", 0.5f),
            ("epsilon", 0f))
        : Node("BatchNormalization", "x scale bias mean variance", "y new_mean new_variance saved_mean saved_variance", ("momentum", 0.5f),
            ("epsilon", 0f))], [Input("x", ElementType.Float, "n", 2)], ["y", "new_mean", "new_variance"],
        ("scale", TensorData.Vector(1f, 3f)), ("bias", TensorData.Vector(0f, 0.5f)), ("mean", TensorData.Vector(0f, 0f)),
        ("variance", TensorData.Vector(1f, 1f)));

    [TestMethod]
    [DataRow(9L)]
    [DataRow(15L)]
    public void As_a_graph_it_takes_the_statistics_of_the_batch(long opset)
    {
        using var session = OnnxSession.Load(OnnxFile.ToBytes(ImportedModel.Load(File(opset)).ToGraph()));
        var results = session.Run(new Dictionary<string, TensorData> { ["x"] = TensorData.Create(X, 4, 2) });
        float[] y = [-1f, -2.5f, 1f, 3.5f, -1f, 3.5f, 1f, -2.5f], mean = [5f, -10f], variance = [1f, 2.5f];
        foreach (var (name, expected) in ((string, float[])[])[("y", y), ("new_mean", mean), ("new_variance", variance)])
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(expected[i], results[name].As<float>()[i], 1e-4, name);
    }

    [TestMethod]
    [DataRow(9L, false)]
    [DataRow(15L, false)]
    [DataRow(15L, true)]
    public void Statistics_learn_beside_a_scale_that_does(long opset, bool isFrozen)
    {
        var model = ImportedModel.Load(File(opset));
        var training = TrainingModel.Build(network =>
        {
            var y = model.Write(network, new Dictionary<string, Value> { ["x"] = network.Input("x", ElementType.Float, ["n", 2]) }, ["y"],
                isFrozen ? FineTuning.None : null)["y"];
            // Another parameter, so that there is one where the model's are frozen.
            return new(Op.ReduceMean(y * y * network.Parameter("one", [2], Initializers.Ones), keepDims: false), ("y", y));
        }, new Sgd());
        using var session = new TrainingSession(training, ExecutionTarget.Cpu(1));
        void Feed() => session.Feed("x", X, 4, 2);
        float Step()
        {
            Feed();
            return session.Step(0).Loss;
        }
        float[] Evaluated()
        {
            Feed();
            return session.Evaluate()["y"].As<float>();
        }
        // The file's: x of the first channel, and three times x and a half of the second.
        Assert.AreEqual(9f, Evaluated()[0], 1e-3f);
        Assert.AreEqual(-65.5f, Evaluated()[1], 1e-3f);
        var first = Step();
        Assert.AreEqual(isFrozen ? Mean([.. X.Select((x, i) => i % 2 == 0 ? x : 3 * x + 0.5f)]) : (1 + 9.25f) / 2, first, 0.01f * first);
        for (var step = 0; step < 20; step++)
            Step();
        Assert.AreEqual(isFrozen ? 9f : -1f, Evaluated()[0], 1e-2f);
        Assert.AreEqual(isFrozen ? -65.5f : -2.5f, Evaluated()[1], 1e-2f);
        session.SaveParameters();
        var network = new NetworkBuilder(training.Parameters, NetworkMode.Deployment);
        network.Graph.Output("deployed", model.Write(network, new Dictionary<string, Value>
        {
            ["x"] = network.Input("x", ElementType.Float, ["n", 2]),
        }, ["y"], isFrozen ? FineTuning.None : null)["y"]);
        using var deployed = OnnxSession.Load(OnnxFile.ToBytes(network.Graph));
        Assert.AreEqual(Evaluated()[1], deployed.Run(new Dictionary<string, TensorData>
        {
            ["x"] = TensorData.Create(X, 4, 2),
        })["deployed"].As<float>()[1], 1e-3f);
    }

    private static float Mean(float[] y) => y.Average(one => one * one);

    [TestMethod]
    public void Gradients_of_the_batch_agree_with_finite_differences() => FiniteDifferences.Check(v => ImportedModel.Load(File(15)).Write(
        new NetworkBuilder(v[0].Graph, NetworkMode.Training, [KeyValuePair.Create("scale", v[1]), KeyValuePair.Create("bias", v[2]),
            KeyValuePair.Create("mean", v[0].Graph.Constant(TensorData.Vector(0f, 0f))),
            KeyValuePair.Create("variance", v[0].Graph.Constant(TensorData.Vector(1f, 1f)))]),
        new Dictionary<string, Value> { ["x"] = v[0] }, ["y"])["y"], [FiniteDifferences.Random(ElementType.Float, 3, 5, 2),
            TensorData.Vector(1f, 3f), TensorData.Vector(0f, 0.5f)]);

    [TestMethod]
    public void Statistics_of_positions_are_refused_by_name()
    {
        var model = Model(8, [Node("BatchNormalization", "x s s s s", "y", ("spatial", 0))], [Input("x", ElementType.Float, "n", 2)], ["y"],
            ("s", TensorData.Vector(1f, 3f)));
        StringAssert.Contains(Assert.ThrowsExactly<OnnxFileException>(() => ImportedModel.Load(model).ToGraph()).Message,
            "'BatchNormalization_y' (BatchNormalization): its form with statistics of each position");
    }
}
