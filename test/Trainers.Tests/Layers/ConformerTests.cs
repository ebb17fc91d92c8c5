using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

/// <summary>The Conformer and its attention with relative positions.</summary>
[TestClass]
public class ConformerTests
{
    private const int Batch = 2, Time = 5, Hidden = 4, Heads = 2;

    private static readonly ConformerOptions Small = new() { Hidden = Hidden, Heads = Heads, Layers = 2, Kernel = 3, FeedForwardSize = 6 };

    // Every parameter with random values.
    private static ParameterSet Randomized(Action<NetworkBuilder> write)
    {
        var parameters = new ParameterSet();
        write(new(parameters, NetworkMode.Evaluation));
        var seed = 5;
        foreach (var parameter in parameters.All)
            parameter.Value = FiniteDifferences.Random(ElementType.Float, seed++, [.. parameter.Value.Sizes]);
        return parameters;
    }

    private static float[] Run(ParameterSet parameters, NetworkMode mode, Func<NetworkBuilder, Value, Value> write, TensorData x)
    {
        var network = new NetworkBuilder(parameters, mode);
        network.Graph.Output("y", write(network, network.Input("x", ElementType.Float, Shape.Of(x.Sizes))));
        using var session = new OnnxSession(network.Graph);
        var inputs = new Dictionary<string, TensorData> { ["x"] = x };
        if (mode != NetworkMode.Deployment)
            foreach (var parameter in parameters.All)
                inputs[parameter.Name] = parameter.Value;
        return session.Run(inputs)["y"].As<float>();
    }

    [TestMethod]
    public void Attention_equals_the_sum_over_distances()
    {
        static Value Write(NetworkBuilder network, Value x) => network.RelativeAttention(x, Heads).Output;
        var x = FiniteDifferences.Random(ElementType.Float, 1, Batch, Time, Hidden);
        var parameters = Randomized(network => Write(network, network.Input("x", ElementType.Float, [Batch, Time, Hidden])));
        var found = Run(parameters, NetworkMode.Evaluation, Write, x);
        float[] P(string name) => parameters["attention/" + name].Value.As<float>();
        double[,,] Linear(string name, Func<int, int, int, double> of)
        {
            float[] weight = P(name + "/weight"), bias = P(name + "/bias");
            var y = new double[Batch, Time, Hidden];
            for (var b = 0; b < Batch; b++)
                for (var t = 0; t < Time; t++)
                    for (var o = 0; o < Hidden; o++)
                        y[b, t, o] = bias[o] + Enumerable.Range(0, Hidden).Sum(i => of(b, t, i) * weight[i * Hidden + o]);
            return y;
        }
        var input = x.As<float>();
        double At(int b, int t, int i) => input[(b * Time + t) * Hidden + i];
        double[,,] q = Linear("query", At), k = Linear("key", At), v = Linear("value", At), joined = new double[Batch, Time, Hidden];
        float[] u = P("content_bias"), place = P("position_bias"), positions = P("positions");
        const int D = Hidden / Heads;
        for (var b = 0; b < Batch; b++)
            for (var head = 0; head < Heads; head++)
                for (var i = 0; i < Time; i++)
                {
                    double Score(int j)
                    {
                        // s(i - j): sines, then cosines.
                        double[] s = new double[Hidden];
                        for (var n = 0; n < Hidden / 2; n++)
                        {
                            var angle = (i - j) * Math.Pow(10000, -2.0 * n / Hidden);
                            (s[n], s[Hidden / 2 + n]) = (Math.Sin(angle), Math.Cos(angle));
                        }
                        var score = 0.0;
                        for (var d = 0; d < D; d++)
                        {
                            var query = q[b, i, head * D + d];
                            score += (query + u[head * D + d]) * k[b, j, head * D + d];
                            for (var n = 0; n < Hidden; n++)
                                score += (query + place[head * D + d]) * positions[(head * D + d) * Hidden + n] * s[n];
                        }
                        return score / Math.Sqrt(D);
                    }
                    double[] weights = [.. Enumerable.Range(0, Time).Select(j => Math.Exp(Score(j)))];
                    for (var d = 0; d < D; d++)
                        joined[b, i, head * D + d] = Enumerable.Range(0, Time).Sum(j => weights[j] * v[b, j, head * D + d])
                            / weights.Sum();
                }
        var expected = Linear("output", (b, t, i) => joined[b, t, i]);
        for (var b = 0; b < Batch; b++)
            for (var t = 0; t < Time; t++)
                for (var i = 0; i < Hidden; i++)
                    Assert.AreEqual(expected[b, t, i], found[(b * Time + t) * Hidden + i], 2e-5, $"{b}, {t}, {i}");
    }

    [TestMethod]
    public void Padding_changes_nothing_and_the_deployed_network_agrees()
    {
        var random = FiniteDifferences.Random(ElementType.Float, 9, Time, Batch, 3);
        Value Write(NetworkBuilder network, Value x, long[]? lengths) => new Sequence(network, x, lengths is null ? null
            : network.Graph.Vector(lengths)).Conformer(Small).Output.Steps;
        var parameters = Randomized(network => Write(network, network.Input("x", ElementType.Float, [Time, Batch, 3]), null));
        var padded = Run(parameters, NetworkMode.Evaluation, (network, x) => Write(network, x, [Time, 3]), random);
        var deployed = Run(parameters, NetworkMode.Deployment, (network, x) => Write(network, x, [Time, 3]), random);
        for (var i = 0; i < padded.Length; i++)
            Assert.AreEqual(padded[i], deployed[i], 1e-4 * Math.Max(1, Math.Abs(padded[i])));
        // The second sequence by itself, without its padding.
        var values = random.As<float>();
        float[] alone = [.. Enumerable.Range(0, 3).SelectMany(t => values[((t * Batch + 1) * 3)..((t * Batch + 1) * 3 + 3)])];
        var single = Run(parameters, NetworkMode.Evaluation, (network, x) => Write(network, x, null), TensorData.Create(alone, 3, 1, 3));
        for (var t = 0; t < Time; t++)
            for (var i = 0; i < Hidden; i++)
                Assert.AreEqual(t < 3 ? single[t * Hidden + i] : 0, padded[(t * Batch + 1) * Hidden + i], 1e-4);
    }

    [TestMethod]
    public void Sizes_that_do_not_fit_are_errors()
    {
        foreach (var options in (ConformerOptions[])[Small with { Kernel = 4 }, Small with { Heads = 3 }, Small with { Hidden = 5 },
            Small with { Layers = 0 }])
        {
            var network = new NetworkBuilder(new(), NetworkMode.Evaluation);
            StringAssert.Contains(Assert.ThrowsExactly<GraphException>(() => new Sequence(network, network.Input("x", ElementType.Float,
                [4, 2, 3]), null).Conformer(options)).Message, "Conformer: expected an even hidden size that the heads divide");
        }
    }
}
