using MLSeqGraph.Onnx;

namespace MLSeqGraph.Trainers.Tests;

[TestClass]
public class SourceAttentionTests
{
    private const int Batch = 2, Queries = 3, Source = 4, Width = 3;

    private static readonly Dictionary<string, SourceAttention> Kinds = new()
    {
        ["additive"] = SourceAttention.Additive(2),
        ["dot"] = SourceAttention.Multiplicative(MultiplicativeScore.Dot),
        ["general"] = SourceAttention.Multiplicative(),
        ["concat"] = SourceAttention.Multiplicative(MultiplicativeScore.Concat),
        ["local-m"] = SourceAttention.Local(isPredicted: false, window: 1),
        ["local-p"] = SourceAttention.Local(isPredicted: true, window: 8),
    };

    public static IEnumerable<object[]> Cases => Kinds.Keys.Select(kind => new object[] { kind });

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void Gradient(string kind)
    {
        var parameters = Parameters(kind);
        TensorData[] at = [Random(1, Batch, Queries, Width), Random(2, Batch, Source, Width),
            .. parameters.Select((entry, i) => Random(3 + i, [.. entry.Sizes]))];
        FiniteDifferences.Check(values =>
        {
            var network = new NetworkBuilder(values[0].Graph, NetworkMode.Training,
                parameters.Zip(values.Skip(2), (entry, value) => KeyValuePair.Create(entry.Name, value)));
            var (context, weights) = Attend(network, kind, values[0], values[1], values[0].Graph.Vector(Source, 2L));
            return Op.Concat(2, context, weights);
        }, at);
    }

    [TestMethod]
    [DynamicData(nameof(Cases))]
    public void What_stands_past_a_length_changes_nothing_and_an_empty_source_gives_zeros(string kind)
    {
        float[] Run(float padding, bool weights)
        {
            var parameters = new ParameterSet();
            var network = new NetworkBuilder(parameters, NetworkMode.Deployment, seed: 1);
            var source = Random(2, Batch, Source, Width);
            Array.Fill(source.As<float>(), padding, 2 * Width, 2 * Width);
            Array.Fill(source.As<float>(), padding, Source * Width, Source * Width);
            var found = Attend(network, kind, network.Graph.Constant(Random(1, Batch, Queries, Width)), network.Graph.Constant(source),
                network.Graph.Vector(2L, 0L));
            network.Graph.Output("found", weights ? found.Weights : found.Context);
            using var session = new OnnxSession(network.Graph);
            return session.Run(new Dictionary<string, TensorData>())["found"].As<float>();
        }
        var (zeros, others) = (Run(0, weights: false), Run(7, weights: false));
        CollectionAssert.AreEqual(zeros, others);
        Assert.IsTrue(zeros.Take(Width).All(x => x != 0));
        Assert.IsTrue(others.Skip(Queries * Width).All(x => x == 0));
        var all = Run(7, weights: true);
        for (var b = 0; b < Batch; b++)
            for (var q = 0; q < Queries; q++)
                for (var s = b == 0 ? 2 : 0; s < Source; s++)
                    Assert.AreEqual(0, all[(b * Queries + q) * Source + s]);
        Assert.IsTrue(all.All(float.IsFinite));
    }

    [TestMethod]
    public void A_monotonic_window_follows_the_step()
    {
        // equal keys: the weights are even within |s - t| ≤ 1
        var network = new NetworkBuilder(new(), NetworkMode.Deployment);
        var ones = network.Graph.Constant(TensorData.Create(Enumerable.Repeat(1f, Source * Width).ToArray(), 1, Source, Width));
        var query = network.Graph.Constant(Random(1, 1, Queries, Width));
        network.Graph.Output("weights", SourceAttention.Local(isPredicted: false, window: 1).Attend(network, query, ones, ones,
            network.Graph.Vector((long)Source), network.Graph.Vector(0L, 2L, 3L)).Weights);
        using var session = new OnnxSession(network.Graph);
        float[] expected = [1 / 2f, 1 / 2f, 0, 0, 0, 1 / 3f, 1 / 3f, 1 / 3f, 0, 0, 1 / 2f, 1 / 2f];
        var weights = session.Run(new Dictionary<string, TensorData>())["weights"].As<float>();
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], weights[i], 1e-6f);
    }

    // The parameters a kind asks for.
    private static List<(string Name, long[] Sizes)> Parameters(string kind)
    {
        var parameters = new ParameterSet();
        var network = new NetworkBuilder(parameters, NetworkMode.Evaluation);
        Attend(network, kind, network.Input("query", ElementType.Float, [Batch, Queries, Width]),
            network.Input("source", ElementType.Float, [Batch, Source, Width]), null);
        return [.. parameters.All.Select(parameter => (parameter.Name, parameter.Value.Sizes.ToArray()))];
    }

    private static (Value Context, Value Weights) Attend(NetworkBuilder network, string kind, Value query, Value values, Value? lengths) =>
        Kinds[kind].Attend(network, query, Kinds[kind].Keys(network, values), values,
            lengths ?? network.Graph.Vector((long)Source, Source), network.Graph.Vector(0L, 1L, 2L));

    private static TensorData Random(int seed, params long[] sizes) => FiniteDifferences.Random(ElementType.Float, seed, sizes);
}
