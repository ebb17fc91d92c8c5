namespace MLSeqGraph.Onnx.Tests.Kernels;

[TestClass]
public class FusedAttentionTests
{
    [TestMethod]
    [DataRow(1, 1, 1, 1, 1, 1)]
    [DataRow(2, 3, 5, 7, 4, 6)]
    [DataRow(1, 2, 65, 130, 16, 17)]
    [DataRow(2, 1, 64, 128, 64, 64)]
    [DataRow(1, 1, 3, 300, 33, 5)]
    [DataRow(1, 1, 600, 9, 3, 40)]
    public void Equals_the_equation_with_the_same_bits_on_any_number_of_threads(
        int batch, int heads, int queries, int keys, int d, int features)
    {
        foreach (var (causal, padded) in new[] { (false, false), (true, false), (false, true), (true, true) })
        {
            var sizes = new Sizes(batch, heads, queries, keys, d, features);
            var feed = Feed(sizes, causal, padded);
            var first = Run(feed, causal, padded, 1);
            var expected = Expected(sizes, feed, causal, padded);
            foreach (var (name, numbers) in expected)
            {
                var largest = numbers.Max(Math.Abs);
                for (var i = 0; i < numbers.Length; i++)
                    Assert.AreEqual(numbers[i], first[name][i], 2e-6 * (1 + largest) * Math.Sqrt(keys), $"{name}[{i}] {causal} {padded}");
            }
            for (var threads = 2; threads <= 8; threads += 2)
                foreach (var (name, numbers) in Run(feed, causal, padded, threads))
                    CollectionAssert.AreEqual(first[name], numbers, $"{name}, {threads} threads");
        }
    }

    [TestMethod]
    [DataRow(0, 2, 3, 4)]
    [DataRow(2, 2, 0, 4)]
    [DataRow(2, 2, 3, 0)]
    public void Nothing_gives_nothing_and_no_keys_give_zeros(int batch, int heads, int queries, int keys)
    {
        var sizes = new Sizes(batch, heads, queries, keys, 4, 5);
        foreach (var (_, numbers) in Run(Feed(sizes, true, true), true, true, 2))
            Assert.IsTrue(Array.TrueForAll(numbers, number => number == 0));
    }

    [TestMethod]
    public void What_is_no_number_passes_into_its_own_head()
    {
        var sizes = new Sizes(1, 2, 3, 3, 4, 4);
        var feed = Feed(sizes, false, false);
        feed["q"].As<float>()[1] = float.NaN; // the first query of the first head
        feed["k"].As<float>()[12] = float.PositiveInfinity; // the first key of the second head
        var y = Run(feed, false, false, 1)["y"];
        Assert.IsTrue(y.Take(4).All(float.IsNaN) && y.Skip(4).Take(8).All(float.IsFinite));
        Assert.IsTrue(y.Skip(12).All(number => float.IsNaN(number) || float.IsFinite(number)));
    }

    [TestMethod]
    public void A_mask_of_another_size_is_an_error_that_names_both()
    {
        var feed = Feed(new(1, 1, 3, 4, 2, 2), true, false);
        feed["causal"] = TensorData.Zeros(ElementType.Float, 3, 5);
        var error = Assert.ThrowsExactly<ArgumentException>(() => Run(feed, true, false, 1));
        Assert.Contains("[1, 1, 3, 4]", error.Message);
        Assert.Contains("[3, 5]", error.Message);
    }

    private sealed record Sizes(int Batch, int Heads, int Queries, int Keys, int D, int Features);

    private static int Length(Sizes sizes, int row) => row == 0 ? sizes.Keys : (sizes.Keys + 1) / 2 * (row % 2 == 0 ? 1 : 0); // also 0

    private static bool Sees(Sizes sizes, bool causal, bool padded, int row, int query, int key) =>
        (!causal || key <= query) && (!padded || key < Length(sizes, row));

    private static Dictionary<string, TensorData> Feed(Sizes sizes, bool causal, bool padded)
    {
        var (batch, heads, queries, keys, d, features) = (sizes.Batch, sizes.Heads, sizes.Queries, sizes.Keys, sizes.D, sizes.Features);
        var feed = new Dictionary<string, TensorData>
        {
            ["q"] = FiniteDifferences.Random(ElementType.Float, 1, batch, heads, queries, d),
            ["k"] = FiniteDifferences.Random(ElementType.Float, 2, batch, heads, keys, d),
            ["v"] = FiniteDifferences.Random(ElementType.Float, 3, batch, heads, keys, features),
            ["dy"] = FiniteDifferences.Random(ElementType.Float, 4, batch, heads, queries, features),
        };
        if (causal)
            feed["causal"] = TensorData.Create([.. Enumerable.Range(0, queries * keys)
                .Select(i => Sees(sizes, true, false, 0, i / keys, i % keys) ? 0f : -1e30f)], queries, keys);
        if (padded)
            feed["padding"] = TensorData.Create([.. Enumerable.Range(0, batch * keys)
                .Select(i => Sees(sizes, false, true, i / keys, 0, i % keys) ? 0f : -1e30f)], batch, 1, 1, keys);
        return feed;
    }

    private static Dictionary<string, float[]> Run(Dictionary<string, TensorData> feed, bool causal, bool padded, int threads)
    {
        var graph = new Graph("attention") { UsesKernels = true };
        Value Input(string name, params Dim[] shape) => graph.Input(name, ElementType.Float, [.. shape]);
        Value q = Input("q", "batch", "heads", "queries", "d"), k = Input("k", "batch", "heads", "keys", "d"),
            v = Input("v", "batch", "heads", "keys", "features"), dy = Input("dy", "batch", "heads", "queries", "features");
        var masks = new List<Value>();
        if (causal)
            masks.Add(Input("causal", "mask_queries", "mask_keys"));
        if (padded)
            masks.Add(Input("padding", "batch", 1, 1, "keys"));
        Assert.IsTrue(FusedAttention.Suits(q, k, v, masks));
        var y = FusedAttention.Of(q, k, v, masks);
        var gradients = Gradients.Of(Op.ReduceSum(y * dy, keepDims: false), [q, k, v]);
        graph.Output("y", y);
        foreach (var (name, gradient) in new[] { "dq", "dk", "dv" }.Zip(gradients))
            graph.Output(name, gradient!);
        using var session = new OnnxSession(graph, ExecutionTarget.Cpu(threads));
        return session.Run(feed).ToDictionary(output => output.Key, output => output.Value.As<float>().ToArray());
    }

    private static Dictionary<string, double[]> Expected(Sizes sizes, Dictionary<string, TensorData> feed, bool causal, bool padded)
    {
        var (batch, heads, queries, keys, d, features) = (sizes.Batch, sizes.Heads, sizes.Queries, sizes.Keys, sizes.D, sizes.Features);
        float[] q = feed["q"].As<float>(), k = feed["k"].As<float>(), v = feed["v"].As<float>(), dy = feed["dy"].As<float>();
        double[] y = new double[dy.Length], dq = new double[q.Length], dk = new double[k.Length], dv = new double[v.Length];
        var scale = 1 / Math.Sqrt(d);
        for (var row = 0; row < batch * heads; row++)
            for (var i = 0; i < queries; i++)
            {
                int[] seen = [.. Enumerable.Range(0, keys).Where(j => Sees(sizes, causal, padded, row / heads, i, j))];
                int At(int j) => row * keys + j;
                var query = row * queries + i;
                double[] scores = [.. seen.Select(j =>
                    scale * Enumerable.Range(0, d).Sum(c => (double)q[query * d + c] * k[At(j) * d + c]))];
                var largest = scores.DefaultIfEmpty().Max();
                var sum = scores.Sum(score => Math.Exp(score - largest));
                double[] weights = [.. scores.Select(score => Math.Exp(score - largest) / sum)];
                double[] dWeights = [.. seen.Select(j =>
                    Enumerable.Range(0, features).Sum(c => (double)dy[query * features + c] * v[At(j) * features + c]))];
                var mean = weights.Zip(dWeights).Sum(pair => pair.First * pair.Second);
                for (var at = 0; at < seen.Length; at++)
                {
                    var key = At(seen[at]);
                    for (var c = 0; c < features; c++)
                    {
                        y[query * features + c] += weights[at] * v[key * features + c];
                        dv[key * features + c] += weights[at] * dy[query * features + c];
                    }
                    var dScore = weights[at] * (dWeights[at] - mean) * scale;
                    for (var c = 0; c < d; c++)
                    {
                        dq[query * d + c] += dScore * k[key * d + c];
                        dk[key * d + c] += dScore * q[query * d + c];
                    }
                }
            }
        return new() { ["y"] = y, ["dq"] = dq, ["dk"] = dk, ["dv"] = dv };
    }
}
