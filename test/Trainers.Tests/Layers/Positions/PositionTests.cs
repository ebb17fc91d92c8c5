using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class PositionTests
{
    [TestMethod]
    public void Rotated_products_depend_on_the_distance_alone()
    {
        float[] Products(long shift)
        {
            var graph = new Graph("rotary");
            Value query = graph.Constant(FiniteDifferences.Random(ElementType.Float, 1, 3, 6)),
                key = graph.Constant(FiniteDifferences.Random(ElementType.Float, 2, 3, 6));
            var rotary = new RotaryPositions(graph.Vector(shift, shift + 1, shift + 5), 6);
            graph.Output("products", Op.MatMul(rotary.Rotate(query), Op.Transpose(rotary.Rotate(key), 1, 0)));
            graph.Output("key", rotary.Rotate(key));
            using var session = new OnnxSession(graph);
            return session.Run(new Dictionary<string, TensorData>())["products"].As<float>();
        }
        float[] near = Products(0), far = Products(40);
        for (var i = 0; i < near.Length; i++)
            Assert.AreEqual(near[i], far[i], 1e-4f);
    }

    [TestMethod]
    public void The_first_position_is_not_rotated_and_lengths_stay()
    {
        var graph = new Graph("rotary");
        var x = FiniteDifferences.Random(ElementType.Float, 1, 2, 4);
        graph.Output("rotated", new RotaryPositions(graph.Vector(0L, 7L), 4).Rotate(graph.Constant(x)));
        using var session = new OnnxSession(graph);
        float[] before = x.As<float>(), after = session.Run(new Dictionary<string, TensorData>())["rotated"].As<float>();
        for (var i = 0; i < 4; i++)
            Assert.AreEqual(before[i], after[i], 1e-6f);
        Assert.AreNotEqual(before[4], after[4], 1e-3f);
        // features i and i + d/2 turn together, by angles position / 10000^(2i/d)
        for (var i = 0; i < 2; i++)
        {
            var angle = 7 / MathF.Pow(10000, 2 * i / 4f);
            Assert.AreEqual(before[4 + i] * MathF.Cos(angle) - before[6 + i] * MathF.Sin(angle), after[4 + i], 1e-5f);
            Assert.AreEqual(before[6 + i] * MathF.Cos(angle) + before[4 + i] * MathF.Sin(angle), after[6 + i], 1e-5f);
        }
    }

    // Buckets worked by hand after Raffel et al. 2020: near distances have one each, far ones share, growing as the logarithm.
    [TestMethod]
    [DataRow(false, new long[] { 0, 1, 7, 8, 16, 127, 1000 }, new[] { 0, 1, 7, 8, 10, 15, 15 })]
    [DataRow(false, new long[] { -1, -7, -8, -16, -1000 }, new[] { 17, 23, 24, 26, 31 })]
    [DataRow(true, new long[] { 0, 1, 15, 16, 20, 127, 1000 }, new[] { 0, 1, 15, 16, 17, 31, 31 })]
    public void Distances_share_buckets(bool isCausal, long[] distances, int[] expected)
    {
        // a table whose rows are their own numbers, for one head
        var parameters = new ParameterSet();
        var network = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        var query = 2000L;
        var bias = network.RelativeBias(network.Graph.Vector(query),
            network.Graph.Vector([.. distances.Select(distance => query - distance)]), heads: 1, isCausal);
        network.Graph.Output("bias", bias);
        var table = parameters.All.Single();
        using var session = new OnnxSession(network.Graph);
        var found = session.Run(new Dictionary<string,
            TensorData> { [table.Name] = TensorData.Create(Enumerable.Range(0, 32).Select(i => (float)i).ToArray(), 32,
            1) })["bias"].As<float>();
        CollectionAssert.AreEqual(expected, found.Select(bucket => (int)bucket).ToArray());
    }

    [TestMethod]
    public void Errors_name_what_does_not_fit()
    {
        var network = new NetworkBuilder(new(), NetworkMode.Evaluation);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => new RotaryPositions(network.Graph.Vector(0L), 5)).Message,
            "even width; got 5");
        var rotary = new RotaryPositions(network.Graph.Vector(0L), 4);
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() =>
            rotary.Rotate(network.Input("x", ElementType.Float, [1, 6]))).Message, "expected 4 features");
        StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() =>
            network.RelativeBias(network.Graph.Vector(0L), network.Graph.Vector(0L), 1, false, buckets: 5)).Message, "got 5");
    }
}
