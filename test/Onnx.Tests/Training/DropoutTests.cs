namespace MLSeqGraph.Onnx.Tests.Training;

[TestClass]
public class DropoutTests
{
    private const int Count = 1 << 20;

    private static float[] Mask(float rate, ulong key, int length = Count)
    {
        var mask = new float[length];
        Array.Fill(mask, float.NaN);
        DropoutMask.Fill(mask, rate, new(key));
        return mask;
    }

    [TestMethod]
    [DataRow(0.05f)]
    [DataRow(0.1f)]
    [DataRow(0.5f)]
    [DataRow(0.9f)]
    public void Mean_variance_and_scale(float rate)
    {
        var mask = Mask(rate, 12345);
        var kept = 1 / (1 - rate);
        Assert.IsTrue(mask.All(x => x == 0 || x == kept));
        var share = mask.Count(x => x == 0) / (double)Count;
        // four standard deviations, and what 16 bits round away from the rate
        Assert.AreEqual(rate, share, 4 * Math.Sqrt(rate * (1 - rate) / Count) + 1.0 / 65536);
        var mean = mask.Average(x => (double)x);
        Assert.AreEqual(1, mean, 0.01);
        Assert.AreEqual(rate / (1 - rate), mask.Average(x => (x - mean) * (x - mean)), 0.02 * rate / (1 - rate) + 0.001);
    }

    [TestMethod]
    public void Neighbors_and_masks_of_other_keys_are_independent()
    {
        var mask = Mask(0.5f, 1);
        Assert.AreEqual(0, Correlation(mask, mask[1..]), 0.005);
        Assert.AreEqual(0, Correlation(mask, mask[4..]), 0.005);
        Assert.AreEqual(0, Correlation(mask, mask[256..]), 0.005);
        Assert.AreEqual(0, Correlation(mask, Mask(0.5f, 2)), 0.005);
    }

    [TestMethod]
    public void Every_length_is_the_start_of_a_longer_mask()
    {
        var longer = Mask(0.3f, 7, 2000);
        for (var length = 0; length < 600; length++)
            CollectionAssert.AreEqual(longer[..length], Mask(0.3f, 7, length));
    }

    /// <summary>Trains Σ dropout(x) · w over two dropout layers, whose gradient is the masks.</summary>
    private static float[][] Masks(int seed, int steps, long start = 0)
    {
        var model = TrainingModel.Build(network =>
        {
            var x = network.Input("x", ElementType.Float, ["batch", 8]);
            Value Part(string name) =>
                Op.ReduceSum(network.Dropout(x * network.Parameter(name, [1, 8], Initializers.Zeros), 0.5f), keepDims: false);
            return new(Part("a") + Part("b"));
        }, new Sgd());
        using var session = new TrainingSession(model, seed: seed);
        session.LoadState(session.SaveState() with { Steps = start });
        return [.. Enumerable.Range(0, steps).Select(_ =>
        {
            foreach (var parameter in model.Parameters.All)
                parameter.Value.As<float>().AsSpan().Clear();
            session.LoadParameters();
            session.Feed("x", Enumerable.Repeat(1f, 800).ToArray(), 100, 8);
            session.Step(1);
            session.SaveParameters();
            return model.Parameters.All.SelectMany(parameter => parameter.Value.As<float>()).ToArray();
        })];
    }

    [TestMethod]
    public void A_mask_depends_on_seed_step_and_layer_alone()
    {
        var first = Masks(3, 4);
        var again = Masks(3, 4);
        for (var step = 0; step < 4; step++)
            CollectionAssert.AreEqual(first[step], again[step]);
        CollectionAssert.AreEqual(first[2], Masks(3, 1, start: 2)[0], "a resumed run goes on with the same masks");
        CollectionAssert.AreNotEqual(first[0], first[1]);
        CollectionAssert.AreNotEqual(first[0][..8], first[0][8..]);
        CollectionAssert.AreNotEqual(first[0], Masks(4, 1)[0]);
    }

    [TestMethod]
    public void It_is_off_in_evaluation_and_at_rate_0()
    {
        var model = TrainingModel.Build(network =>
        {
            var x = network.Dropout(network.Input("x", ElementType.Float, ["n"]), 0.5f);
            return new(Op.ReduceSum(network.Dropout(x, 0) * network.Parameter("w", [1], Initializers.Ones), keepDims: false));
        }, new Sgd());
        Assert.HasCount(1, model.HostInputs);
        using var session = new TrainingSession(model);
        session.Feed("x", Enumerable.Repeat(1f, 50).ToArray(), 50);
        Assert.AreEqual(50f, session.Score());
    }

    [TestMethod]
    public void Shapes_made_of_several_names_have_masks()
    {
        var model = TrainingModel.Build(network =>
        {
            var a = network.Input("a", ElementType.Float, ["batch", "time"]);
            var b = network.Input("b", ElementType.Float, ["rest", "time"]);
            var both = Op.Concat(0, a, b);
            var flat = Op.Reshape(both, [both.Shape.Elements]);
            return new(Op.ReduceSum(network.Dropout(flat, 0.5f) * network.Parameter("w", [1], Initializers.Ones), keepDims: false));
        }, new Sgd());
        using var session = new TrainingSession(model);
        session.Feed("a", Enumerable.Repeat(1f, 15).ToArray(), 3, 5);
        session.Feed("b", Enumerable.Repeat(1f, 10).ToArray(), 2, 5);
        var loss = session.Step(0).Loss;
        Assert.IsTrue(loss is > 0 and < 50 && loss % 2 == 0, $"{loss} is a sum of zeros and twos");
    }

    [TestMethod]
    [DataRow(-0.1f)]
    [DataRow(1f)]
    [DataRow(float.NaN)]
    public void A_bad_rate_is_an_error(float rate) =>
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() =>
            TrainingModel.Build(network => new(network.Dropout(network.Input("x", ElementType.Float, []), rate)), new Sgd()));

    private static double Correlation(float[] left, float[] right) => left.Zip(right, (a, b) => (a - 1.0) * (b - 1.0)).Average();
}
